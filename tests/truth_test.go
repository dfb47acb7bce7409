package tests

import (
	"encoding/json"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/stack"
)

// points is the maximum error, as a share of the error budget.
const points = 0.005

func truthByName(t *testing.T) (known map[string]stack.Truth, summary *data.Frame) {
	t.Helper()
	instant := settled()
	truth, err := running.Stack.Truth(within(t), instant, "30d")
	require.NoError(t, err)
	known = map[string]stack.Truth{}
	for _, row := range truth {
		known[row.Namespace+"/"+row.Workload] = row
	}
	require.Len(t, known, 12, "the demo has twelve workloads")
	answer := ask(t, running.Source.Context(), instant, query{"A", `{"queryType":"summary"}`})["A"]
	require.NoError(t, answer.Error)
	require.Len(t, answer.Frames, 1)
	return known, answer.Frames[0]
}

func TestSummaryAgreesWithTheTruth(t *testing.T) {
	known, frame := truthByName(t)
	require.Equal(t, "summary", frame.Name)
	require.Equal(t, data.FrameTypeNumericLong, frame.Meta.Type)
	require.Equal(t, data.FrameTypeVersion{0, 1}, frame.Meta.TypeVersion)
	require.Equal(t, 24, frame.Rows(), "two SLOs of twelve workloads")

	names, slos, namespaces := words(t, frame, "workload"), words(t, frame, "slo"), words(t, frame, "namespace")
	budgets, events, bads, coverage := numbers(t, frame, "budget"), numbers(t, frame, "events"),
		numbers(t, frame, "bad"), numbers(t, frame, "coverage")
	seen := map[string]int{}
	for i := range names {
		name := namespaces[i] + "/" + names[i]
		truth, ok := known[name]
		require.True(t, ok, "the generator knows no %s", name)
		bad, objective := truth.Bad, 0.999
		if slos[i] == "latency" {
			bad, objective = truth.Slow, 0.95
		}
		seen[slos[i]]++
		require.NotNil(t, budgets[i], name)
		require.InDelta(t, 1-bad/truth.Events/(1-objective), *budgets[i], points, "budget of %s of %s", slos[i], name)
		require.InEpsilon(t, truth.Events, *events[i], 0.001, "events of %s of %s", slos[i], name)
		if bad > 0 {
			require.InEpsilon(t, bad, *bads[i], 0.001, "bad events of %s of %s", slos[i], name)
		}
		require.Positive(t, *coverage[i], name)
		require.LessOrEqual(t, *coverage[i], 1.0, name)
	}
	require.Equal(t, map[string]int{"availability": 12, "latency": 12}, seen)
}

func TestWorkloadsHaveOneRowEachAndASparkline(t *testing.T) {
	answer := ask(t, running.Source.Context(), settled(), query{"A", `{"queryType":"workloads"}`})["A"]
	require.NoError(t, answer.Error)
	require.Len(t, answer.Frames, 1)
	table := answer.Frames[0]
	require.Equal(t, "workloads", table.Name)
	require.Equal(t, 12, table.Rows())
	names := words(t, table, "workload")
	trends, _ := table.FieldByName("throughput_trend")
	require.NotNil(t, trends)
	for i := range names {
		text, ok := trends.ConcreteAt(i)
		require.True(t, ok, names[i])
		var trend struct{ Values []*float64 }
		require.NoError(t, json.Unmarshal(text.(json.RawMessage), &trend))
		require.Len(t, trend.Values, 24, names[i])
	}
	for i, p95 := range numbers(t, table, "p95") {
		if p95 == nil {
			continue // no traffic in the last hour
		}
		require.Positive(t, *p95, names[i])
		require.Less(t, *p95, 60.0, names[i])
	}
}

func TestTimeseriesEndsWhereTheSummaryIs(t *testing.T) {
	instant := settled()
	answers := ask(t, running.Source.Context(), instant,
		query{"S", `{"queryType":"summary","slos":["availability"]}`},
		query{"T", `{"queryType":"timeseries","slos":["availability"],"metrics":["budget","burn"]}`})
	require.NoError(t, answers["S"].Error)
	require.NoError(t, answers["T"].Error)

	want := map[string]float64{}
	summary := answers["S"].Frames[0]
	budgets := numbers(t, summary, "budget")
	for i, name := range words(t, summary, "workload") {
		want[name] = *budgets[i]
	}
	series := 0
	for _, frame := range answers["T"].Frames {
		require.Equal(t, data.FrameTypeTimeSeriesMulti, frame.Meta.Type)
		field, _ := frame.FieldByName("budget")
		if field == nil {
			continue
		}
		series++
		last, err := field.NullableFloatAt(field.Len() - 1)
		require.NoError(t, err)
		require.NotNil(t, last)
		// The last point is on the grid, up to a step before the instant.
		require.InDelta(t, want[field.Labels["workload"]], *last, 0.05, field.Labels["workload"])
	}
	require.Equal(t, 12, series)
}
