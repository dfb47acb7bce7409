package frames

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
)

func TestExemplars(t *testing.T) {
	s := catalog.SLO{Name: "availability", By: []string{"workload"}}
	out := &engine.Exemplars{Rows: []engine.Exemplar{{
		SLO: s, Labels: map[string]string{"workload": "checkout"}, Time: at, Value: 1, TraceID: "4bf92f",
		Series: map[string]string{"__name__": "x_total", "workload": "checkout", "code": "500"},
		Own:    map[string]string{"trace_id": "4bf92f", "path": `/"a"`},
	}}}
	out.Cost = cells.Cost{Queries: 1}
	golden(t, "exemplars", Exemplars(out))
}

// A graph of latencies has their unit. A graph of two units would be wrong by a factor of 1000.
func TestUnitOfExemplarsIsThatOfEveryHistogram(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos:
  - {name: seconds, objective: 99, window: 7d, sli: {latency: {histogram: a_seconds, threshold: 300ms}}}
  - {name: millis, objective: 99, window: 7d, sli: {latency: {histogram: b_milliseconds, threshold: 300ms, unit: ms}}}
  - {name: events, objective: 99, window: 7d, sli: {events: {total: a_total, bad: 'a_total{code="500"}'}}}`))
	require.Empty(t, problems)
	for _, test := range []struct {
		slos []int
		unit string
	}{
		{[]int{0, 0}, "s"},
		{[]int{1}, "ms"},
		{[]int{0, 1}, "short"},
		{[]int{0, 2}, "short"},
		{[]int{2}, "short"},
		{nil, "short"},
	} {
		out := &engine.Exemplars{}
		for _, i := range test.slos {
			out.Rows = append(out.Rows, engine.Exemplar{SLO: c.SLOs[i], Time: at})
		}
		require.Equal(t, test.unit, Exemplars(out).Fields[2].Config.Unit, "%v", test.slos)
	}
}

// A group label may have the name of a column.
func TestGroupLabelsOfExemplarsAreColumnsOfTheirOwn(t *testing.T) {
	labels := map[string]string{"value": "v", "trace_id": "t", "labels": "l", "time": "c"}
	out := &engine.Exemplars{Rows: []engine.Exemplar{{
		SLO: catalog.SLO{Name: "a", By: []string{"value", "trace_id", "labels", "time"}}, Labels: labels,
		Time: time.Unix(60, 0), Value: 2, TraceID: "x",
	}}}
	f := Exemplars(out)
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	require.Equal(t,
		[]string{
			"time", "slo", "label_value", "label_trace_id", "label_labels", "label_time", "value", "trace_id",
			"labels",
		}, names)
	require.Equal(t, "v", f.Fields[2].At(0))
	require.InEpsilon(t, 2, *f.Fields[6].At(0).(*float64), 0)
	custom, ok := f.Meta.Custom.(customMeta)
	require.True(t, ok)
	require.Equal(t, []string{"label_value", "label_trace_id", "label_labels", "label_time"}, custom.GroupBy)
	require.Equal(t, data.FrameTypeTable, f.Meta.Type)
}
