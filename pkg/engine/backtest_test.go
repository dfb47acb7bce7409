package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// 36 h with 100 events a minute in each workload. 99% over 1d allows 1,440 bad ones. The day before
// an incident's end begins at its first whole hour: 24:30 h and 1,470 bad for the first, 24:10 h
// and 1,450 for the second. In a, 20 a minute are bad from 25:00 to 25:30: 600 (80 in four minutes
// are 5.44% of the budget). In b, 3 a minute from 29:00 to 29:10: 30 (15 in five minutes are
// 1.03%).
const twoIncidents = `load 1m
  requests_total{workload="a",code="200"} 0+100x1500 150080+80x29 152500+100x700
  requests_total{workload="a",code="500"} 0x1500 20+20x29 600x700
  requests_total{workload="b",code="200"} 0+100x1740 174097+97x9 175070+100x500
  requests_total{workload="b",code="500"} 0x1740 3+3x9 30x500
`

const twoIncidentsSLO = `{name: a, objective: 99, window: 1d, by: [workload],
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}`

func hour(h, m int) time.Time {
	return time.Unix(0, 0).Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute).UTC()
}

// pager pages at a burn rate of 0.05 x 24 = 1.2 over an hour: 4 minutes of 20%. In b the hour
// reaches 0.5. early warns at 0.01 x 24 = 0.24 over an hour: after 1 minute in a, after 5 in b,
// when 15 of 6,000 are 0.25.
var (
	pager = slo.Policy{
		Name:   "pager",
		Alerts: []slo.Alert{{Severity: "page", Percent: 5, Long: time.Hour, Short: 5 * time.Minute}},
	}
	early = slo.Policy{
		Name:   "early",
		Alerts: []slo.Alert{{Severity: "warn", Percent: 1, Long: time.Hour, Short: 5 * time.Minute}},
	}
)

func TestBacktest(t *testing.T) {
	e, s := load(t, twoIncidents, twoIncidentsSLO, hour(36, 0))
	r, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{pager, early}, hour(24, 0), hour(36, 0),
		time.Minute)
	require.NoError(t, err)
	assert.Empty(t, r.Warnings)
	require.Len(t, r.Tests, 4)
	var got []string
	for _, test := range r.Tests {
		for _, i := range test.Outcome.Incidents {
			got = append(got,
				fmt.Sprintf("%s %s incident %s-%s %v", test.SLO.Policy.Name, test.Labels["workload"], clock(i.From),
					clock(i.To), i.Bad))
		}
		for _, d := range test.Outcome.Detections {
			got = append(got,
				fmt.Sprintf("  detected %v %q after %v, spent %.4f, silent %v", d.Detected, d.Severity, d.After,
					d.Spent, d.Silence))
		}
		for _, a := range test.Outcome.Replay.Alarms {
			got = append(got, fmt.Sprintf("  %s %s-%s peak %.2f", a.Severity, clock(a.From), clock(a.To), a.PeakBurn))
		}
	}
	assert.Equal(t, []string{
		"pager a incident 25:00-25:30 600",
		`  detected true "page" after 4m0s, spent 0.0544, silent 4m0s`,
		"  page 25:04-25:35 peak 10.00",
		"pager b incident 29:00-29:10 30",
		`  detected false "" after 0s, spent 0.0000, silent 10m0s`,
		"early a incident 25:00-25:30 600",
		`  detected true "warn" after 1m0s, spent 0.0136, silent 1m0s`,
		"  warn 25:01-25:35 peak 10.00",
		"early b incident 29:00-29:10 30",
		`  detected true "warn" after 5m0s, spent 0.0103, silent 5m0s`,
		"  warn 29:05-29:15 peak 0.50",
	}, got)

	require.Len(t, r.Compared, 2)
	pages, warnings := r.Compared[0].Score, r.Compared[1].Score
	assert.Equal(t, []int{2, 1, 2, 1}, []int{pages.Groups, pages.Pages, pages.Incidents, pages.Detected})
	assert.Equal(t, 14.0, pages.PagesPerWeek)
	assert.Equal(t, 4*time.Minute, *pages.MedianAfter)
	assert.Equal(t, 10*time.Minute, *pages.Silence)
	assert.Equal(t, []int{2, 2, 2, 2}, []int{warnings.Groups, warnings.Pages, warnings.Incidents, warnings.Detected})
	assert.Equal(t, 3*time.Minute, *warnings.MedianAfter, "between 1m and 5m")
	assert.InDelta(t, (20/1470.0+15/1450.0)/2, *warnings.MedianSpent, 1e-9)

	assert.Equal(t, []StateChange{
		{hour(24, 1), slo.Ok},
		{hour(25, 1), slo.Rising},
		{hour(25, 4), slo.Firing},
		{hour(25, 35), slo.Recovering},
		{hour(26, 27), slo.Ok},
	}, r.Tests[0].Changes)
}

func clock(t time.Time) string {
	d := t.Sub(time.Unix(0, 0))
	return fmt.Sprintf("%d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// With 5 m steps, the same incidents begin at the next step.
func TestBacktestInStepsOfFiveMinutes(t *testing.T) {
	e, s := load(t, twoIncidents, twoIncidentsSLO, hour(36, 3))
	r, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{pager}, hour(24, 2), hour(36, 2), 5*time.Minute)
	require.NoError(t, err)
	assert.Equal(t, []time.Time{hour(24, 0), hour(36, 0)}, []time.Time{r.From, r.Instant})
	alarms := r.Tests[0].Outcome.Replay.Alarms
	require.Len(t, alarms, 1)
	assert.Equal(t, []time.Time{hour(25, 5), hour(25, 35)}, []time.Time{alarms[0].From, alarms[0].To})

	again, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{early}, hour(24, 2), hour(36, 2),
		5*time.Minute)
	require.NoError(t, err)
	assert.Zero(t, again.Cost.Queries, "other policies are judged by the same cells")
}

const everyKind = `slos:
  - {name: events, objective: 99, window: 1d, by: [workload], sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}
  - {name: good, objective: 99, window: 1d, by: [workload], sli: {events: {total: requests_total, good: 'requests_total{code="200"}'}}}
  - {name: slices, objective: 99, window: 1d, by: [workload], sli: {throughput: {counter: 'requests_total{code="200"}', above: 1.6, slice: 1m}}}
  - {name: mean, objective: 99, window: 1d, by: [workload], sli: {composite: {of: [{slo: events, weight: 2}, {slo: slices}]}}}
  - {name: journey, objective: 99, window: 1d, by: [workload], sli: {composite: {of: [{slo: events}, {slo: slices}], mode: all}}}
`

// A summary at the time of every change has the state that the replay has, for SLIs that are sums
// of cells and for others.
func TestBacktestAgreesWithTheSummary(t *testing.T) {
	now := hour(36, 0)
	c, problems := catalog.Parse([]byte(everyKind))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, twoIncidents), Options{Now: func() time.Time { return now }})
	for _, s := range c.SLOs {
		s.Policy = early
		r, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{early}, hour(24, 0), now, time.Minute)
		require.NoError(t, err)
		require.Len(t, r.Tests, 2)
		require.Greater(t, len(r.Tests[0].Changes), 3, s.Name)
		for _, test := range r.Tests {
			for _, change := range test.Changes {
				summary, err := e.Summary(t.Context(), []catalog.SLO{s}, change.Time)
				require.NoError(t, err)
				for _, row := range summary.Rows {
					if row.Labels["workload"] == test.Labels["workload"] {
						assert.Equal(t, row.Evaluation.Alerts[0].State, change.State, "%s of %s at %s", s.Name,
							row.Labels["workload"], clock(change.Time))
					}
				}
			}
		}
	}
}

func TestBacktestErrors(t *testing.T) {
	e, s := load(t, twoIncidents, twoIncidentsSLO, hour(36, 0))
	workbook, _ := slo.FindPolicy("sre-workbook")
	_, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{workbook}, hour(24, 0), hour(36, 0), time.Minute)
	require.ErrorContains(t, err,
		"SLO a: backtest: policy sre-workbook does not fit SLO a: alert 3 (ticket, 10% in 3d)")
	assert.True(t, fault.IsUserError(err))

	r, err := e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{workbook, pager}, hour(24, 0), hour(36, 0),
		time.Minute)
	require.NoError(t, err)
	require.Len(t, r.Warnings, 1)
	assert.Len(t, r.Compared, 1)

	_, err = e.Backtest(t.Context(), []catalog.SLO{s}, []slo.Policy{pager}, hour(24, 0),
		hour(24, 0).Add(30*time.Second), time.Minute)
	require.ErrorContains(t, err, "timeRange: holds no whole step of 1m in the past")
}

func TestABacktestNamesItsWindow(t *testing.T) {
	c, problems := catalog.Parse([]byte(strings.Replace(annotatedSLO, "window: 1d", "window: [1d, 12h]", 1)))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, twoIncidents), Options{Now: func() time.Time { return hour(36, 0) }})
	b, err := e.Backtest(t.Context(), c.SLOs, []slo.Policy{c.SLOs[0].Policy}, hour(24, 0), hour(36, 0), time.Minute)
	require.NoError(t, err)
	assert.Contains(t, b.Warnings, "SLO a: the backtest is over the first of its windows, 1d")
}
