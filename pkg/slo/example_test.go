package slo_test

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

func ExampleObjectiveFromPercent() {
	objective := slo.ObjectiveFromPercent(99.9)
	fmt.Printf("%.4f of the events may be bad\n", objective.ErrorBudget())
	// Output: 0.0010 of the events may be bad
}

func ExampleFindPolicy() {
	policy, _ := slo.FindPolicy("page-and-slack")
	for _, alert := range policy.Alerts {
		fmt.Printf("%s: %v%% in %s, and %s\n", alert.Severity, alert.Percent, slo.FormatDuration(alert.Long),
			slo.FormatDuration(alert.Short))
	}
	fmt.Println(slo.FormatDuration(36 * time.Hour))
	// Output:
	// page: 1% in 1h, and 5m
	// slack: 5% in 6h, and 30m
	// 1d12h
}

// 5 bad of 10,000 events spend half of a budget of 0.1%.
func ExampleBudgetLeft() {
	budget, ok := slo.BudgetLeft(slo.ObjectiveFromPercent(99.9), 30*24*time.Hour, slo.Counts{Total: 10_000, Bad: 5})
	fmt.Printf("%v: %.0f%%, %.1f events, %.1f minutes of full outage remain\n", ok, 100*budget.Left, budget.Events,
		budget.Minutes)
	_, ok = slo.BudgetLeft(slo.ObjectiveFromPercent(99.9), 30*24*time.Hour, slo.Counts{})
	fmt.Println("without events:", ok)
	// Output:
	// true: 50%, 5.0 events, 21.6 minutes of full outage remain
	// without events: false
}

// 2% of all events are bad in every window: 20 times the rate that spends the budget in 30 days.
func ExamplePolicy_Evaluate() {
	policy, _ := slo.FindPolicy("page-and-slack")
	e := policy.Evaluate(slo.ObjectiveFromPercent(99.9), 30*24*time.Hour, func(window time.Duration) slo.Measured {
		if window == 30*24*time.Hour {
			return slo.Measured{Counts: slo.Counts{Total: 1_000_000, Bad: 400}, Coverage: 1}
		}
		return slo.Measured{Counts: slo.Counts{Total: 1_000, Bad: 20}, Coverage: 1}
	})
	fmt.Printf("%s, %.0f%% of the budget remain\n", e.State, 100*e.Budget.Left)
	for _, a := range e.Alerts {
		fmt.Printf("%s: %s at a burn rate of %.0f, threshold %.1f\n", a.Alert.Severity, a.State, a.Long.Rate, a.Factor)
	}
	// Output:
	// firing, 60% of the budget remain
	// page: firing at a burn rate of 20, threshold 7.2
	// slack: firing at a burn rate of 20, threshold 6.0
}
