package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// 1,000 requests per 5 minutes from January on. From 5 February 00:00 (sample 10,080) on, 70 of
// them are bad.
const february = `load 5m
  r_total{code="200"} 0+1000x10080 10080930+930x143
  r_total{code="500"} 0x10080 70+70x143
`

// In a calendar month, burn-rate thresholds and budget follow the length of this month. February
// has 28 days: 1% in 1h is a burn rate of 6.72, and the errors burn at 7. Over 31 days it would be
// 7.44. Twelve hours with 7% bad spend an eighth of the budget: 7% of 12 h, divided by 1% of 672 h.
func TestABacktestJudgesAMonthByItsOwnLength(t *testing.T) {
	now := time.Date(1970, 2, 5, 12, 0, 0, 0, time.UTC)
	e, s := load(t, february,
		`{name: a, objective: 99, window: {calendar: month}, sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`, now)
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	require.Equal(t, slo.Firing, r.Rows[0].Evaluation.Alerts[0].State)
	require.InDelta(t, 6.72, r.Rows[0].Evaluation.Alerts[0].Factor, 1e-9)
	require.InDelta(t, 1-0.125, r.Rows[0].Evaluation.Budget.Left, 1e-6)

	page := slo.Policy{Name: "page", Alerts: slo.Policies()[0].Alerts[:1]}
	b, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{page}, now.Add(-13*time.Hour), now, 5*time.Minute)
	require.NoError(t, err)
	require.Len(t, b.Tests[0].Outcome.Replay.Alarms, 1)
	// The hour exceeds the threshold only if all of its twelve steps are bad: it burns at 7, 4%
	// above.
	require.Equal(t, now.Add(-11*time.Hour), b.Tests[0].Outcome.Replay.Alarms[0].From)
	require.Len(t, b.Tests[0].Outcome.Incidents, 1)
	require.InDelta(t, 0.125, b.Tests[0].Outcome.Incidents[0].Spent, 1e-6)
}
