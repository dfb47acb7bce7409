package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// events are the counts of one SLO.
type events struct {
	slo      catalog.SLO
	counting sli.Counting
	reads    []*ledger.Counts
	members  []*events // of a composite, which has no reads of its own
	about
}

// read counts an SLO so that every border can end a window.
func (e *Engine) read(ctx context.Context, s catalog.SLO, borders []time.Time) (*events, error) {
	if s.SLI.Composite != nil {
		return e.readMembers(ctx, s, borders)
	}
	from, to := span(borders)
	counting, err := e.counting(ctx, s, from, to)
	if err != nil {
		return nil, err
	}
	out := &events{slo: s, counting: counting}
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
	return out, nil
}

// group is one group of an SLO: its events, and its good or bad ones where
// there were any.
type group struct {
	events      *events
	total, part *ledger.Group
	members     []*group // of a composite, in its order; nil where a member lacks the group
}

// groups are those that have events of any kind; a part without them (bad
// events of a workload that does not exist) says nothing about a workload.
func (ev *events) groups() []group {
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

// measure counts (from, to]. A group without any series of the part has none of
// its events: zero, where the total was measured.
func (g group) measure(from, to time.Time) slo.Measured {
	return g.counted(from, to)
}

// counted is what was counted in (from, to], and how much of it was measured.
func (g group) counted(from, to time.Time) slo.Measured {
	if g.members != nil {
		return g.join(from, to)
	}
	c := g.events.counting
	totals := g.events.reads[c.Total.Read]
	m := slo.Measured{Coverage: totals.Coverage(g.total, from, to)}
	m.Total = totals.Window(g.total, c.Total.Part, from, to)
	m.Bad = c.Bad(m.Total, g.partOf(from, to))
	return m
}

func (g group) partOf(from, to time.Time) float64 {
	if g.part == nil {
		return 0
	}
	c := g.events.counting
	return g.events.reads[c.Part.Read].Window(g.part, c.Part.Part, from, to)
}
