package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	. "github.com/burnline/burnline/pkg/slo"
)

func TestAlertState(t *testing.T) {
	for _, c := range []struct {
		long, short, factor float64
		want                State
	}{
		{0, 0, 7.2, Ok},
		{7.1, 7.1, 7.2, Ok},
		{8, 0, 7.2, Recovering},
		{0, 8, 7.2, Rising},
		{8, 8, 7.2, Firing},
		{7.2, 7.2, 7.2, Firing},                       // at the threshold
		{0.0072 / 0.001, 0.0072 / 0.001, 7.2, Firing}, // despite rounding
		{1e9, 1e9, 0, Ok},                             // no threshold, no alert
	} {
		assert.Equal(t, c.want, AlertState(c.long, c.short, c.factor), "%+v", c)
	}
}

// A threshold at the cap fires in a total outage only.
func TestACappedFactorFiresInATotalOutage(t *testing.T) {
	o := Objective(0.93)
	factor := Alert{Percent: 2, Long: time.Hour}.Factor(30*day, o)
	outage, _ := BurnRate(o, Counts{Total: 700, Bad: 700})
	assert.Equal(t, Firing, AlertState(outage, outage, factor))
	almost, _ := BurnRate(o, Counts{Total: 700, Bad: 699})
	assert.Equal(t, Ok, AlertState(almost, almost, factor))
}

func TestStateNames(t *testing.T) {
	for state, name := range map[State]string{
		-1: "unmeasured", 0: "ok", 1: "recovering", 2: "rising", 3: "firing", 4: "exhausted", 7: "state 7",
	} {
		assert.Equal(t, name, state.String())
	}
}

// page-and-slack over 30d at 99.9%: burn-rate thresholds 7.2 (1h/5m) and 6 (6h/30m). Each window
// has 10,000 events unless stated otherwise; bad = 10 x burn rate. The period has 1,000,000 events,
// 1,000 of which may be bad.
func TestEvaluate(t *testing.T) {
	const full = 1.0
	w := func(bad, coverage float64) Measured { return Measured{Counts{10_000, bad}, coverage} }
	idle, gone := Measured{Coverage: full}, Measured{}
	period := Measured{Counts{1_000_000, 100}, full}

	for _, c := range []struct {
		name                    string
		period, h1, m5, h6, m30 Measured
		want                    State
		page, slack             State
		partial                 bool
	}{
		{"quiet", period, w(1, full), w(0, full), w(1, full), w(0, full), Ok, Ok, Ok, false},
		{"fast burn", period, w(100, full), w(100, full), w(30, full), w(100, full), Firing, Firing, Rising, false},
		{"just begun", period, w(20, full), w(200, full), w(5, full), w(30, full), Rising, Rising, Ok, false},
		{
			"just over", period, w(100, full), w(0, full), w(60, full), w(50, full), Recovering, Recovering, Recovering,
			false,
		},
		{
			"slow burn fires slack only", period, w(65, full), w(65, full), w(65, full), w(65, full), Firing, Ok,
			Firing,
			false,
		},
		{
			"spent, and quiet now",
			Measured{Counts{1_000_000, 1000}, full},
			w(0, full), w(0, full), w(0, full),
			w(0, full), Exhausted, Ok, Ok, false,
		},
		{
			"spent, and it still burns",
			Measured{Counts{1_000_000, 5000}, full},
			w(100, full), w(100, full), w(0, full),
			w(0, full), Exhausted, Firing, Ok, false,
		},

		// No traffic, gaps and few events.
		{"no traffic at night", period, idle, idle, w(1, full), idle, Ok, Ok, Ok, false},
		{"no event in the whole window", idle, idle, idle, idle, idle, Unmeasured, Ok, Ok, false},
		{"never measured", gone, gone, gone, gone, gone, Unmeasured, Unmeasured, Unmeasured, false},
		{
			"down for the last 20 minutes", period, w(1, 0.67), gone, w(1, 0.94), w(1, 0.33), Unmeasured, Unmeasured,
			Unmeasured, false,
		},
		{"one scrape missed", period, w(1, 0.98), w(1, 0.8), w(1, full), w(1, 0.97), Ok, Unmeasured, Ok, true},
		{"at the floor is enough", period, w(1, 0.9), w(1, 0.9), w(1, 0.9), w(1, 0.9), Ok, Ok, Ok, false},
		{
			"half an hour old and failing: certain", period, w(200, 0.5), w(200, full), w(200, 0.083), w(200, full),
			Firing, Firing, Unmeasured, true,
		},
		{
			"half an hour old, over only if the rest was", period, w(100, 0.5), w(100, full), w(1, 0.083), w(1, full),
			Unmeasured, Unmeasured, Unmeasured, false,
		},
		{
			"three days old and well",
			Measured{Counts{1000, 0}, 0.1},
			w(0, full), w(0, full), w(0, full), w(0, full), Ok,
			Ok, Ok, false,
		},
		{
			"one of three failed",
			Measured{Counts{3, 1}, full},
			Measured{Counts{3, 1}, full},
			idle,
			Measured{Counts{3, 1}, full},
			idle, Exhausted, Recovering, Recovering, false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			windows := map[time.Duration]Measured{
				30 * day: c.period, time.Hour: c.h1, 5 * time.Minute: c.m5,
				6 * time.Hour: c.h6, 30 * time.Minute: c.m30,
			}
			e := named(t, "page-and-slack").Evaluate(0.999, 30*day,
				func(w time.Duration) Measured { return windows[w] })
			assert.Equal(t, c.want.String(), e.State.String())
			assert.Equal(t, c.page.String(), e.Alerts[0].State.String())
			assert.Equal(t, c.slack.String(), e.Alerts[1].State.String())
			assert.Equal(t, c.partial, e.Partial)
			assert.InDelta(t, 7.2, e.Alerts[0].Factor, 1e-9)
			assert.Equal(t, c.period.Total > 0, e.HasBudget)

			firing, measured := e.Firing("page")
			assert.Equal(t, c.page == Firing, firing)
			assert.Equal(t, c.page != Unmeasured, measured)
			firing, measured = e.Firing("nobody")
			assert.False(t, firing || measured)
		})
	}
}

func TestEvaluateReportsBurnAndCoverage(t *testing.T) {
	e := named(t, "page-and-slack").Evaluate(0.999, 30*day, func(w time.Duration) Measured {
		if w == 5*time.Minute {
			return Measured{Coverage: 1}
		}
		return Measured{Counts{1000, 3}, 0.95}
	})
	assert.InDelta(t, 3, e.Alerts[0].Long.Rate, 1e-9)
	assert.Equal(t, 0.95, e.Alerts[0].Long.Coverage)
	assert.Equal(t, Burn{Coverage: 1}, e.Alerts[0].Short, "no events, no rate")
}

// With an objective of 100%, any bad event is over the threshold and exhausts the budget.
func TestEvaluateObjectiveOfOneHundredPercent(t *testing.T) {
	bad := map[time.Duration]float64{}
	evaluate := func() Evaluation {
		return named(t, "page-and-slack").Evaluate(1, 30*day, func(w time.Duration) Measured {
			return Measured{Counts{1000, bad[w]}, 1}
		})
	}
	assert.Equal(t, Ok, evaluate().State)

	bad[30*day], bad[6*time.Hour], bad[time.Hour] = 1, 1, 1
	e := evaluate()
	assert.Equal(t, Exhausted, e.State)
	assert.Equal(t, Recovering, e.Alerts[0].State)
	assert.Equal(t, 0.0, e.Alerts[0].Factor)
	assert.False(t, e.Alerts[0].Long.Known)

	bad[5*time.Minute] = 1
	firing, _ := evaluate().Firing("page")
	assert.True(t, firing)
}
