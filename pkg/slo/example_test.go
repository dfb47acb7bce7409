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
		fmt.Printf("%s: %v%% in %s, and %s\n", alert.Severity, alert.Percent, slo.FormatDuration(alert.Long), slo.FormatDuration(alert.Short))
	}
	fmt.Println(slo.FormatDuration(36 * time.Hour))
	// Output:
	// page: 1% in 1h, and 5m
	// slack: 5% in 6h, and 30m
	// 1d12h
}
