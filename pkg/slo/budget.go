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

// BudgetLeft returns the remaining budget of a window with the counts c: 1 -
// (bad/total)/(1-objective).
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
