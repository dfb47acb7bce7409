package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/slo"
)

func named(t *testing.T, name string) Policy {
	t.Helper()
	p, ok := FindPolicy(name)
	require.True(t, ok)
	return p
}

// 30d are 720 h: 1% in 1 h is 0.01 x 720 = 7.2, 5% in 6 h is 0.05 x 120 = 6, 10% in 72 h is 0.1 x
// 10 = 1.
func TestFactorsFollowTheWindow(t *testing.T) {
	for _, c := range []struct {
		policy string
		period time.Duration
		o      Objective
		want   []float64
	}{
		{"page-and-slack", 30 * day, 0.999, []float64{7.2, 6}},
		{"page-and-slack", 28 * day, 0.999, []float64{6.72, 5.6}},
		{"page-and-slack", 7 * day, 0.999, []float64{1.68, 1.4}},
		{"sre-workbook", 30 * day, 0.999, []float64{14.4, 6, 1}},
		{"sre-workbook", 28 * day, 0.999, []float64{13.44, 5.6, 28.0 / 30}},
		{"sre-workbook", 90 * day, 0.999, []float64{43.2, 18, 3}},
		{"sre-workbook", 30 * day, 0.9, []float64{10, 6, 1}}, // capped at 1/(1-0.9)
		{"sre-workbook", 30 * day, 0.5, []float64{2, 2, 1}},
		{"sre-workbook", 30 * day, 1, []float64{0, 0, 0}}, // no budget, no threshold
	} {
		for i, a := range named(t, c.policy).Alerts {
			assert.InDelta(t, c.want[i], a.Factor(c.period, c.o), 1e-9, "%s %v %v alert %d", c.policy, c.period, c.o, i)
		}
	}
}

func TestNamedPolicies(t *testing.T) {
	policies := Policies()
	require.Len(t, policies, 2)
	assert.Equal(t, DefaultPolicy, policies[0].Name)
	assert.Equal(t, []string{"page", "slack"}, policies[0].Severities())
	assert.Equal(t, []time.Duration{5 * time.Minute, 30 * time.Minute, time.Hour, 6 * time.Hour}, policies[0].Windows())
	assert.Equal(t, []string{"page", "ticket"}, policies[1].Severities())
	assert.Equal(t, []time.Duration{5 * time.Minute, 30 * time.Minute, time.Hour, 6 * time.Hour, 3 * day},
		policies[1].Windows())
	for _, p := range policies {
		assert.NotEmpty(t, p.Description)
		assert.NoError(t, p.Validate(30*day, 0.999))
		for _, a := range p.Alerts {
			assert.Equal(t, ShortFor(a.Long), a.Short)
		}
	}
	policies[0].Alerts[0].Percent = 50
	assert.Equal(t, 1.0, Policies()[0].Alerts[0].Percent, "what one caller changes no other sees")
}

func TestShortForIsATwelfthInWholeMinutes(t *testing.T) {
	for long, want := range map[time.Duration]time.Duration{
		time.Hour:        5 * time.Minute,
		6 * time.Hour:    30 * time.Minute,
		3 * day:          6 * time.Hour,
		10 * time.Minute: time.Minute, // 50 s
		5 * time.Minute:  time.Minute, // 25 s
		45 * time.Minute: 4 * time.Minute,
	} {
		assert.Equal(t, want, ShortFor(long), "%v", long)
	}
}

func TestValidate(t *testing.T) {
	page := func(percent float64, long, short time.Duration) Policy {
		return Policy{Name: "mine", Alerts: []Alert{{Severity: "page", Percent: percent, Long: long, Short: short}}}
	}
	const h, m = time.Hour, time.Minute
	for _, c := range []struct {
		name   string
		policy Policy
		period time.Duration
		o      Objective
		want   string // "" when valid
	}{
		{"valid", page(2, h, 5*m), 30 * day, 0.999, ""},
		{"one window only", page(2, h, h), 30 * day, 0.999, ""},
		{"objective 100 % has no factor to miss", page(100, h, 5*m), 30 * day, 1, ""},
		{
			"no alerts",
			Policy{Name: "mine"},
			30 * day, 0.999,
			`policy "mine" has no alerts. Give at least one, for example {severity: page, percent: 2, long: 1h}`,
		},
		// 14.4 > 1/(1-0.9305) = 14.388. A total outage spends 1.998% in an hour.
		{
			"14.4 at 93.05 %", page(2, h, 5*m), 30 * day, 0.9305,
			"alert 1 (page, 2% in 1h): needs a burn rate of 14.4, but at an objective of 93.05% even a total outage burns at " +
				"14.3885: it could never fire. A percent of 1.9 or less would work",
		},
		{"14.4 at 93.06 %", page(2, h, 5*m), 30 * day, 0.9306, ""},
		{"exactly what a total outage spends", page(5, 18*h, 90*m), 30 * day, 0.5, ""}, // threshold 2 = 1/(1-0.5)
		{
			"percent 0", page(0, h, 5*m), 30 * day, 0.999,
			"alert 1 (page, 0% in 1h): percent 0 is not within 0 < percent <= 100. It is the share of the budget, for example 2",
		},
		{
			"percent 101", page(101, h, 5*m), 30 * day, 0.999,
			"alert 1 (page, 101% in 1h): percent 101 is not within 0 < percent <= 100. It is the share of the budget, for example 2",
		},
		{
			"short longer than long", page(2, h, 2*h), 30 * day, 0.999,
			"alert 1 (page, 2% in 1h): short window 2h is longer than the long one, 1h. A twelfth of it would be 5m",
		},
		{
			"long not shorter than the period", page(2, 6*h, 30*m), 6 * h, 0.999,
			"alert 1 (page, 2% in 6h): long window 6h is not shorter than the SLO's window, 6h. An alert must come before the budget's window is over",
		},
		{
			"no short window", page(2, h, 0), 30 * day, 0.999,
			"alert 1 (page, 2% in 1h): short window 0s is not one or more whole minutes",
		},
		{
			"seconds", page(2, h, 90*time.Second), 30 * day, 0.999,
			"alert 1 (page, 2% in 1h): short window 1m30s is not one or more whole minutes",
		},
		{
			"all problems at once",
			Policy{Name: "mine", Alerts: []Alert{
				{"", 200, h, 5 * m}, {"page", 2, h, 5 * m}, {"page", 2, h, 5 * m},
			}},
			30 * day, 0.999,
			"alert 1 (, 200% in 1h): severity \"\" is not a name. Use letters, digits, '.', '_' and '-', for example page\n" +
				"alert 1 (, 200% in 1h): percent 200 is not within 0 < percent <= 100. It is the share of the budget, for example 2\n" +
				"alert 3 (page, 2% in 1h): the same as alert 2. Remove one",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.policy.Validate(c.period, c.o)
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, c.want)
		})
	}
}

// Validate accepts the percentage that it recommends.
func TestValidateRecommendsAPercentThatWorks(t *testing.T) {
	p := Policy{Alerts: []Alert{{"page", 1.9, time.Hour, 5 * time.Minute}}}
	assert.NoError(t, p.Validate(30*day, 0.9305))
}
