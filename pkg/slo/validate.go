package slo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// AlertError is one problem of one alert of a policy.
type AlertError struct {
	Index  int // in Policy.Alerts, from 0
	Alert  Alert
	Reason string
}

// Error is "alert 2 (slack, 5% in 6h): ...", counted from 1.
func (e *AlertError) Error() string {
	return fmt.Sprintf("alert %d (%s, %s%% in %s): %s", e.Index+1,
		e.Alert.Severity, formatNumber(e.Alert.Percent), FormatDuration(e.Alert.Long), e.Reason)
}

// Validate returns why the policy cannot serve an objective over a period, or nil. It joins one
// *AlertError for each problem, or one other error if the policy has no alerts.
//
// An alert with a factor above the burn rate of a total outage is refused: it would never fire (14.4 is
// unreachable at an objective of 93.05% or less). The message contains a percentage that works.
func (p Policy) Validate(period time.Duration, o Objective) error {
	if len(p.Alerts) == 0 {
		return fmt.Errorf("policy %q has no alerts. Give at least one, for example {severity: page, percent: 2, long: 1h}", p.Name)
	}
	var problems []error
	for i, a := range p.Alerts {
		for _, reason := range a.problems(period, o) {
			problems = append(problems, &AlertError{i, a, reason})
		}
		if j := slices.Index(p.Alerts, a); j < i {
			problems = append(problems, &AlertError{i, a, fmt.Sprintf("the same as alert %d. Remove one", j+1)})
		}
	}
	return errors.Join(problems...)
}

func (a Alert) problems(period time.Duration, o Objective) []string {
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	if !ValidName(a.Severity) {
		add("severity %q is not a name. Use letters, digits, '.', '_' and '-', for example page", a.Severity)
	}
	if !(a.Percent > 0 && a.Percent <= 100) {
		add("percent %s is not within 0 < percent <= 100. It is the share of the budget, for example 2",
			formatNumber(a.Percent))
	}
	for _, w := range []struct {
		name string
		size time.Duration
	}{{"long", a.Long}, {"short", a.Short}} {
		if w.size < time.Minute || w.size%time.Minute != 0 {
			add("%s window %s is not one or more whole minutes", w.name, FormatDuration(w.size))
		}
	}
	if a.Short > a.Long {
		add("short window %s is longer than the long one, %s. A twelfth of it would be %s",
			FormatDuration(a.Short), FormatDuration(a.Long), FormatDuration(ShortFor(a.Long)))
	}
	if a.Long >= period {
		add("long window %s is not shorter than the SLO's window, %s. An alert must come before the budget's window is over",
			FormatDuration(a.Long), FormatDuration(period))
	}
	if len(problems) > 0 {
		return problems // a factor of such numbers has no meaning
	}
	if limit, factor := o.maxBurn(), a.uncappedFactor(period); limit > 0 && factor > limit*(1+tolerance) {
		add("needs a burn rate of %s, but at an objective of %s%% even a total outage burns at %s: it could never fire. "+
			"A percent of %s or less would work",
			formatNumber(factor), formatNumber(o.Percent()), formatNumber(limit),
			formatNumber(reachablePercent(a.Long, period, limit)))
	}
	return problems
}

// reachablePercent is the share of the budget, in percent, that a total outage spends within long.
// It is rounded down to two significant digits.
func reachablePercent(long, period time.Duration, maxBurn float64) float64 {
	percent := 100 * maxBurn * float64(long) / float64(period)
	unit := math.Pow(10, math.Floor(math.Log10(percent))-1)
	return math.Floor(percent/unit) * unit
}

// ValidName reports whether a name is valid for SLOs, policies and severities: a letter or digit,
// then letters, digits, '.', '_' and '-'.
func ValidName(name string) bool {
	for i, r := range name {
		alphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !alphanumeric && (i == 0 || r != '.' && r != '_' && r != '-') {
			return false
		}
	}
	return name != ""
}

// formatNumber writes a number with at most four significant digits and without trailing zeros.
func formatNumber(x float64) string {
	if math.Abs(x) >= 1000 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strconv.FormatFloat(rounded, 'g', -1, 64)
}
