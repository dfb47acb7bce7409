package engine

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

// events are the counts of one SLO.
type events struct {
	slo       catalog.SLO
	counting  sli.Counting
	counts    *cells.Counts
	members   []*events   // of a composite, which has no reads of its own
	workloads *workloads  // where they are found by pods
	marks     []time.Time // then: the borders, and whole hours
	from      time.Time   // the first border
	excluded  []slo.Interval
	about
}

// read counts an SLO so that every border can end a window.
func (e *Engine) read(ctx context.Context, s catalog.SLO, borders []time.Time) (*events, error) {
	from, to := span(borders)
	excluded := exclusions(s, from, to)
	if s.Composite() != nil {
		ev, err := e.readMembers(ctx, s, borders)
		if err == nil {
			ev.from, ev.excluded = from, excluded
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
	counting, took, err := e.counting(ctx, countedBy(s), from, to)
	if err != nil {
		return nil, err
	}
	out := &events{slo: s, counting: counting, from: from, excluded: excluded, about: took}
	for _, notice := range counting.Notices {
		out.warn(fmt.Sprintf("SLO %s: %s", s.Name, notice))
	}
	if err := out.count(ctx, e, borders); err != nil {
		return nil, err
	}
	if err := e.downsampled(ctx, out, from, to); err != nil {
		return nil, err
	}
	if s.ByPods() {
		if out.workloads, err = e.owners(ctx, s, []*cells.Counts{out.counts}, from, to, &out.about); err != nil {
			return nil, err
		}
		if changes := within(out.workloads.changes([]*cells.Counts{out.counts}), from, to); len(changes) > 0 { // counted anew, with borders there
			borders = append(slices.Clip(borders), changes...)
			if err := out.count(ctx, e, borders); err != nil {
				return nil, err
			}
		}
		out.marks = marked(borders)
	}
	return out, nil
}

// What an answer takes for each group, and for each of its instants: rows with
// their labels, and the columns that are made of them. Estimated from above.
const (
	bytesPerGroup  = 4 << 10
	bytesPerBorder = 64
)

// count reads the counts, so that every border can end a window.
func (ev *events) count(ctx context.Context, e *Engine, borders []time.Time) error {
	counts, err := e.cells.Read(ctx, ev.counting.Query, borders)
	if err != nil {
		return err
	}
	if err := memory.StayOf(ctx).Take(ctx, int64(len(counts.Groups))*(bytesPerGroup+bytesPerBorder*int64(len(borders)))); err != nil {
		return err
	}
	ev.counts = counts
	ev.add(counts.Cost, counts.Warnings, counts.Sent)
	return nil
}

func within(times []time.Time, from, to time.Time) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return !t.After(from) || !t.Before(to) })
}

// exclusions is what does not count of [from, to], and of the calendar period
// that the end lies in.
func exclusions(s catalog.SLO, from, to time.Time) []slo.Interval {
	if len(s.Exclude) == 0 {
		return nil
	}
	if _, end := s.Period(to); end.After(to) {
		to = end
	}
	return slo.Excluded(s.Exclude, from, to, s.Grain())
}

// group is one group of an SLO: its events, and its good or bad ones where
// there were any.
type group struct {
	events      *events
	total, part *cells.Group
	members     []*group // of a composite, in its order; nil where a member lacks the group
	tally       *tally   // of a workload that is found by its pods
}

// groups are those that have events of any kind; a part without them (bad
// events of a workload that does not exist) says nothing about a workload.
func (ev *events) groups() []group {
	return slices.DeleteFunc(ev.split(), func(g group) bool { return g.total == nil })
}

// split is the groups of all events and those of bad (or good) ones alone: a
// label may be on the error counter only.
func (ev *events) split() []group {
	if ev.workloads != nil {
		return ev.byWorkload(ev.counted())
	}
	return ev.chosen(ev.counted())
}

// chosen are the groups that a query has chosen, where it chose by what no series has.
func (ev *events) chosen(all []group) []group {
	return slices.DeleteFunc(all, func(g group) bool { return !meets(ev.slo.Groups, g.labels()) })
}

func meets(filters []*catalog.Filter, labels map[string]string) bool {
	return !slices.ContainsFunc(filters, func(f *catalog.Filter) bool { return !f.Matches(labels[f.Name]) })
}

// counted are the groups that were counted, or those of a composite. One that
// has neither events nor data of all events has no total.
func (ev *events) counted() []group {
	if ev.members != nil {
		return ev.joined()
	}
	out := make([]group, len(ev.counts.Groups))
	for i := range out {
		g := &ev.counts.Groups[i]
		out[i] = group{events: ev, part: g}
		if ev.counts.Has(g, sli.Total) {
			out[i].total = g
		}
	}
	return out
}
