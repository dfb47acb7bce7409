// Package slo is the arithmetic of service level objectives: error budgets, burn rates, alert
// policies, states and forecasts, each computed from counted events.
//
// It is pure: no I/O, no clock, no servers and no Grafana. Sums are made before divisions. No
// function returns NaN or an infinity; a result that does not exist has ok == false.
//
// Start reading at Policy.Evaluate and BudgetLeft.
package slo

import (
	"math"
	"time"
)

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

// Terms are the parameters by which the counts of an SLO are judged.
type Terms struct {
	Objective Objective
	// Period is the length of the window; of a calendar window, the whole period. Alert factors
	// depend on it.
	Period time.Duration
	// Length is the part of the period outside exclusions. The budget in minutes is a share of it.
	// 0: the whole period.
	Length time.Duration
	// Elapsed is the share of Length that has passed, 0..1; 1 for a rolling window.
	Elapsed    float64
	LowTraffic LowTraffic
}

// LowTraffic is the least number of events for an alert to fire: one error in three requests is a
// burn rate of 333 at 99.9%.
type LowTraffic struct {
	MinEvents float64 // in the long window of an alert
	MinBad    float64 // bad ones among them
}

func (l LowTraffic) isHoldingBack(c Counts) bool {
	return !(c.Total >= l.MinEvents) || !(c.Bad >= l.MinBad)
}

// Budget returns the remaining budget of the whole period: 1 - elapsed x (bad/total)/(1-objective).
//
// For a rolling window, it is BudgetLeft. For a calendar window, the future events are projected at
// the rate so far, none of them bad. So an even burn of 1 leaves 1 - elapsed, and a bad first day
// of a month is not a spent month.
func (t Terms) Budget(c Counts) (Budget, bool) {
	length := t.Length
	if length == 0 {
		length = t.Period
	}
	whole := c
	if t.Elapsed > 0 && t.Elapsed < 1 {
		whole.Total = c.Total / t.Elapsed
	}
	if c, ok := c.clamp(); ok {
		whole.Bad = c.Bad
	}
	return BudgetLeft(t.Objective, length, whole)
}

// EvenBudget is the remaining share of a budget that is spent evenly.
func (t Terms) EvenBudget() float64 { return 1 - t.Elapsed }

// EvaluateTerms is Evaluate for windows of any kind. whole are the counts of the period so far.
func (p Policy) EvaluateTerms(t Terms, whole Measured, measure func(window time.Duration) Measured) Evaluation {
	var e Evaluation
	e.Budget, e.HasBudget = t.Budget(whole.Counts)
	windows := make(map[time.Duration]Measured, 2*len(p.Alerts))
	for _, w := range p.Windows() {
		windows[w] = measure(w)
	}
	worst := Unmeasured
	for _, a := range p.Alerts {
		ae := a.evaluate(t, windows[a.Long], windows[a.Short])
		e.Alerts = append(e.Alerts, ae)
		worst = max(worst, ae.State)
		e.Partial = e.Partial || ae.State == Unmeasured
	}
	switch {
	case !e.HasBudget:
		e.State = Unmeasured
	case e.Budget.Exhausted():
		e.State = Exhausted
	default:
		e.State = worst
	}
	e.Partial = e.Partial && e.State != Unmeasured
	return e
}
