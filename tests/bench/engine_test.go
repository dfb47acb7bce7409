//go:build unix && suite

package bench

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
)

const benchWorkloads = 1000

// benchNow is on no border of an hour or of five minutes.
var benchNow = time.Date(2026, 3, 20, 13, 37, 20, 0, time.UTC)

const benchCatalog = `apiVersion: burnline.dev/v1
slos:
  - {name: availability, objective: 99.9, window: 30d, by: [namespace, workload],
     sli: {events: {total: 'http_requests_total', bad: 'http_requests_total{code=~"5.."}'}}}
  - {name: successes, objective: 99, window: 30d, by: [namespace, workload], policy: sre-workbook,
     sli: {events: {total: 'http_requests_total', good: 'http_requests_total{code="200"}'}}}
  - {name: latency, objective: 95, window: 30d, by: [namespace, workload],
     sli: {latency: {histogram: 'http_request_duration_seconds_bucket', threshold: 300ms}}}
`

func benchSLOs(b *testing.B) []catalog.SLO {
	parsed, problems := catalog.Parse([]byte(benchCatalog))
	require.Empty(b, problems)
	return parsed.SLOs
}

func benchServer(b *testing.B) *promtest.Server {
	g := &generated{stepMS: (5 * time.Minute).Milliseconds()}
	for w := range benchWorkloads {
		for i, series := range [][]string{
			{model.MetricNameLabel, "http_requests_total", "code", "200"},
			{model.MetricNameLabel, "http_requests_total", "code", "500"},
			{model.MetricNameLabel, "http_request_duration_seconds_bucket", "le", "0.3"},
			{model.MetricNameLabel, "http_request_duration_seconds_bucket", "le", "+Inf"},
		} {
			l := labels.FromStrings(append(series, "namespace", fmt.Sprintf("team-%d", w%40), "workload",
				fmt.Sprintf("workload-%d", w))...)
			g.series = append(g.series, generatedSeries{l, []float64{300, 0.2, 280, 300.2}[i] * (1 + float64(w%7))})
		}
	}
	return promtest.Over(b, g)
}

func benchEngine(b *testing.B) *engine.Engine {
	return engine.New(benchServer(b), engine.Options{CacheBytes: 4 << 30, Now: func() time.Time { return benchNow }})
}

// cpu returns the CPU time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkEngineSummary computes a summary of 3 SLOs x 1,000 workloads with all cells cached:
// evaluated, converted to a frame, and encoded for Grafana.
func BenchmarkEngineSummary(b *testing.B) {
	e, slos := benchEngine(b), benchSLOs(b)
	report, err := e.Summary(b.Context(), slos, benchNow)
	require.NoError(b, err)
	require.Len(b, report.Rows, 3*benchWorkloads)
	require.Empty(b, report.Warnings)
	runtime.GC()
	var judge, shape, encode time.Duration
	for b.Loop() {
		start := cpu(b)
		report, err := e.Summary(b.Context(), slos, benchNow)
		require.NoError(b, err)
		require.Zero(b, report.Cost.Queries)
		judged := cpu(b)
		frame := frames.Summary("summary", report)
		shaped := cpu(b)
		_, err = frame.MarshalArrow()
		require.NoError(b, err)
		judge, shape, encode = judge+judged-start, shape+shaped-judged, encode+cpu(b)-shaped
	}
	per := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.N) }
	b.ReportMetric(per(judge+shape+encode), "cpu-ms/op")
	b.ReportMetric(per(judge), "judge-cpu-ms/op")
	b.ReportMetric(per(shape), "frame-cpu-ms/op")
	b.ReportMetric(per(encode), "encode-cpu-ms/op")
}

// BenchmarkEngineMemory measures the memory of the cells of one SLO x 1,000 workloads x 31 d.
func BenchmarkEngineMemory(b *testing.B) {
	var perCell float64
	for b.Loop() {
		e, slos := benchEngine(b), benchSLOs(b)[:1]
		before := heap()
		report, err := e.Summary(b.Context(), slos, benchNow)
		require.NoError(b, err)
		cells := float64(report.Cost.CellsMissed * len(report.Rows))
		report = nil
		perCell = (heap() - before) / cells
		runtime.KeepAlive(e)
	}
	b.ReportMetric(perCell, "bytes/cell")
}

func heap() float64 {
	runtime.GC()
	runtime.GC() // objects with finalizers are freed in the second round
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkEngineWindows computes the budget and the SLI over 30 d, at 168 instants for 1,000
// workloads.
func BenchmarkEngineWindows(b *testing.B) {
	e, slos := benchEngine(b), benchSLOs(b)[:1]
	metrics := []engine.Metric{engine.MetricBudget, engine.MetricSLI}
	to := benchNow.Truncate(time.Hour)
	ask := func() int {
		h, err := e.TimeSeries(b.Context(), slos, metrics, to.Add(-167*time.Hour), to, time.Hour)
		require.NoError(b, err)
		n := 0
		for _, s := range h.Series {
			n += len(s.Points)
		}
		return n
	}
	require.Equal(b, 2*168*benchWorkloads, ask())
	runtime.GC()
	points, start := 0, cpu(b)
	for b.Loop() {
		points += ask()
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(points), "cpu-ns/window")
}
