package slo

import "time"

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
