package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

const day = 24 * time.Hour

func load(t *testing.T, series, definition string, now time.Time) (*Engine, catalog.SLO) {
	t.Helper()
	s, problems := catalog.ParseSLO([]byte(definition))
	require.NoError(t, problems.Err())
	return New(promtest.Load(t, series), Options{Now: func() time.Time { return now }}), s
}

const fiveDays = `load 5m
  requests_total{workload="a",code="200"} 0+500x1440
  requests_total{workload="a",code="500"} 0x863 0+1x576
`

const threeDaySLO = `{name: a, objective: 99.9, window: 3d, by: [workload],
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}`

// 144,000 good events a day. From 72 h on, one bad event every 5 minutes: 288 at 96 h.
//
// Over 3 d: 288 bad of 432,288. 99.9% allows 432.288: 0.3338 remains. 99.5% allows 2,161.44:
// 0.8668. Over 1 d: 288 of 144,288. 99.9% allows 144.288: -0.9960. 99.5% allows 721.44: 0.6008. The
// last hour burns at 12/6,012/0.001 = 2.0 or, at 99.5%, 0.4. 1% in 1h pages at 0.72 over 3 d and at
// 0.24 over 1 d.
func TestWhatIf(t *testing.T) {
	at := time.Unix(0, 0).Add(96 * time.Hour).UTC()
	e, s := load(t, fiveDays, threeDaySLO, at)
	alt := Alternatives{Objectives: []slo.Objective{0.999, 0.995}, Windows: []time.Duration{3 * day, day}}
	r, err := e.WhatIf(t.Context(), []catalog.SLO{s}, alt, at)
	require.NoError(t, err)
	require.Len(t, r.Variants, 4)
	for i, want := range []struct {
		objective slo.Objective
		window    time.Duration
		total     float64
		budget    float64
		own       bool
		state     slo.State
	}{
		{0.999, 3 * day, 432_288, 1 - 288/432.288, true, slo.Firing},
		{0.995, 3 * day, 432_288, 1 - 288/2161.44, false, slo.Ok},
		{0.999, day, 144_288, 1 - 288/144.288, false, slo.Exhausted},
		{0.995, day, 144_288, 1 - 288/721.44, false, slo.Firing},
	} {
		v := r.Variants[i]
		assert.Equal(t, want.objective, v.SLO.Objective)
		assert.Equal(t, want.window, v.SLO.Window)
		assert.Equal(t, want.window, v.Span)
		assert.Equal(t, want.own, v.Own)
		assert.Equal(t, want.total, v.Window.Total)
		assert.Equal(t, 288.0, v.Window.Bad)
		assert.InDelta(t, want.budget, v.Evaluation.Budget.Left, 1e-12)
		assert.Equal(t, want.state, v.Evaluation.State)
	}

	summary, err := e.Summary(t.Context(), []catalog.SLO{s}, at)
	require.NoError(t, err)
	assert.Equal(t, summary.Rows[0].Evaluation, r.Variants[0].Evaluation, "its own variant is what a summary says")
}

func TestWhatIfReadsNothingWhereTheSpanIsHeld(t *testing.T) {
	at := time.Unix(0, 0).Add(96*time.Hour + 37*time.Minute).UTC()
	e, s := load(t, fiveDays, threeDaySLO, at)
	ask := func(alt Alternatives) *WhatIf {
		r, err := e.WhatIf(t.Context(), []catalog.SLO{s}, alt, at)
		require.NoError(t, err)
		return r
	}
	_, err := e.Summary(t.Context(), []catalog.SLO{s}, at)
	require.NoError(t, err)

	r := ask(Alternatives{
		Objectives: []slo.Objective{0.99, 0.95, 0.9999},
		Windows:    []time.Duration{3 * day, 2 * day, 36 * time.Hour, day},
	})
	assert.Zero(t, r.Cost.Queries, "a summary has read the span")
	assert.Zero(t, r.Cost.CellsMissed)
	assert.Empty(t, r.Sent)
	require.Len(t, r.Variants, 12)
	assert.Equal(t, 2*day+37*time.Minute, r.Variants[3].Span, "another window starts at the whole hour")
	assert.Equal(t, 583*500.0+295, r.Variants[3].Window.Total,
		"48:00 to the scrape at 96:35, with the errors since 72:00")

	r = ask(Alternatives{Windows: []time.Duration{4*day + 12*time.Hour}})
	assert.NotZero(t, r.Cost.Queries, "longer than what is held")
	r = ask(Alternatives{Windows: []time.Duration{4*day + 12*time.Hour, 4 * day}})
	assert.Zero(t, r.Cost.Queries)
}

func TestWhatIfOfAnObjectiveThePolicyCannotServe(t *testing.T) {
	at := time.Unix(0, 0).Add(96 * time.Hour).UTC()
	e, s := load(t, fiveDays, threeDaySLO, at)
	s.Policy, _ = slo.FindPolicy("page-and-slack")
	r, err := e.WhatIf(t.Context(), []catalog.SLO{s},
		Alternatives{Objectives: []slo.Objective{0.2}, Windows: []time.Duration{30 * day}}, at)
	require.NoError(t, err)
	require.Len(t, r.Variants, 1)
	assert.True(t, r.Variants[0].Evaluation.HasBudget)
	assert.Equal(t, slo.Unmeasured, r.Variants[0].Evaluation.State)
	require.Len(t, r.Warnings, 1)
	assert.Contains(t, r.Warnings[0],
		"SLO a at 20% over 30d is not judged by policy page-and-slack: alert 1 (page, 1% in 1h): needs a burn rate of 7.2")
}
