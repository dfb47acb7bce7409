package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// events are the counts of one SLO.
type events struct {
	slo       catalog.SLO
	counting  sli.Counting
	reads     []*ledger.Counts
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
	if s.SLI.Composite != nil {
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
	for _, q := range counting.Reads {
		counts, err := e.ledger.Read(ctx, q, borders)
		if err != nil {
			return nil, err
		}
		out.reads = append(out.reads, counts)
		out.add(counts.Cost, counts.Warnings, counts.Sent)
	}
	if err := e.downsampled(ctx, out, from, to); err != nil {
		return nil, err
	}
	if s.ByPods() {
		if out.workloads, err = e.owners(ctx, s, out.reads, from, to, &out.about); err != nil {
			return nil, err
		}
		if changes := within(out.workloads.changes(out.reads), from, to); len(changes) > 0 { // counted anew, with borders there
			borders = append(slices.Clip(borders), changes...)
			for i, q := range counting.Reads {
				counts, err := e.ledger.Read(ctx, q, borders)
				if err != nil {
					return nil, err
				}
				out.reads[i] = counts
				out.add(counts.Cost, counts.Warnings, counts.Sent)
			}
		}
		out.marks = marked(borders)
	}
	return out, nil
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
	total, part *ledger.Group
	members     []*group // of a composite, in its order; nil where a member lacks the group
	tally       *tally   // of a workload that is found by its pods
}

// groups are those that have events of any kind; a part without them (bad
// events of a workload that does not exist) says nothing about a workload.
func (ev *events) groups() []group {
	if ev.workloads != nil {
		all := ev.byWorkload(ev.divided())
		return slices.DeleteFunc(all, func(g group) bool { return g.total == nil })
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

// counted are the groups that the ledger counted, or those of a composite.
func (ev *events) counted() []group {
	if ev.members != nil {
		return ev.joined()
	}
	totals := ev.reads[ev.counting.Total.Read]
	out := make([]group, len(totals.Groups))
	if ev.counting.Part.Read == ev.counting.Total.Read {
		for i := range totals.Groups {
			out[i] = group{events: ev, total: &totals.Groups[i], part: &totals.Groups[i]}
		}
		return out
	}
	parts := ev.reads[ev.counting.Part.Read]
	byLabels := make(map[string]*ledger.Group, len(parts.Groups))
	for i := range parts.Groups {
		byLabels[labelText(parts.Groups[i].Labels)] = &parts.Groups[i]
	}
	for i := range totals.Groups {
		out[i] = group{events: ev, total: &totals.Groups[i], part: byLabels[labelText(totals.Groups[i].Labels)]}
	}
	return out
}
