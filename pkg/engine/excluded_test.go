package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
)

// Ten requests a minute for two days, all bad in the last 15 minutes. The 45 minutes before are
// excluded. 1,395 minutes of the day count: 13,950 events, 150 bad. 6,975 may be bad.
const excluding = `load 1m
  r_total{code="200"} 0+10x2865 28650x100
  r_total{code="500"} 0x2865 10+10x100
`

const excludes = `{name: a, objective: 50, window: 1d, exclude: [{from: 1970-01-02T23:00, to: 1970-01-02T23:45}],
  sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`

func TestExcludedTimeIsNoTimeWithoutTraffic(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * day).UTC()
	e, s := load(t, excluding, excludes, now)
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	row := r.Rows[0]
	require.Equal(t, 13_950.0, row.Window.Total)
	require.Equal(t, 150.0, row.Window.Bad)
	require.InDelta(t, 10.0/60, *row.Throughput, 1e-9, "what is, excluded or not")
	require.InDelta(t, 10.0/60, *row.Trend()[23].Value, 1e-9)
	// Each minute, ten bad events enter the window and ten good ones leave it: 6,825 more take
	// 682.5 minutes.
	require.Equal(t, 682*time.Minute+30*time.Second, row.ExhaustedIn.Round(time.Second))
	require.InDelta(t, 1395*0.5*(1-150/6975.0), row.Evaluation.Budget.Minutes, 1e-9)

	w, err := e.WhatIf(t.Context(), []catalog.SLO{s}, engine.Alternatives{}, now)
	require.NoError(t, err)
	own := w.Variants[0]
	require.True(t, own.Own)
	require.Equal(t, row.Evaluation, own.Evaluation, "the SLO as it is")
	require.Equal(t, row.Window, own.Window)
	require.Equal(t, row.ExhaustedIn, own.ExhaustedIn)
}

// Ten requests a minute, without scrapes from 40:00 to 46:00 of two days. After the gap the counter
// continues at its old value, so the requests of that time are unknown.
func TestMissingTimeHasANoticeWhereverItCounts(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * day).UTC()
	e, s := load(t, "load 1m\n  r_total{code=\"200\"} 0+10x2400 _x359 24010+10x200\n",
		`{name: a, objective: 50, window: 1d, missing: bad, sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`, now)
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	row := r.Rows[0]
	require.Greater(t, row.Window.Bad, 3_000.0)
	require.Less(t, row.Window.Coverage, 0.76)

	w, err := e.WhatIf(t.Context(), []catalog.SLO{s}, engine.Alternatives{}, now)
	require.NoError(t, err)
	require.Equal(t, row.Window, w.Variants[0].Window)

	b, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: []string{"code"}, Top: 5}, now)
	require.NoError(t, err)
	require.Contains(t, b.Warnings,
		"SLO a: missing: bad adds events for unmeasured time. They have no labels, so these rows do not add up to the summary")
}
