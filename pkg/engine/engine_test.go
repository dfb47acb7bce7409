package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// Workload a has 100 requests a minute, 1 of them bad after 24 h. b has 60 a minute, half of them
// longer than 300 ms.
const series = `load 1m
  http_requests_total{workload="a",code="200"} 0+100x1440 144099+99x1560
  http_requests_total{workload="a",code="500"} _x1441 1+1x1559
  http_requests_total{workload="b",code="200"} 0+60x3000
  latency_seconds_bucket{workload="b",le="0.3"} 0+30x3000
  latency_seconds_bucket{workload="b",le="1.0"} 0+60x3000
  latency_seconds_bucket{workload="b",le="+Inf"} 0+60x3000
`

const definitions = `
slos:
  - name: availability
    objective: 99
    window: 1d
    by: [workload]
    sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}
  - name: latency
    objective: 80
    window: 1d
    by: [workload]
    sli: {latency: {histogram: latency_seconds, threshold: 300ms}}
  - name: between
    objective: 80
    window: 1d
    by: [workload]
    sli: {latency: {histogram: latency_seconds, threshold: 400ms}}
`

var at = time.Unix(0, 0).Add(50 * time.Hour).UTC()

func load(t *testing.T) (*Engine, *promtest.Server, *catalog.Catalog) {
	c, problems := catalog.Parse([]byte(definitions))
	require.NoError(t, problems.Err())
	server := promtest.Load(t, series)
	return New(server, Options{Now: func() time.Time { return at }}), server, c
}

func TestAnSLOThatCannotBeReadKeepsARow(t *testing.T) {
	const reported = "SLO between: sli.latency.threshold: latency threshold 400ms has no bucket in latency_seconds_bucket (have 0.3, 1, in s)"
	e, server, c := load(t)
	r, err := e.Summary(t.Context(), c.SLOs, at)
	require.NoError(t, err)
	require.Len(t, r.Rows, 4)
	require.Empty(t, r.Warnings)
	require.EqualError(t, r.Err(), reported)
	require.Equal(t, "between", r.Rows[2].SLO.Name, "before what is ok")
	require.True(t, r.Rows[2].Unread)
	require.Equal(t, slo.Unmeasured, r.Rows[2].Evaluation.State)

	w := Workloads(r, []string{"between", "availability", "latency"})
	require.Len(t, w.Rows, 3)
	require.True(t, w.Rows[2].Unread)
	require.Equal(t, "b", w.Rows[0].Labels["workload"])
	require.EqualError(t, w.Err(), reported)

	h, err := e.TimeSeries(t.Context(), c.SLOs, []Metric{MetricSLI}, at.Add(-time.Hour), at, time.Hour)
	require.NoError(t, err)
	require.Len(t, h.Series, 3)
	require.EqualError(t, h.Err(), reported)

	_, err = e.Summary(t.Context(), c.SLOs[2:], at)
	require.ErrorContains(t, err, "SLO between: sli.latency.threshold")

	server.Fail(errors.New("connection refused"))
	_, err = e.Summary(t.Context(), c.SLOs[:1], at.Add(-time.Hour))
	require.ErrorContains(t, err, "connection refused")
	server.Fail(nil)
	r, err = e.Summary(t.Context(), c.SLOs[:1], at.Add(-time.Hour))
	require.NoError(t, err)
	require.Len(t, r.Rows, 2)
}

func TestWorkloadsTakeTheWorstBudgetAndEachNumberFromItsSLO(t *testing.T) {
	e, _, c := load(t)
	r, err := e.Summary(t.Context(), c.SLOs[:2], at)
	require.NoError(t, err)
	w := Workloads(r, []string{"availability", "latency"})
	require.Len(t, w.Rows, 2)
	a, b := w.Rows[1], w.Rows[0]
	require.Equal(t, "b", b.Labels["workload"], "worst first")
	require.Equal(t, "latency", b.SLO.Name)
	require.InDelta(t, 1-0.5/0.2, b.Evaluation.Budget.Left, 1e-9)
	require.InDelta(t, 0.93, *b.P95, 1e-9) // rank 57 of 60 in (0.3, 1]: 0.3 + 0.7 * 27/30
	require.InDelta(t, 1, *b.Throughput, 1e-9)
	require.Equal(t, slo.Exhausted, b.Evaluation.State)
	require.Equal(t, "availability", a.SLO.Name)
	require.InDelta(t, 0, a.Evaluation.Budget.Left, 1e-9)
	require.Nil(t, a.P95)
	require.InDelta(t, 100.0/60, *a.Throughput, 1e-9)
	require.Len(t, a.Trend(), 24)
}

func TestTimeSeriesLookBackFromEveryPoint(t *testing.T) {
	e, _, c := load(t)
	metrics := []Metric{MetricBudget, MetricBurn, MetricBad, MetricThroughput}
	h, err := e.TimeSeries(t.Context(), c.SLOs[:1], metrics, at.Add(-30*time.Hour), at, 6*time.Hour)
	require.NoError(t, err)
	values := map[string][]float64{}
	for _, s := range h.Series {
		if s.Labels["workload"] != "a" {
			continue
		}
		name := string(s.Metric)
		if s.Window > 0 {
			name += slo.FormatDuration(s.Window)
		}
		for _, p := range s.Points {
			require.Zero(t, p.Time.Unix()%(6*3600))
			values[name] = append(values[name], *p.Value)
		}
	}
	// Points at 24, 30, 36, 42 and 48 h. From minute 1441 on, one event a minute is bad.
	require.InDeltaSlice(t, []float64{1, 0.75, 0.5, 0.25, 0}, values["budget"], 1e-9)
	require.InDeltaSlice(t, []float64{0, 360, 360, 360, 360}, values["bad"], 1e-9)
	require.InDeltaSlice(t, []float64{0, 1, 1, 1, 1}, values["burn5m"], 1e-9)
	require.InDeltaSlice(t, []float64{100.0 / 60, 100.0 / 60, 100.0 / 60, 100.0 / 60, 100.0 / 60}, values["throughput"],
		1e-9)
}

func TestStepsHaveMultiplesThatAreCheapToRead(t *testing.T) {
	for in, want := range map[time.Duration]time.Duration{
		0: time.Minute, time.Second: time.Minute, 90 * time.Second: 2 * time.Minute, 13 * time.Minute: 15 * time.Minute,
		50 * time.Minute: 50 * time.Minute, 59 * time.Minute: time.Hour, 61 * time.Minute: 2 * time.Hour,
		25 * time.Hour: 25 * time.Hour,
	} {
		require.Equal(t, want, Step(in), in.String())
	}
}

func TestTheFutureIsNotQueried(t *testing.T) {
	e, _, c := load(t)
	r, err := e.Summary(t.Context(), c.SLOs[:1], at.Add(100*time.Hour))
	require.NoError(t, err)
	require.Equal(t, at, r.Instant)
}
