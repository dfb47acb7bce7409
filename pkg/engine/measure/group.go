package measure

import (
	"math"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Measure returns the counts of (from, to], with exclusions and the policy for missing time
// applied. A group without series of bad events has zero of them if the total was measured.
func (g Group) Measure(from, to time.Time) slo.Measured {
	return g.FillMissing(g.MeasureUnfilled(from, to), from, to)
}

// MeasureUnfilled returns the counts and coverage of (from, to] outside exclusions, before the
// policy for missing time.
func (g Group) MeasureUnfilled(from, to time.Time) slo.Measured {
	return ClampBad(g.MeasureUnclamped(from, to))
}

// ClampBad clamps the bad events to [0, total].
func ClampBad(m slo.Measured) slo.Measured {
	m.Bad = min(max(m.Bad, 0), max(m.Total, 0))
	return m
}

// MeasureUnclamped is MeasureUnfilled before clamping, so that parts of a window or group add up to
// the whole. Only the whole is clamped: good and total events are scraped at different moments. If
// all of the time is excluded, coverage is 1.
func (g Group) MeasureUnclamped(from, to time.Time) slo.Measured {
	if g.members != nil {
		return g.combineMembers(from, to)
	}
	m := slo.Measured{Counts: g.CountsUnclamped(from, to)}
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

// CountsUnclamped returns the counts of MeasureUnclamped, of a group that is not a composite.
func (g Group) CountsUnclamped(from, to time.Time) slo.Counts {
	m := g.allCounts(from, to)
	for _, out := range g.reading.excluded {
		if out = out.Cut(from, to); out.Length() > 0 {
			x := g.allCounts(out.From, out.To)
			m.Total, m.Bad = m.Total-x.Total, m.Bad-x.Bad
		}
	}
	return m
}

// Counts returns the counts of Measure. It computes coverage only if the policy for missing time
// depends on it.
func (g Group) Counts(from, to time.Time) slo.Counts {
	if g.members != nil || g.reading.SLO.HasFilledGaps() {
		return g.Measure(from, to).Counts
	}
	return ClampBad(slo.Measured{Counts: g.CountsUnclamped(from, to)}).Counts
}

// allCounts returns the counts of (from, to], including exclusions.
func (g Group) allCounts(from, to time.Time) slo.Counts {
	var m slo.Counts
	if m.Total, m.Bad = g.TotalAndPart(from, to); g.reading.Counting.Good {
		m.Bad = m.Total - m.Bad
	}
	return m
}

// TotalAndPart returns all events in (from, to], and the good or bad ones.
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

// coverage is the measured share of (from, to], including exclusions. Events that the exporter lost
// lower it by their share.
func (g Group) coverage(from, to time.Time) float64 {
	covered := g.timeCovered(from, to)
	if l := g.reading.lost; l != nil && covered > 0 {
		covered *= l.kept(g.Labels()[labelCluster], from, to)
	}
	return covered
}

// timeCovered is the share of (from, to] with data.
func (g Group) timeCovered(from, to time.Time) float64 {
	switch {
	case g.pods != nil:
		return g.pods.coverage(from, to)
	case g.total == nil:
		return 0
	}
	return g.reading.cells.Coverage(g.total, from, to)
}

// Period returns the counts of the SLO's window that contains `at`, and its terms.
func (g Group) Period(s catalog.SLO, at time.Time) (slo.Measured, slo.Terms) {
	start, _ := s.Period(at)
	return g.Measure(start, at), g.Terms(s, at)
}

// Terms returns the terms of an SLO's period at an instant.
func (g Group) Terms(s catalog.SLO, at time.Time) slo.Terms {
	start, end := s.Period(at)
	return slo.Terms{
		Objective: s.Objective, Period: end.Sub(start), Length: slo.LengthWithout(start, end, g.reading.excluded),
		LowTraffic: s.LowTraffic,
		Elapsed:    ElapsedShare(start, at, end, g.reading.excluded),
	}
}

// ElapsedShare is the share of (start, end] outside exclusions that has passed at an instant, 0..1;
// 1 if all is excluded.
func ElapsedShare(start, at, end time.Time, excluded []slo.Interval) float64 {
	whole := slo.LengthWithout(start, end, excluded)
	if whole <= 0 || !at.Before(end) {
		return 1
	}
	return float64(slo.LengthWithout(start, at, excluded)) / float64(whole)
}

// Throughput is events per measured second, including exclusions; nil if nothing was measured.
// Slices of time and composites have no throughput.
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

// FillMissing adds the unmeasured time of (from, to] by the SLO's policy: as slices of time, or as events
// at the mean rate of the SLO's window. Time before the first sample of the group is not missing.
func (g Group) FillMissing(m slo.Measured, from, to time.Time) slo.Measured {
	s := g.reading.SLO
	if !s.HasFilledGaps() || m.Coverage >= 1 {
		return m
	}
	seconds := slo.LengthWithout(from, to, g.reading.excluded).Seconds()
	begin := g.FirstSeen(to)
	if begin.Before(from) {
		begin = from
	}
	missing := slo.LengthWithout(begin, to, g.reading.excluded).Seconds() - m.Coverage*seconds
	if missing <= 0 {
		return m
	}
	events := missing * g.meanRate(to)
	if s.Slice() > 0 {
		events = math.Round(events)
	}
	m.Total += events
	if s.Missing == catalog.MissingBad {
		m.Bad += events
	}
	m.Coverage = min(m.Coverage+missing/seconds, 1)
	return m
}

// meanRate is the events per measured second of the SLO's window up to `to`.
func (g Group) meanRate(to time.Time) float64 {
	if slice := g.reading.SLO.Slice(); slice > 0 {
		return 1 / slice.Seconds()
	}
	start, _ := g.reading.SLO.Period(to)
	m := g.MeasureUnfilled(start, to)
	measured := m.Coverage * slo.LengthWithout(start, to, g.reading.excluded).Seconds()
	if measured <= 0 {
		return 0
	}
	return m.Total / measured
}

// FirstSeen is the minute of the group's first sample in the counts; `to` if there is none.
func (g Group) FirstSeen(to time.Time) time.Time {
	if g.members != nil {
		first := to
		for _, m := range g.members {
			if m != nil && m.FirstSeen(to).Before(first) {
				first = m.FirstSeen(to)
			}
		}
		return first
	}
	low, high := g.reading.start, to
	if g.coverage(low, high) == 0 {
		return to
	}
	for high.Sub(low) > time.Minute { // seen within (events.from, high], not within (events.from, low]
		middle := low.Add(high.Sub(low) / 2).Truncate(time.Minute)
		if g.coverage(g.reading.start, middle) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}
