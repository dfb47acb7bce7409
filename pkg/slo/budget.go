package slo

import (
	"math"
	"time"
)

// Budget is the error budget remaining at the end of a window.
type Budget struct {
	// Left is the remaining share of the budget: 1 untouched, 0 spent, negative overspent (-1:
	// spent twice).
	Left float64
	// Events is how many more events of the window could have been bad; negative when overspent. It
	// is seldom a whole number: 0.1% of 2,500 events is 2.5.
	Events float64
	// Minutes is Left as minutes of full outage: window x (1 - objective) x Left. 99.9% over 30d
	// starts with 43.2.
	Minutes float64
}

// Exhausted reports whether no budget remains.
func (b Budget) Exhausted() bool { return b.Left <= 0 }

// BudgetLeft returns the remaining budget of a window with the counts c: 1 - (bad/total)/(1-objective).
//
// ok is false when the window has no events. An idle service, a misspelt selector and a service
// that is down all have no events, so there is no number that is right for all of them.
//
// An objective of 1 has no budget: Left is 1 without a bad event and 0 with any. Events is then the
// negative number of bad events.
func BudgetLeft(o Objective, window time.Duration, c Counts) (Budget, bool) {
	c, ok := c.clamp()
	if !ok {
		return Budget{}, false
	}
	share := o.ErrorBudget()
	if share == 0 {
		if c.Bad > 0 {
			return Budget{Left: 0, Events: -c.Bad}, true
		}
		return Budget{Left: 1}, true
	}
	left := snapToZero(1 - c.Bad/c.Total/share)
	events := left * share * c.Total
	return Budget{Left: left, Events: events, Minutes: window.Minutes() * share * left}, true
}

// snapToZero rounds a result within 1e-12 of 0 to exactly 0. Decimals that float64 cannot hold
// leave 1e-16 on either side, which must not decide whether a budget is exhausted.
func snapToZero(left float64) float64 {
	if math.Abs(left) < 1e-12 {
		return 0
	}
	return left
}

// BurnRate is the speed of spending relative to a budget that is used up exactly at the end of the
// window: (bad/total)/(1-objective), from 0 to 1/(1-objective).
//
// ok is false without events, and for an objective of 1, which has no budget.
func BurnRate(o Objective, c Counts) (float64, bool) {
	ratio, ok := c.ErrorRatio()
	budget := o.ErrorBudget()
	if !ok || budget == 0 {
		return 0, false
	}
	return ratio / budget, true
}

// ExhaustedIn returns how long the budget b of a rolling period lasts at a burn rate: left x period
// / burn. It is 0 when the budget is spent.
//
// ok is false when nothing burns, and when the budget outlasts one more period. Bad events that
// leave the window before then are not credited, so the time is a lower bound.
func ExhaustedIn(b Budget, period time.Duration, burn float64) (time.Duration, bool) {
	if b.Exhausted() {
		return 0, true
	}
	// Compare before dividing: a slow burn overflows a Duration. The negation also excludes NaN.
	if !(burn > 0) || !(burn >= b.Left) || period <= 0 {
		return 0, false
	}
	return time.Duration(b.Left / burn * float64(period)), true
}

// ExhaustedRolling returns how long the budget of a rolling period lasts if events continue as in
// recent, which were counted over the time `counted`. kept(after) are the counts of today's window
// that are still in the window after that time: bad events leave it, and their budget comes back.
// kept is called at 0 and at the ascending steps, and interpolated linearly between them. The
// result is 0 when the budget is spent. ok is false when it outlasts the steps.
func ExhaustedRolling(o Objective, recent Counts, counted time.Duration, steps []time.Duration,
	kept func(after time.Duration) Counts,
) (time.Duration, bool) {
	share := o.ErrorBudget()
	// over is the number of bad events by which the budget is overspent after a time.
	over := func(after time.Duration) float64 {
		c := kept(after)
		arrived := float64(after) / float64(counted)
		return c.Bad + recent.Bad*arrived - share*(c.Total+recent.Total*arrived)
	}
	before := over(0)
	switch {
	case share == 0 || counted <= 0:
		return 0, false
	case before >= 0:
		return 0, kept(0).Total > 0
	case !(recent.Bad > 0):
		return 0, false
	}
	last := time.Duration(0)
	for _, at := range steps {
		now := over(at)
		if now >= 0 {
			return last + time.Duration(float64(at-last)*-before/(now-before)), true
		}
		last, before = at, now
	}
	return 0, false
}

// ExhaustedThisPeriod returns how long the remaining budget of a calendar period lasts at a burn
// rate. ok is false when it outlasts the period.
func (t Terms) ExhaustedThisPeriod(b Budget, burn float64) (time.Duration, bool) {
	in, ok := ExhaustedIn(b, t.Period, burn)
	if !ok || float64(in) > (1-t.Elapsed)*float64(t.Period) {
		return 0, false
	}
	return in, true
}
