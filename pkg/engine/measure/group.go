package measure

import (
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Measure is (from, to] as the SLO is judged by it. A group without any series
// of the part has none of its events: zero, where the total was measured.
func (g Group) Measure(from, to time.Time) slo.Measured {
	return g.FillMissing(g.MeasureUnfilled(from, to), from, to)
}

// MeasureUnfilled is what was counted in (from, to] apart from what is excluded, and how
// much of it was measured.
func (g Group) MeasureUnfilled(from, to time.Time) slo.Measured {
	return ClampBad(g.MeasureUnclamped(from, to))
}

// ClampBad keeps the bad events within all events.
func ClampBad(m slo.Measured) slo.Measured {
	m.Bad = min(max(m.Bad, 0), max(m.Total, 0))
	return m
}

// MeasureUnclamped is counted without holding the bad events within all events, so that
// parts of a window, or of a group, add up to the whole. Only the whole is held:
// good and total events are scraped at moments apart. Where all is excluded
// nothing is left to measure.
func (g Group) MeasureUnclamped(from, to time.Time) slo.Measured {
	if g.members != nil {
		return g.combineMembers(from, to)
	}
	m := slo.Measured{Counts: g.countsOutsideExclusions(from, to)}
	length := to.Sub(from).Seconds()
	covered := g.coverage(from, to) * length
	for _, out := range g.reading.excluded {
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

// countsOutsideExclusions are the events in (from, to] apart from what is excluded.
func (g Group) countsOutsideExclusions(from, to time.Time) slo.Counts {
	m := g.allCounts(from, to)
	for _, out := range g.reading.excluded {
		if out = out.Cut(from, to); out.Length() > 0 {
			x := g.allCounts(out.From, out.To)
			m.Total, m.Bad = m.Total-x.Total, m.Bad-x.Bad
		}
	}
	return m
}

// Counts is the counts of measure, without a look at the coverage where that does
// not change them.
func (g Group) Counts(from, to time.Time) slo.Counts {
	if g.members != nil || g.reading.SLO.HasFilledGaps() {
		return g.Measure(from, to).Counts
	}
	return ClampBad(slo.Measured{Counts: g.countsOutsideExclusions(from, to)}).Counts
}

// allCounts are the events in (from, to], excluded or not.
func (g Group) allCounts(from, to time.Time) slo.Counts {
	var m slo.Counts
	if m.Total, m.Bad = g.TotalAndPart(from, to); g.reading.Counting.Good {
		m.Bad = m.Total - m.Bad
	}
	return m
}

// TotalAndPart is all events in (from, to], and the good or bad ones.
func (g Group) TotalAndPart(from, to time.Time) (total, part float64) {
	if g.pods != nil {
		return g.pods.totalAndPart(from, to)
	}
	if g.total != nil {
		total = g.reading.cells.Window(g.total, sli.Total, from, to)
	}
	if g.part != nil {
		part = g.reading.cells.Window(g.part, sli.Part, from, to)
	}
	return total, part
}

// coverage is the measured share of (from, to], excluded or not.
func (g Group) coverage(from, to time.Time) float64 {
	switch {
	case g.pods != nil:
		return g.pods.coverage(from, to)
	case g.total == nil:
		return 0
	}
	return g.reading.cells.Coverage(g.total, from, to)
}

// Period is what was measured of the SLO's window that `at` lies in, and what it
// is judged by.
func (g Group) Period(s catalog.SLO, at time.Time) (slo.Measured, slo.Terms) {
	start, _ := s.Period(at)
	return g.Measure(start, at), g.Terms(s, at)
}

// Terms are the counts of the period of an SLO up to an instant, and what they are judged by.
func (g Group) Terms(s catalog.SLO, at time.Time) slo.Terms {
	start, end := s.Period(at)
	return slo.Terms{
		Objective: s.Objective, Period: end.Sub(start), Length: slo.LengthWithout(start, end, g.reading.excluded), LowTraffic: s.LowTraffic,
		Elapsed: ElapsedShare(start, at, end, g.reading.excluded),
	}
}

// ElapsedShare is the share of what counts of (start, end] that has passed at an
// instant, 0..1; 1 where nothing counts.
func ElapsedShare(start, at, end time.Time, excluded []slo.Interval) float64 {
	whole := slo.LengthWithout(start, end, excluded)
	if whole <= 0 || !at.Before(end) {
		return 1
	}
	return float64(slo.LengthWithout(start, at, excluded)) / float64(whole)
}

// Throughput is events per second of the measured time, excluded or not; nil
// without any. Slices of time, and what a composite adds up, are no traffic.
func (g Group) Throughput(from, to time.Time) *float64 {
	if g.SLO().Slice() > 0 || g.IsComposite() {
		return nil
	}
	return throughputOf(slo.Measured{Counts: g.allCounts(from, to), Coverage: g.coverage(from, to)}, to.Sub(from))
}

func throughputOf(m slo.Measured, window time.Duration) *float64 {
	seconds := m.Coverage * window.Seconds()
	if seconds <= 0 {
		return nil
	}
	perSecond := m.Total / seconds
	return &perSecond
}
