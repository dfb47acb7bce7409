package measure

import (
	"math"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// FillMissing adds the unmeasured time of (from, to] by the SLO's policy: as slices of time, or as
// events at the mean rate of the SLO's window. Time before the first sample of the group is not
// missing.
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
