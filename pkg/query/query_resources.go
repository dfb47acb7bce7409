package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

// Resources say which signals of workloads a resources query tells, and how.
type Resources struct {
	Signals  []resources.Signal // in the order of all; empty in other queries
	Named    bool               // they were asked for by name
	OverTime bool               // as time series; else how things stand at the end of the time range
	Top      int                // time series: of each signal only those that stand out most; table: rows. 0: all
}

const (
	defaultTopSeries = 20
	resourcesExample = `{"signals": ["cpu_limit", "memory_limit", "restarts"]}`
)

// resources reads {"signals": ["cpu"], "format": "timeseries", "top": 10}.
func (q *Query) resources(r *reader) {
	known, err := resources.Known()
	if err != nil {
		r.problem("resources", "%v", err) // a mistake of ours
		return
	}
	if q.Type == QueryResources {
		q.Resources.Signals = known.Signals
	}
	if r, ok := r.inside("resources", resourcesExample); ok {
		names := r.texts("signals", `["memory_limit"]`)
		q.Resources.Named = len(names) > 0
		if signals, err := known.Named(names); err != nil {
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
			r.problem("format", "unknown format %s; there are table and timeseries", quote(format))
		}
		if top, given := r.wholeNumber("top", "10"); given {
			if top < 1 || top > maxTop {
				r.problem("top", "%d is not within 1 to %d; it is the number of rows or lines, e.g. 10", top, maxTop)
			}
			q.Resources.Top = int(top)
		}
	}
	if q.Type != QueryResources {
		return
	}
	for i, label := range q.GroupBy {
		if !slices.Contains(resources.Labels, label) {
			r.problem(fmt.Sprintf("groupBy[%d]", i), "resources are told by %s; not by %s", strings.Join(resources.Labels, ", "), quote(label))
		}
	}
}

// ResourceFilters are the filters that resources can be narrowed down by, and the labels of those that they cannot.
func (q Query) ResourceFilters() (filters []*catalog.Filter, others []string) {
	for _, f := range q.Filters {
		if slices.Contains(resources.Labels, f.Name) {
			filters = append(filters, f)
		} else {
			others = append(others, f.Name)
		}
	}
	return filters, others
}
