package engine

import (
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

// exhaustedIn returns when the budget is spent at the burn rate of the last hour; nil if it lasts.
func exhaustedIn(g measure.Group, s catalog.SLO, b slo.Budget, t slo.Terms, at time.Time) *time.Duration {
	recent := g.Measure(at.Add(-RecentWindow), at)
	burn, _ := slo.BurnRate(s.Objective, recent.Counts)
	in, ok := slo.ExhaustedIn(b, t.Period, burn)
	switch {
	case !ok || b.Exhausted():
	case s.Calendar != nil:
		in, ok = t.ExhaustedThisPeriod(b, burn)
	default:
		in, ok = spentIn(g, s, recent, at)
	}
	if !ok {
		return nil
	}
	return &in
}

// coarseSteps is the number of instants of the coming period at which a forecast searches first.
const coarseSteps = 24

// spentIn forecasts the spending of a rolling window hour by hour, with the events that leave it.
func spentIn(g measure.Group, s catalog.SLO, recent slo.Measured, at time.Time) (time.Duration, bool) {
	counted := time.Duration(recent.Coverage * float64(slo.LengthWithout(at.Add(-RecentWindow), at, g.Excluded())))
	spent := func(steps []time.Duration) (time.Duration, bool) {
		return slo.ExhaustedRolling(s.Objective, recent.Counts, counted, steps, func(after time.Duration) slo.Counts {
			return g.Counts(at.Add(after-s.Window), at)
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

// hoursLeaving returns the times, from `from` to `to`, after which the start of the window is a
// full hour, where cells have a border.
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
