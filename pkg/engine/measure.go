package engine

import (
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// measure is (from, to] as the SLO is judged by it. A group without any series
// of the part has none of its events: zero, where the total was measured.
func (g group) measure(from, to time.Time) slo.Measured {
	return g.filled(g.counted(from, to), from, to)
}

// counted is what was counted in (from, to] apart from what is excluded, and how
// much of it was measured.
func (g group) counted(from, to time.Time) slo.Measured { return held(g.raw(from, to)) }

func held(m slo.Measured) slo.Measured {
	m.Bad = min(max(m.Bad, 0), max(m.Total, 0))
	return m
}

// raw is counted without holding the bad events within all events, so that
// parts of a window, or of a group, add up to the whole. Only the whole is held:
// good and total events are scraped at moments apart. Where all is excluded
// nothing is left to measure.
func (g group) raw(from, to time.Time) slo.Measured {
	if g.members != nil {
		return g.join(from, to)
	}
	m := slo.Measured{Counts: g.counts(from, to)}
	length := to.Sub(from).Seconds()
	covered := g.coverage(from, to) * length
	for _, out := range g.events.excluded {
		if out = out.Cut(from, to); out.Length() > 0 {
			covered -= g.coverage(out.From, out.To) * out.Length().Seconds()
			length -= out.Length().Seconds()
		}
	}
	if m.Coverage = 1; length > 0 {
		m.Coverage = min(max(covered/length, 0), 1)
	}
	return m
}

// counts are the events in (from, to] apart from what is excluded.
func (g group) counts(from, to time.Time) slo.Counts {
	m := g.all(from, to)
	for _, out := range g.events.excluded {
		if out = out.Cut(from, to); out.Length() > 0 {
			x := g.all(out.From, out.To)
			m.Total, m.Bad = m.Total-x.Total, m.Bad-x.Bad
		}
	}
	return m
}

// kept is the counts of measure, without a look at the coverage where that does
// not change them.
func (g group) kept(from, to time.Time) slo.Counts {
	if g.members != nil || g.events.slo.FillsMissing() {
		return g.measure(from, to).Counts
	}
	return held(slo.Measured{Counts: g.counts(from, to)}).Counts
}

// all are the events in (from, to], excluded or not.
func (g group) all(from, to time.Time) slo.Counts {
	var m slo.Counts
	if m.Total, m.Bad = g.pair(from, to); g.events.counting.Good {
		m.Bad = m.Total - m.Bad
	}
	return m
}

// pair is all events in (from, to], and the good or bad ones.
func (g group) pair(from, to time.Time) (total, part float64) {
	if g.tally != nil {
		return g.tally.events(from, to)
	}
	if g.total != nil {
		total = g.events.counts.Window(g.total, sli.Total, from, to)
	}
	if g.part != nil {
		part = g.events.counts.Window(g.part, sli.Part, from, to)
	}
	return total, part
}

// coverage is the measured share of (from, to], excluded or not.
func (g group) coverage(from, to time.Time) float64 {
	switch {
	case g.tally != nil:
		return g.tally.coverage(from, to)
	case g.total == nil:
		return 0
	}
	return g.events.counts.Coverage(g.total, from, to)
}

// period is what was measured of the SLO's window that `at` lies in, and what it
// is judged by.
func (g group) period(s catalog.SLO, at time.Time) (slo.Measured, slo.Terms) {
	start, _ := s.Period(at)
	return g.measure(start, at), g.terms(s, at)
}

func (g group) terms(s catalog.SLO, at time.Time) slo.Terms {
	start, end := s.Period(at)
	return slo.Terms{
		Objective: s.Objective, Period: end.Sub(start), Length: slo.Without(start, end, g.events.excluded), LowTraffic: s.LowTraffic,
		Elapsed: elapsed(start, at, end, g.events.excluded),
	}
}

// elapsed is the share of what counts of (start, end] that has passed at an
// instant, 0..1; 1 where nothing counts.
func elapsed(start, at, end time.Time, excluded []slo.Interval) float64 {
	whole := slo.Without(start, end, excluded)
	if whole <= 0 || !at.Before(end) {
		return 1
	}
	return float64(slo.Without(start, at, excluded)) / float64(whole)
}

// exhaustedIn is when the budget is spent at the burn of the recent hour; nil
// when it lasts.
func (g group) exhaustedIn(s catalog.SLO, b slo.Budget, t slo.Terms, at time.Time) *time.Duration {
	recent := g.measure(at.Add(-Recent), at)
	burn, _ := slo.BurnRate(s.Objective, recent.Counts)
	in, ok := slo.ExhaustedIn(b, t.Period, burn)
	switch {
	case !ok || b.Exhausted():
	case s.Calendar != nil:
		in, ok = t.ExhaustedThisPeriod(b, burn)
	default:
		in, ok = g.spentIn(s, recent, at)
	}
	if !ok {
		return nil
	}
	return &in
}

// coarseSteps is how many instants of the coming period a forecast looks at
// before it looks closer.
const coarseSteps = 24

// spentIn follows what leaves the rolling window hour by hour.
func (g group) spentIn(s catalog.SLO, recent slo.Measured, at time.Time) (time.Duration, bool) {
	counted := time.Duration(recent.Coverage * float64(slo.Without(at.Add(-Recent), at, g.events.excluded)))
	spent := func(steps []time.Duration) (time.Duration, bool) {
		return slo.ExhaustedRolling(s.Objective, recent.Counts, counted, steps, func(after time.Duration) slo.Counts {
			return g.kept(at.Add(after-s.Window), at)
		})
	}
	step := max((s.Window / coarseSteps).Truncate(time.Hour), time.Hour)
	in, ok := spent(hoursLeaving(s.Window, at, 0, s.Window, step))
	if !ok || step == time.Hour {
		return in, ok
	}
	if exact, ok := spent(hoursLeaving(s.Window, at, in-step, in+step, time.Hour)); ok {
		return exact, true
	}
	return in, true
}

// hoursLeaving are the times, within from and to, after which the window's
// beginning comes to a full hour, where the ledger is sure to have a border.
func hoursLeaving(window time.Duration, at time.Time, from, to, step time.Duration) []time.Duration {
	start := at.Add(-window)
	var out []time.Duration
	for t := start.Truncate(time.Hour).Add(time.Hour); t.Before(at) && t.Sub(start) <= to; t = t.Add(step) {
		if after := t.Sub(start); after >= from {
			out = append(out, after)
		}
	}
	if to >= window {
		out = append(out, window)
	}
	return out
}
