package slo

import (
	"math"
	"slices"
	"time"
)

// Alert fires when Percent of the period's budget is spent within Long, and Short has the same burn rate.
type Alert struct {
	Severity string        // who is notified: "page", "slack", "ticket"
	Percent  float64       // of the budget of the period, 0 < p <= 100
	Long     time.Duration // the window that shows that the spending matters
	// the window that shows that it goes on, so that an alert ends soon after its cause; usually Long/12
	Short time.Duration
}

// Policy is a named set of alerts, the most severe first.
type Policy struct {
	Name        string
	Description string
	Alerts      []Alert
}

// ShortFor returns the default short window of a long one: a twelfth in whole minutes, at least
// one. (Google, The Site Reliability Workbook, chapter 5.)
func ShortFor(long time.Duration) time.Duration {
	return max((long / 12).Round(time.Minute), time.Minute)
}

// Factor is the burn rate at which Percent of the budget of the period is spent within Long:
// percent/100 x period/long.
//
// It is capped at 1/(1-objective), the burn rate of a total outage. Validate refuses policies that
// need the cap. It is 0 for an objective of 1, and for alerts that Validate refuses.
func (a Alert) Factor(period time.Duration, o Objective) float64 {
	return math.Min(a.uncappedFactor(period), o.maxBurn())
}

func (a Alert) uncappedFactor(period time.Duration) float64 {
	if !(a.Percent > 0) || a.Long <= 0 || period <= 0 {
		return 0
	}
	return a.Percent * float64(period) / float64(a.Long) / 100
}

// Windows returns the distinct windows of all alerts, ascending.
func (p Policy) Windows() []time.Duration {
	windows := make([]time.Duration, 0, 2*len(p.Alerts))
	for _, a := range p.Alerts {
		windows = append(windows, a.Short, a.Long)
	}
	slices.Sort(windows)
	return slices.Compact(windows)
}

// Severities returns the distinct severities in the order of the policy: the most severe first.
func (p Policy) Severities() []string {
	var severities []string
	for _, a := range p.Alerts {
		if !slices.Contains(severities, a.Severity) {
			severities = append(severities, a.Severity)
		}
	}
	return severities
}

// DefaultPolicy is the policy of an SLO that does not name one.
const DefaultPolicy = "page-and-slack"

// Policies returns the built-in policies, the default first. Callers may change the result.
func Policies() []Policy {
	return []Policy{
		{
			Name:        DefaultPolicy,
			Description: "Page when 1% of the budget is gone within an hour, post to Slack when 5% is gone within six.",
			Alerts: []Alert{
				{Severity: "page", Percent: 1, Long: time.Hour, Short: 5 * time.Minute},
				{Severity: "slack", Percent: 5, Long: 6 * time.Hour, Short: 30 * time.Minute},
			},
		},
		{
			Name: "sre-workbook",
			Description: "The Site Reliability Workbook's: page at 2% of the budget within an hour or 5% within six, " +
				"open a ticket at 10% within three days.",
			Alerts: []Alert{
				{Severity: "page", Percent: 2, Long: time.Hour, Short: 5 * time.Minute},
				{Severity: "page", Percent: 5, Long: 6 * time.Hour, Short: 30 * time.Minute},
				{Severity: "ticket", Percent: 10, Long: 72 * time.Hour, Short: 6 * time.Hour},
			},
		},
	}
}

// FindPolicy returns the built-in policy of a name.
func FindPolicy(name string) (Policy, bool) {
	for _, p := range Policies() {
		if p.Name == name {
			return p, true
		}
	}
	return Policy{}, false
}
