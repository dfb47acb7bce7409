package engine

import (
	"math"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// filled is what was measured in (from, to], with the time that was not counted
// by the SLO's policy for it: as slices of time, or as events at the mean rate
// of the SLO's window. Time before the group was first seen is not missing:
// there was nothing yet.
func (g group) filled(m slo.Measured, from, to time.Time) slo.Measured {
	s := g.events.slo
	if !s.FillsMissing() || m.Coverage >= 1 {
		return m
	}
	seconds := slo.Without(from, to, g.events.excluded).Seconds()
	begin := g.firstSeen(to)
	if begin.Before(from) {
		begin = from
	}
	missing := slo.Without(begin, to, g.events.excluded).Seconds() - m.Coverage*seconds
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
func (g group) meanRate(to time.Time) float64 {
	if slice := g.events.slo.Slice(); slice > 0 {
		return 1 / slice.Seconds()
	}
	start, _ := g.events.slo.Period(to)
	m := g.counted(start, to)
	measured := m.Coverage * slo.Without(start, to, g.events.excluded).Seconds()
	if measured <= 0 {
		return 0
	}
	return m.Total / measured
}

// firstSeen is the minute in which the group was first there, of what was read;
// `to` when it never was.
func (g group) firstSeen(to time.Time) time.Time {
	if g.members != nil {
		first := to
		for _, m := range g.members {
			if m != nil && m.firstSeen(to).Before(first) {
				first = m.firstSeen(to)
			}
		}
		return first
	}
	low, high := g.events.from, to
	if g.coverage(low, high) == 0 {
		return to
	}
	for high.Sub(low) > time.Minute { // seen within (events.from, high], not within (events.from, low]
		middle := low.Add(high.Sub(low) / 2).Truncate(time.Minute)
		if g.coverage(g.events.from, middle) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}
