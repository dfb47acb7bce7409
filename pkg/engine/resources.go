package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

// Resources is the result of a resources query.
type Resources struct {
	Report  // without rows
	Signals []resources.Signal
	By      []string
	Rows    []ResourceRow    // the worst first; of a table
	Series  []ResourceSeries // by signal, the most extreme first; of time series
}

// ResourcesRequest contains the signals of workloads to read, and their form.
type ResourcesRequest struct {
	Signals  []resources.Signal // in the order of all
	Named    bool               // chosen by name: each has a column, even without data
	GroupBy  []string           // nil: by workload
	Filters  []*catalog.Filter
	From, To time.Time
	OverTime bool          // as time series; else at the end of the time range
	Step     time.Duration // of time series
	Top      int           // time series: the most extreme series of each signal; table: rows. 0: all
}

// splitFilters returns the filters that resources support, and the labels of the others.
func (q ResourcesRequest) splitFilters() (filters []*catalog.Filter, others []string) {
	for _, f := range q.Filters {
		if slices.Contains(resources.Labels, f.Name) {
			filters = append(filters, f)
		} else {
			others = append(others, f.Name)
		}
	}
	return filters, others
}

// ResourceRow contains the signals of a workload at an instant; nil without data.
type ResourceRow struct {
	Labels map[string]string
	Values []*float64
}

// ResourceSeries is a signal of a workload over time.
type ResourceSeries struct {
	Signal resources.Signal
	Labels map[string]string
	Points []Point
}

// Resources reads the resource use of workloads: at the instant, or at the multiples of a step in
// the time range.
func (e *Engine) Resources(ctx context.Context, q ResourcesRequest) (*Resources, error) {
	ask := resources.Request{Signals: q.Signals, By: q.GroupBy, From: q.From, To: e.instant(q.To)}
	var others []string
	ask.Filters, others = q.splitFilters()
	if q.GroupBy == nil {
		ask.By = resources.ByWorkload
	}
	if q.OverTime {
		ask.Step = q.Step
	}
	found, err := e.resources.Answer(ctx, ask)
	var tooMuch *resources.TooMuchError
	switch {
	case errors.As(err, &tooMuch):
		return nil, fault.UserErrorf("resources", "%v", err)
	case err != nil:
		return nil, err
	}
	found.Signals = describeSources(found)
	out := &Resources{Report: Report{Instant: ask.To}, Signals: found.Signals, By: ask.By}
	out.Add(found.Cost, found.Warnings, found.Sent)
	for _, label := range others {
		out.Warn(fmt.Sprintf("filters: %s is ignored. Resources can be filtered by %v", label, resources.Labels))
	}
	if q.GroupBy == nil &&
		!slices.ContainsFunc(found.Groups, func(g resources.Group) bool { return g.Labels["cluster"] != "" }) {
		// a single cluster has no name
		out.By = slices.DeleteFunc(slices.Clone(out.By), func(label string) bool { return label == "cluster" })
	}
	if len(found.Groups) == 0 && len(ask.Filters) > 0 {
		out.Warn("no workload with these signals meets the filters")
	}
	if q.OverTime {
		out.fillSeries(found, q.Top)
		return out, nil
	}
	out.fillRows(found, q)
	return out, nil
}

// describeSources returns the signals of an answer. Those that several exporters can measure name the
// exporters that did.
func describeSources(found *resources.Answer) []resources.Signal {
	out := slices.Clone(found.Signals)
	for i, from := range found.Sources {
		if from != "" {
			out[i].About += ". From " + from
		}
	}
	return out
}

// WorkloadValues returns the values of a label of workloads in the query's time range.
func (e *Engine) WorkloadValues(ctx context.Context, q ResourcesRequest, label string) ([]string, error) {
	if !slices.Contains(resources.Labels, label) {
		return nil, fault.UserErrorf("label", "workloads have no label %q. They have %v", label, resources.Labels)
	}
	ask := resources.Request{By: []string{label}, From: q.From, To: e.instant(q.To)}
	ask.Filters, _ = q.splitFilters()
	known, err := resources.Known()
	if err != nil {
		return nil, err
	}
	if ask.Signals, err = known.FindSignals(discoverySignals); err != nil {
		return nil, err
	}
	found, err := e.resources.Answer(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, g := range found.Groups {
		if value := g.Labels[label]; value != "" {
			out = append(out, value)
		}
	}
	slices.Sort(out)
	return out, nil
}

// discoverySignals are the signals from which workload label values are listed: together they cover
// every workload, with most exporters.
var discoverySignals = []string{"memory", "replicas_missing", "restarts", "drops"}

func (r *Resources) fillRows(found *resources.Answer, ask ResourcesRequest) {
	if !ask.Named { // signals that were not requested and have no data have no column
		r.Signals = nil
	}
	var shown []int
	for i, s := range found.Signals {
		if ask.Named ||
			slices.ContainsFunc(found.Groups, func(g resources.Group) bool { return !math.IsNaN(g.Values[i][0]) }) {
			shown = append(shown, i)
			if !ask.Named {
				r.Signals = append(r.Signals, s)
			}
		}
	}
	groups := found.Groups
	if ask.Top > 0 && len(groups) > ask.Top {
		r.Warn(fmt.Sprintf("%d of %d are shown, those with most out of bounds (resources.top)", ask.Top, len(groups)))
		groups = groups[:ask.Top]
	}
	for _, g := range groups {
		row := ResourceRow{Labels: g.Labels}
		for _, i := range shown {
			row.Values = append(row.Values, finiteNumber(g.Values[i][0]))
		}
		r.Rows = append(r.Rows, row)
	}
}

func (r *Resources) fillSeries(found *resources.Answer, top int) {
	for i, s := range found.Signals {
		all := slices.DeleteFunc(slices.Clone(found.Groups),
			func(g resources.Group) bool { return math.IsNaN(extremeValue(s, g.Values[i])) })
		slices.SortStableFunc(all, func(a, b resources.Group) int {
			return cmp.Compare(extremeValue(s, b.Values[i]), extremeValue(s, a.Values[i]))
		})
		if top > 0 && len(all) > top {
			r.Warn(fmt.Sprintf("%s: %d of %d are shown, those that stand out most (resources.top)", s.Title, top,
				len(all)))
			all = all[:top]
		}
		for _, g := range all {
			r.Series = append(r.Series, ResourceSeries{s, g.Labels, newPoints(found.Instants, g.Values[i])})
		}
	}
}

// extremeValue is the value by which series are sorted: the highest, or the negated lowest if low
// values are bad; NaN without values.
func extremeValue(s resources.Signal, values []float64) float64 {
	sign := 1.0
	if b := s.Warn; b != nil && b.Below != nil {
		sign = -1
	}
	out := math.NaN()
	for _, v := range values {
		if !math.IsNaN(v) && !(sign*v <= out) {
			out = sign * v
		}
	}
	return out
}

func newPoints(instants []time.Time, values []float64) []Point {
	out := make([]Point, len(values))
	for i, v := range values {
		out[i] = Point{instants[i].UTC(), finiteNumber(v)}
	}
	return out
}

func finiteNumber(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
