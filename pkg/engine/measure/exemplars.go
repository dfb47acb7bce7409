package measure

import (
	"context"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// BadEvents returns the exemplars that are bad events of an SLO. See sli.BadEventsOf for errors.
func BadEvents(s catalog.SLO) (sli.BadEvents, error) {
	return sli.BadEventsOf(s.SLI, groupByPod(s).By)
}

// GroupFinder finds the group of a single event by the labels of its series.
type GroupFinder struct {
	slo      catalog.SLO
	owners   *podOwners // nil: groups have labels of the series
	excluded []slo.Interval
}

// GroupFinder looks up the owners of pods if the groups are workloads. series are the labels of all
// events in (from, to].
func (r *Reader) GroupFinder(ctx context.Context, s catalog.SLO, series []map[string]string, from,
	to time.Time,
) (f *GroupFinder, stats Stats, err error) {
	f = &GroupFinder{slo: s, excluded: exclusions(s, from, to)}
	if s.IsCountedByPods() {
		counts := &cells.Counts{}
		for _, labels := range series {
			counts.Groups = append(counts.Groups, cells.Group{Labels: labels})
		}
		f.owners, err = r.lookUpOwners(ctx, s, counts, from, to, &stats)
	}
	return f, stats, err
}

// Group returns the labels of the group that counts an event at a time. ok is false if the event is
// excluded, or belongs to no group of the query.
func (f *GroupFinder) Group(series map[string]string, at time.Time) (labels map[string]string, ok bool) {
	if slices.ContainsFunc(f.excluded, func(i slo.Interval) bool { return at.After(i.From) && !at.After(i.To) }) {
		return nil, false
	}
	if f.owners == nil {
		labels = make(map[string]string, len(f.slo.By))
		for _, name := range f.slo.By {
			labels[name] = series[name]
		}
		return labels, matchesAll(f.slo.GroupFilters, labels)
	}
	for _, own := range f.owners.workloadLabels(series) {
		if at.After(own.From) && (own.To.IsZero() || !at.After(own.To)) {
			return own.labels, true
		}
	}
	return nil, false
}
