package query

import "github.com/burnline/burnline/pkg/engine"

// readMetrics reads {"metrics": ["budget"]}.
func (q *Query) readMetrics(r *reader) {
	q.Metrics = words(r, "metrics", "metric", `["budget"]`, engine.Metrics)
	if len(q.Metrics) == 0 {
		q.Metrics = []engine.Metric{engine.MetricBudget}
	}
}
