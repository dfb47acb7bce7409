package slo

import "time"

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
