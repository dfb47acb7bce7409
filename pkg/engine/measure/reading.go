package measure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Reading contains the counts of one SLO.
type Reading struct {
	SLO      catalog.SLO
	Counting sli.Counting
	cells    *cells.Counts
	members  []*Reading  // of a composite, which has no counts itself
	owners   *podOwners  // if workloads are found by pods
	borders  []time.Time // with owners: the borders, and full hours
	start    time.Time   // the first border
	excluded []slo.Interval
	lost     *lostEvents // nil if the exporter lost no events
	Stats
}

// Read counts an SLO so that any two borders can be the ends of a window.
func (r *Reader) Read(ctx context.Context, s catalog.SLO, borders []time.Time) (*Reading, error) {
	from, to := Span(borders)
	excluded := exclusions(s, from, to)
	if s.Composite() != nil {
		ev, err := r.readMembers(ctx, s, borders)
		if err == nil {
			ev.start, ev.excluded = from, excluded
		}
		return ev, err
	}
	for _, i := range excluded {
		if !i.To.After(to) {
			borders = append(slices.Clip(borders), i.From, i.To)
		} else if i.From.Before(to) {
			borders = append(slices.Clip(borders), i.From)
		}
	}
	counting, stats, err := r.Counting(ctx, groupByPod(s), from, to)
	if err != nil {
		return nil, err
	}
	out := &Reading{SLO: s, Counting: counting, start: from, excluded: excluded, Stats: stats}
	for _, notice := range counting.Notices {
		out.Warn(fmt.Sprintf("SLO %s: %s", s.Name, notice))
	}
	if err := out.readCells(ctx, r, borders); err != nil {
		return nil, err
	}
	if err := r.readLost(ctx, out, borders); err != nil {
		return nil, err
	}
	if err := r.checkDownsampled(ctx, out, from, to); err != nil {
		return nil, err
	}
	if s.IsCountedByPods() {
		if out.owners, err = r.lookUpOwners(ctx, s, out.cells, from, to, &out.Stats); err != nil {
			return nil, err
		}
		// counted again, with borders at the changes
		if changes := timesBetween(out.owners.ownerChanges(out.cells), from, to); len(changes) > 0 {
			borders = append(slices.Clip(borders), changes...)
			if err := out.readCells(ctx, r, borders); err != nil {
				return nil, err
			}
		}
		out.borders = withWholeHours(borders)
	}
	return out, nil
}

// Upper estimates of the memory of a result for each group, and for each instant of a group: rows,
// labels and columns.
const (
	bytesPerGroup  = 4 << 10
	bytesPerBorder = 64
)

// readCells reads the counts, so that any two borders can be the ends of a window.
func (ev *Reading) readCells(ctx context.Context, r *Reader, borders []time.Time) error {
	counts, err := r.cells.Read(ctx, ev.Counting.Query, borders)
	if err != nil {
		return err
	}
	if err := memory.ReservationOf(ctx).Grow(ctx,
		int64(len(counts.Groups))*(bytesPerGroup+bytesPerBorder*int64(len(borders)))); err != nil {
		return err
	}
	ev.cells = counts
	ev.Add(counts.Cost, counts.Warnings, counts.Sent)
	return nil
}

func timesBetween(times []time.Time, from, to time.Time) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return !t.After(from) || !t.Before(to) })
}

// exclusions returns the excluded time in [from, to], and in the calendar period that contains the end.
func exclusions(s catalog.SLO, from, to time.Time) []slo.Interval {
	if len(s.Exclude) == 0 {
		return nil
	}
	if _, end := s.Period(to); end.After(to) {
		to = end
	}
	return slo.ExcludedIntervals(s.Exclude, from, to, s.Grain())
}

// Group is one group of an SLO: all events, and the good or bad ones.
type Group struct {
	reading     *Reading
	total, part *cells.Group
	members     []*Group   // of a composite, in its order; nil for a member without the group
	pods        *podCounts // of a workload that is found by its pods
}

// Groups returns the groups with series of all events. A label may exist only on the error counter;
// such a group is not a workload.
func (ev *Reading) Groups() []Group {
	return slices.DeleteFunc(ev.AllGroups(), func(g Group) bool { return g.total == nil })
}

// AllGroups also returns groups that have series of bad (or good) events only.
func (ev *Reading) AllGroups() []Group {
	if ev.owners != nil {
		return ev.workloadGroups(ev.countedGroups())
	}
	return ev.chosenGroups(ev.countedGroups())
}

func (ev *Reading) chosenGroups(all []Group) []Group {
	return slices.DeleteFunc(all, func(g Group) bool { return !matchesAll(ev.SLO.GroupFilters, g.Labels()) })
}

func matchesAll(filters []*catalog.Filter, labels map[string]string) bool {
	return !slices.ContainsFunc(filters, func(f *catalog.Filter) bool { return !f.Matches(labels[f.Name]) })
}

// countedGroups returns the counted groups, or those of a composite. A group with neither events
// nor coverage of all events has no total.
func (ev *Reading) countedGroups() []Group {
	if ev.members != nil {
		return ev.compositeGroups()
	}
	out := make([]Group, len(ev.cells.Groups))
	for i := range out {
		g := &ev.cells.Groups[i]
		out[i] = Group{reading: ev, part: g}
		if ev.cells.Has(g, sli.Total) {
			out[i].total = g
		}
	}
	return out
}

// Labels returns the labels of the group.
func (g Group) Labels() map[string]string {
	if g.total != nil {
		return g.total.Labels
	}
	return g.part.Labels
}

// HasTotal reports whether the group has data of all events, not only of bad (or good) ones.
func (g Group) HasTotal() bool { return g.total != nil }

// IsComposite reports whether the group is combined from groups of other SLOs.
func (g Group) IsComposite() bool { return g.members != nil }

// SLO returns the SLO of the group.
func (g Group) SLO() catalog.SLO { return g.reading.SLO }

// Excluded returns the excluded time.
func (g Group) Excluded() []slo.Interval { return g.reading.excluded }

// IsComposite reports whether the SLO is a composite.
func (ev *Reading) IsComposite() bool { return ev.members != nil }
