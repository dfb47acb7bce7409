package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// TimeSeries returns metrics of SLOs over time.
const TimeSeries Type = "timeseries"

func init() {
	register(definition{
		name: TimeSeries, schema: timeSeriesSchema, overRange: true, read: (*Query).readMetrics,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.TimeSeries(ctx, scope.SLOs, q.Metrics, q.From, q.To, engine.Step(q.Spacing()))
		},
	})
}

// readMetrics reads {"metrics": ["budget"]}.
func (q *Query) readMetrics(r *reader) {
	q.Metrics = words[engine.Metric](r, "metrics", `["budget"]`)
	checkWords(r, "metrics", "metric", q.Metrics, engine.Metrics)
	if len(q.Metrics) == 0 {
		q.Metrics = []engine.Metric{engine.MetricBudget}
	}
}

const timeSeriesSchema = `
	"metrics": {"type": "array", "description": "Default budget", "items": {"title": "Metric", "enum": ["sli", "budget", "burn", "events", "bad", "p95", "throughput"]}}`
