package slo

import (
	"math"
	"time"
)

// Budget is what is left of an error budget at the end of a window.
type Budget struct {
	// Left is the share of the budget that is left: 1 untouched, 0 spent, negative overspent (-1: spent twice).
	Left float64
	// Events is how many more of the window's events could have been bad; negative when overspent. Seldom a whole number:
	// 0.1 % of 2,500 events is 2.5.
	Events float64
	// Minutes is Left as minutes of full outage: window x (1 - objective) x Left. 99.9 % over 30d starts with 43.2.
	Minutes float64
}

// Exhausted states that no budget is left.
func (b Budget) Exhausted() bool { return b.Left <= 0 }

// BudgetLeft is the budget left of an objective over a window in which c was counted:
// 1 - (bad/total)/(1-objective).
//
// It is false when the window has no events. An idle window spends nothing, so "100 % left" would be tempting; but a
// misspelt selector and a service that is down look the same, and its budget in events is a share of no events. Saying
// nothing is the one answer that is never wrong.
//
// An objective of 1 has no budget to spend: without a bad event Left is 1 (nothing is broken), with any it is 0, and Events
// shows how many broke it (-3: three).
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

// snapToZero makes exactly spent exactly 0: dividing decimals that float64 cannot hold leaves 1e-16 to either side, and
// that must not decide whether a budget is exhausted.
func snapToZero(left float64) float64 {
	if math.Abs(left) < 1e-12 {
		return 0
	}
	return left
}
