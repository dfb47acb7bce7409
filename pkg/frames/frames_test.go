package frames

import (
	"flag"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

var update = flag.Bool("update", false, "write the golden files")

const series = `load 1m
  http_requests_total{workload="a",code="200"} 0+100x3000
  http_requests_total{workload="a",code="500"} 0x2880 20+20x119
  http_requests_total{workload="b",code="200"} 0+60x3000
  http_requests_total{workload="idle",code="200"} 5x3000
  latency_seconds_bucket{workload="a",le="0.1"} 0+50x3000
  latency_seconds_bucket{workload="a",le="0.3"} 0+98x3000
  latency_seconds_bucket{workload="a",le="+Inf"} 0+100x3000
  latency_seconds_bucket{workload="b",le="0.1"} 0+1x3000
  latency_seconds_bucket{workload="b",le="0.3"} 0+2x3000
  latency_seconds_bucket{workload="b",le="+Inf"} 0+60x3000
`

const definitions = `
slos:
  - name: availability
    objective: 99.9
    window: 1d
    by: [workload]
    sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}
  - name: latency
    objective: 95
    window: 1d
    by: [workload]
    sli: {latency: {histogram: latency_seconds, threshold: 300ms}}
`

var at = time.Unix(0, 0).Add(50 * time.Hour).UTC()

func load(t *testing.T) (*engine.Engine, []catalog.SLO) {
	c, problems := catalog.Parse([]byte(definitions))
	require.NoError(t, problems.Err())
	e := engine.New(promtest.Load(t, series), engine.Options{Now: func() time.Time { return at }})
	return e, c.SLOs
}

func golden(t *testing.T, name string, frames ...*data.Frame) {
	t.Helper()
	experimental.CheckGoldenJSONResponse(t, "testdata", name,
		&backend.DataResponse{Frames: frames, Status: backend.StatusOK}, *update)
}

func TestSummary(t *testing.T) {
	e, slos := load(t)
	r, err := e.Summary(t.Context(), slos, at)
	require.NoError(t, err)
	r.Cost = cells.Cost{Queries: 1, Samples: 2, CellsHit: 3, CellsMissed: 4}
	golden(t, "summary", Summary(query.Summary, r))

	w := engine.Workloads(r, []string{"availability", "latency"})
	golden(t, "workloads", Workloads(w))
}

func TestHistory(t *testing.T) {
	e, slos := load(t)
	p, err := e.Periods(t.Context(), slos[:1], &slo.Calendar{Unit: slo.Week}, at.Add(-time.Hour), at)
	require.NoError(t, err)
	p.Cost = cells.Cost{Queries: 1}
	golden(t, "history", Periods(p))
	require.Zero(t, Periods(&engine.Periods{}).Rows())
}

// Rows of one group that differ only by their window have the window in a column.
func TestSeveralWindows(t *testing.T) {
	e, slos := load(t)
	slos[0].MoreWindows = []catalog.Window{{Length: 12 * time.Hour}}
	r, err := e.Summary(t.Context(), slos[:1], at)
	require.NoError(t, err)
	f := Summary(query.Summary, r)
	field, _ := f.FieldByName("window")
	require.NotNil(t, field)
	require.Equal(t, 6, f.Rows())
	require.Equal(t, "12h, 1d", f.Meta.Custom.(customMeta).Windows["availability"])
}

func TestTimeSeries(t *testing.T) {
	e, slos := load(t)
	metrics := []engine.Metric{
		engine.MetricSLI, engine.MetricBudget, engine.MetricBurn, engine.MetricEvents,
		engine.MetricBad, engine.MetricP95, engine.MetricThroughput,
	}
	h, err := e.TimeSeries(t.Context(), slos[:1], metrics, at.Add(-2*time.Hour), at, time.Hour)
	require.NoError(t, err)
	h.Cost = cells.Cost{}
	golden(t, "timeseries", TimeSeries(h)...)
}

func TestNothingIsATypedFrame(t *testing.T) {
	r := &engine.Report{Instant: at}
	r.Warnings = []string{"nothing there"}
	f := Summary(query.Summary, r)
	require.Equal(t, data.FrameTypeNumericLong, f.Meta.Type)
	require.Equal(t, "nothing there", f.Meta.Notices[0].Text)
	require.Zero(t, f.Rows())
	ts := TimeSeries(&engine.TimeSeriesReport{Report: *r})
	require.Len(t, ts, 1)
	require.Equal(t, data.FrameTypeTimeSeriesMulti, ts[0].Meta.Type)
	require.Equal(t, "nothing there", ts[0].Meta.Notices[0].Text)
}

// The panel sends no query for changes of these: it would fail.
func TestAboutNamesSLOsWithoutSingleEvents(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos:
  - {name: events, objective: 99, window: 7d, sli: {events: {total: a_total, bad: 'a_total{code="500"}'}}}
  - {name: probe, objective: 99, window: 7d, sli: {probe: {gauge: up}}}
  - {name: both, objective: 99, window: 7d, sli: {composite: {of: [{slo: events}, {slo: probe}]}}}`))
	require.NoError(t, problems.Err())
	m := customMeta{Windows: map[string]string{}}
	for _, s := range c.SLOs {
		m.addWindows([]engine.Row{{SLO: s}})
	}
	require.Equal(t, map[string]about{"probe": {Slices: true}, "both": {Slices: true}}, m.About)
}
