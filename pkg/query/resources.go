package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

const (
	defaultTopSeries = 20
	resourcesExample = `{"signals": ["cpu_limit", "memory_limit", "restarts"]}`
)

// readResources reads {"signals": ["cpu"], "format": "timeseries", "top": 10}.
func (q *Query) readResources(r *reader) {
	known, err := resources.Known()
	if err != nil {
		r.problem("resources", "%v", err) // a bug
		return
	}
	if q.Type == Resources {
		q.Resources.Signals, _ = known.FindSignals(nil) // no name is unknown
	}
	if r, ok := r.nested("resources", resourcesExample); ok {
		names := r.texts("signals", `["memory_limit"]`)
		q.Resources.Named = len(names) > 0
		if signals, err := known.FindSignals(names); err != nil {
			r.problem("signals", "%v", err)
		} else {
			q.Resources.Signals = signals
		}
		switch format := r.text("format", "table"); format {
		case "", "table":
		case "timeseries":
			q.Resources.OverTime = true
			q.Resources.Top = defaultTopSeries
		default:
			r.problem("format", "unknown format %s. There are table and timeseries", quote(format))
		}
		q.Resources.Top = r.top("rows or lines", 10, q.Resources.Top)
	}
	if q.Type != Resources {
		return
	}
	for i, label := range q.GroupBy {
		if !slices.Contains(resources.Labels, label) {
			r.problem(fmt.Sprintf("groupBy[%d]", i), "resources have the labels %s, not %s",
				strings.Join(resources.Labels, ", "), quote(label))
		}
	}
}

// ResourcesRequest converts the query to a request of the engine. For queries of other types, it
// serves the values of labels.
func (q Query) ResourcesRequest() engine.ResourcesRequest {
	out := q.Resources
	out.GroupBy, out.Filters, out.From, out.To = q.GroupBy, q.Filters, q.From, q.To
	if out.OverTime {
		out.Step = engine.Step(q.Spacing())
	}
	return out
}
