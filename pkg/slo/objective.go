// Package slo is the arithmetic of service level objectives: error budgets, burn rates, alert policies, states and
// forecasts, each computed from counted events.
//
// It is pure: no I/O, no clock, no Grafana. Sums are made before anything is divided, and nothing here ever returns NaN or
// an infinity: what cannot be said comes back with ok == false.
package slo

import "math"

// Objective is the share of good events that is promised, 0 < o <= 1. 0.999 is "99.9 %".
//
// 1 is legal and means "any bad event breaches": it has no error budget, so no burn rate and no burn factor either.
type Objective float64

// ObjectiveFromPercent gives the objective for a percentage as people write it, 99.9 for 0.999.
// It rounds to 12 decimals, because 99.9/100 is not the float64 nearest to 0.999.
func ObjectiveFromPercent(percent float64) Objective {
	return Objective(roundShare(percent / 100))
}

// Percent gives the objective as people write it: 99.9 for 0.999.
func (o Objective) Percent() float64 {
	return math.Round(float64(o)*1e12) / 1e10
}

// ErrorBudget is the share of events that may be bad, 1 - o, within [0, 1].
//
// 1 - 0.999 is 0.0010000000000000009 in float64. The budget is rounded to 12 decimals, so that one bad event in a thousand
// spends the whole of it and not a little less. An objective that is not a number has no budget: 0.
func (o Objective) ErrorBudget() float64 {
	switch {
	case math.IsNaN(float64(o)) || o >= 1:
		return 0
	case o <= 0:
		return 1
	}
	exact := 1 - float64(o)
	if rounded := roundShare(exact); rounded > 0 {
		return rounded
	}
	return exact // closer to 1 than any decimal that people write
}

// maxBurn is the burn rate of a total outage, 1/(1-o): no burn rate can be higher. It is 0 when there is no budget.
func (o Objective) maxBurn() float64 {
	budget := o.ErrorBudget()
	if budget == 0 {
		return 0
	}
	return 1 / budget
}

func roundShare(share float64) float64 {
	return math.Round(share*1e12) / 1e12
}
