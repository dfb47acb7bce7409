package slo

import "time"

// BurnRate is how many times faster than "exactly used up at the end of the window" the budget is being spent:
// (bad/total)/(1-objective), from 0 to 1/(1-objective).
//
// It is false when there were no events, and for an objective of 1, which has no budget to burn.
func BurnRate(o Objective, c Counts) (float64, bool) {
	ratio, ok := c.ErrorRatio()
	budget := o.ErrorBudget()
	if !ok || budget == 0 {
		return 0, false
	}
	return ratio / budget, true
}

// ExhaustedIn is how long the budget b of a rolling period lasts at the burn rate, from what is left and not from a full
// budget: left x period / burn. It is 0 when the budget is spent already.
//
// It is false when the budget outlasts one more period (bad events of today leave the window before it is spent) and when
// nothing burns. Bad events that leave the window until then are not credited, so it errs on the early side.
func ExhaustedIn(b Budget, period time.Duration, burn float64) (time.Duration, bool) {
	if b.Exhausted() {
		return 0, true
	}
	// Compare first: a slow burn overflows a Duration. The negation also turns NaN away.
	if !(burn > 0) || !(burn >= b.Left) || period <= 0 {
		return 0, false
	}
	return time.Duration(b.Left / burn * float64(period)), true
}
