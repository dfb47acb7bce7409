package query

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// The steps of a backtest. Up to fineRange it goes by the minute unless told otherwise.
var backtestSteps = []time.Duration{time.Minute, 5 * time.Minute}

const (
	fineRange = 7 * 24 * time.Hour
	// MaxSteps bounds the steps of a replay, with the longest window before the first.
	MaxSteps = 150_000
)

// BacktestPolicies gives the policies to replay, those named before those given inline, and the step. Without either it is
// every policy there is. Errors are UserErrors that name the field.
func (q Query) BacktestPolicies(c *catalog.Catalog) ([]slo.Policy, time.Duration, error) {
	var policies []slo.Policy
	var problems []error
	for i, name := range q.Backtest.Policies {
		p, err := c.Policy(name)
		if err != nil {
			problems = append(problems, &UserError{fmt.Sprintf("backtest.policies[%d]", i), err.Error()})
		}
		policies = append(policies, p)
	}
	if q.Backtest.Inline != nil {
		own, found := catalog.ParsePolicies(q.Backtest.Inline)
		problems = append(problems, fieldErrors("backtest.inline", found))
		for _, p := range own {
			if slices.ContainsFunc(policies, func(o slo.Policy) bool { return o.Name == p.Name }) {
				problems = append(problems, &UserError{"backtest.inline." + p.Name, "is in backtest.policies too; choose another name"})
			}
			policies = append(policies, p)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, 0, err
	}
	if len(policies) == 0 {
		policies = c.AllPolicies()
	}
	step, err := q.backtestStep(policies)
	return policies, step, err
}

func (q Query) backtestStep(policies []slo.Policy) (time.Duration, error) {
	step, span := q.Backtest.Step, q.To.Sub(q.From)
	if step == 0 {
		step = ReplayStep(policies, span)
	}
	if odd := oddWindow(policies, step); odd != "" {
		return 0, &UserError{"backtest.step", fmt.Sprintf("%s is not a whole number of steps of %s; use 1m", odd, slo.FormatDuration(step))}
	}
	if n := int64(span / step); n > MaxSteps {
		return 0, &UserError{"timeRange", fmt.Sprintf("%d steps of %s; at most %d are replayed: ask for a shorter time or, with windows of whole 5m, a step of 5m",
			n, slo.FormatDuration(step), MaxSteps)}
	}
	longest := longestWindow(policies)
	if n := int64((span + longest) / step); n > MaxSteps {
		return 0, &UserError{"timeRange", fmt.Sprintf("%d steps of %s with the %s before them that the longest alert window looks back over; at most %d are replayed: "+
			"ask for a shorter time or, with windows of whole 5m, a step of 5m, or leave out the policy with that window",
			n, slo.FormatDuration(step), slo.FormatDuration(longest), MaxSteps)}
	}
	return step, nil
}

func longestWindow(policies []slo.Policy) time.Duration {
	var longest time.Duration
	for _, p := range policies {
		for _, w := range p.Windows() {
			longest = max(longest, w)
		}
	}
	return longest
}

// ReplayStep is the step by which policies are replayed over a time when none is asked for: 1m, or 5m over more than a week
// where the policies' windows allow it.
func ReplayStep(policies []slo.Policy, over time.Duration) time.Duration {
	if over > fineRange && oddWindow(policies, backtestSteps[1]) == "" {
		return backtestSteps[1]
	}
	return backtestSteps[0]
}

// oddWindow names a window that the step does not divide, "" when there is none.
func oddWindow(policies []slo.Policy, step time.Duration) string {
	for _, p := range policies {
		for _, w := range p.Windows() {
			if w%step != 0 {
				return fmt.Sprintf("window %s of policy %s", slo.FormatDuration(w), p.Name)
			}
		}
	}
	return ""
}
