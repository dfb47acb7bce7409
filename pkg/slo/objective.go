// Package slo is the arithmetic of service level objectives: error budgets, burn rates, alert
// policies, states and forecasts, each computed from counted events.
//
// It is pure: no I/O, no clock, no servers and no Grafana. Sums are made before divisions. No
// function returns NaN or an infinity; a result that does not exist has ok == false.
//
// Start reading at Policy.Evaluate and BudgetLeft.
package slo

import "math"

// Objective is the target share of good events, 0 < o <= 1. 0.999 is "99.9%".
//
// 1 is valid and means "any bad event violates the objective". It has no error budget, no burn rate
// and no burn-rate threshold.
type Objective float64

// ObjectiveFromPercent converts percent to a share: 99.9 to 0.999. It rounds to 12 decimals,
// because 99.9/100 is not the float64 nearest to 0.999.
func ObjectiveFromPercent(percent float64) Objective {
	return Objective(roundShare(percent / 100))
}

// Percent returns the objective in percent: 99.9 for 0.999.
func (o Objective) Percent() float64 {
	return math.Round(float64(o)*1e12) / 1e10
}

// ErrorBudget is the share of events that may be bad, 1 - o, within [0, 1].
//
// 1 - 0.999 is 0.0010000000000000009 in float64. The result is rounded to 12 decimals, so that one
// bad event in a thousand spends exactly the budget. The budget of NaN is 0.
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
	return exact // closer to 1 than twelve decimals
}

// maxBurn is the burn rate of a total outage, 1/(1-o), the highest that exists. It is 0 without a budget.
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
