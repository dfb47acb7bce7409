package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/slo"
)

// 99% over 1d pages (1% in 1h) at a burn rate of 0.24 and posts (5% in 6h) at 0.2. Each workload
// has 100 events a minute. a: from 30:00 on, 5 a minute are bad (burn rate 5). Scrapes fail from
// 31:00 to 33:00, and from 40:00 on. b: no bad events, scrapes fail from 31:00 to 33:00. c: no
// samples since 20:00.
const gaps = `load 1m
  requests_total{workload="a",code="200"} 0+100x1800 180095+95x59 _x120 191400+95x419 _x3600
  requests_total{workload="a",code="500"} _x1801 5+5x59 _x120 900+5x419 _x3600
  requests_total{workload="b",code="200"} 0+100x1860 _x120 198100+100x4200
  requests_total{workload="c",code="200"} 0+100x1200
`

const gapsSLO = `slos: [{name: a, objective: 99, window: 1d, by: [workload],
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}]`

type withState struct {
	state slo.State
	kept  bool
}

func statesAt(t *testing.T, at time.Time) (map[string]withState, *Alerts) {
	t.Helper()
	c, problems := catalog.Parse([]byte(gapsSLO))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, gaps), Options{Now: func() time.Time { return hour(70, 0) }})
	answer, err := e.Alerts(t.Context(), c.SLOs, at)
	require.NoError(t, err)
	out := map[string]withState{}
	for _, s := range answer.Severities {
		out[s.Labels["workload"]+" "+s.Severity] = withState{s.State, s.Kept}
	}
	return out, answer
}

func TestAGapKeepsTheLastState(t *testing.T) {
	before, _ := statesAt(t, hour(31, 0))
	assert.Equal(t, map[string]withState{
		"a page": {slo.Firing, false}, "a slack": {slo.Firing, false}, "b page": {slo.Ok, false},
		"b slack": {slo.Ok, false},
		"c page":  {slo.Ok, true}, "c slack": {slo.Ok, true},
	}, before, "c was lost 11 h ago")

	within, _ := statesAt(t, hour(32, 30))
	assert.Equal(t, withState{slo.Firing, true}, within["a page"],
		"an hour and a half without a scrape resolves nothing")
	assert.Equal(t, withState{slo.Firing, true}, within["a slack"])
	assert.Equal(t, withState{slo.Ok, true}, within["b page"], "and makes nothing up")

	after, _ := statesAt(t, hour(35, 0))
	assert.Equal(t, withState{slo.Firing, false}, after["a page"])
	assert.Equal(t, withState{slo.Ok, false}, after["b page"])

	later, answer := statesAt(t, hour(50, 0))
	assert.Equal(t, withState{slo.Firing, true}, later["a page"], "ten hours later, by steps of 5 m")
	assert.Equal(t, 1, answer.GoneGroups, "c is a day gone")
	assert.Contains(t, answer.Warnings[0],
		"1 groups of the last 1d were not measured for 1d and are left out of the alerts")
}

func TestAlertsFailWithTheServer(t *testing.T) {
	c, problems := catalog.Parse([]byte(gapsSLO + "\n"))
	require.NoError(t, problems.Err())
	server := promtest.Load(t, gaps)
	now := hour(35, 0)
	e := New(server, Options{Now: func() time.Time { return now }})
	_, err := e.Alerts(t.Context(), c.SLOs, hour(35, 0))
	require.NoError(t, err)

	server.Fail(&prom.Error{Reason: prom.Unreachable})
	now = hour(35, 1)
	_, err = e.Alerts(t.Context(), c.SLOs, now)
	require.ErrorContains(t, err, "SLO a: ", "an answer from what is held would call it fine")

	broken, problems := catalog.Parse([]byte(`slos:
  - {name: a, objective: 99, window: 1d, by: [workload], sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}
  - {name: b, objective: 99, window: 1d, sli: {latency: {histogram: latency_seconds, threshold: 1s}}}`))
	require.NoError(t, problems.Err())
	server.Fail(nil)
	_, err = e.Alerts(t.Context(), broken.SLOs, now)
	require.ErrorContains(t, err, "SLO b: sli.latency.threshold: no histogram found",
		"a rule that lost its rows would resolve")
}

// Alerts of an SLO without any series are unmeasured.
func TestAnSLOWithoutSeriesIsUnmeasured(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos: [{name: a, objective: 99, window: 1d, by: [workload], sli: {events: {total: none_total, bad: 'none_total{code="500"}'}}}]`))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, gaps), Options{Now: func() time.Time { return hour(35, 0) }})
	answer, err := e.Alerts(t.Context(), c.SLOs, hour(35, 0))
	require.NoError(t, err)
	require.Len(t, answer.Severities, 2)
	assert.Equal(t, slo.SeverityState{Severity: "page", State: slo.Unmeasured, Kept: true},
		answer.Severities[0].SeverityState)
	assert.Contains(t, answer.Warnings[0], "no series of none_total")
}

// Three workloads begin at 30:00 with 100 events a minute. a has no errors, half of b's events are
// bad, c ends at 30:40.
const newWorkloads = `load 1m
  requests_total{workload="old",code="200"} 0+100x4000
  requests_total{workload="a",code="200"} _x1800 0+100x2000
  requests_total{workload="b",code="200"} _x1800 0+50x2000
  requests_total{workload="b",code="500"} _x1800 0+50x2000
  requests_total{workload="c",code="200"} _x1800 0+100x40
`

func judged(t *testing.T, series, definition string, at time.Time) (map[string]withState, *Alerts) {
	t.Helper()
	c, problems := catalog.Parse([]byte(definition))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, series), Options{Now: func() time.Time { return hour(70, 0) }})
	answer, err := e.Alerts(t.Context(), c.SLOs, at)
	require.NoError(t, err)
	out := map[string]withState{}
	for _, s := range answer.Severities {
		out[s.Labels["workload"]+" "+s.Severity] = withState{s.State, s.Kept}
	}
	return out, answer
}

// A new workload has full coverage from its first sample on. Otherwise each rollout of a new one
// would have unmeasured alerts for hours. The budget it has spent still counts for the whole
// window.
func TestANewWorkloadLacksNothing(t *testing.T) {
	got, _ := judged(t, newWorkloads, gapsSLO, hour(31, 0))
	assert.Equal(t, withState{slo.Ok, false}, got["a page"])
	assert.Equal(t, withState{slo.Ok, false}, got["a slack"], "an hour of six")
	assert.Equal(t, withState{slo.Firing, false}, got["b page"])
	assert.Equal(t, withState{slo.Firing, false}, got["b slack"],
		"50 of an hour's 100, a sixth of the window: 8.3, over 0.2")
	assert.Equal(t, withState{slo.Ok, true}, got["c page"], "a gap is a gap, also of a new one")
	assert.Equal(t, withState{slo.Ok, false}, got["old slack"])

	few, _ := judged(t, newWorkloads, gapsSLO, hour(30, 3))
	assert.Equal(t, withState{slo.Ok, false}, few["a page"], "three minutes old")
}

// If no group has samples for a day, there is still an alert row, and it is unmeasured.
func TestAnSLOWhoseGroupsAreAllGoneIsUnmeasured(t *testing.T) {
	got, answer := judged(t, `load 1m
  requests_total{workload="c",code="200"} 0+100x1200
`, gapsSLO, hour(45, 0))
	assert.Equal(t, 1, answer.GoneGroups)
	assert.Equal(t, map[string]withState{" page": {slo.Unmeasured, true}, " slack": {slo.Unmeasured, true}}, got)
	require.Len(t, answer.Warnings, 1)
	assert.Contains(t, answer.Warnings[0], "1 groups of the last 1d were not measured for 1d")
}

// With missing time as bad, the alert of a removed workload fires while its window contains missing
// time.
func TestAGoneGroupFiresWhereMissingTimeIsBad(t *testing.T) {
	definition := `slos: [{name: a, objective: 99, window: 7d, by: [workload], missing: bad,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}]`
	got, answer := judged(t, `load 1m
  requests_total{workload="c",code="200"} 0+100x1200
  requests_total{workload="old",code="200"} 0+100x4000
`, definition, hour(50, 0))
	assert.Zero(t, answer.GoneGroups)
	assert.Equal(t, withState{slo.Firing, false}, got["c page"], "30 hours after its last scrape")
	assert.Equal(t, withState{slo.Ok, false}, got["old page"])
}

// A workload that returns after a long gap is not new: the gap lowers its coverage. 5% of the
// events were bad until 20:00, then scrapes failed for nine hours. Since then all events are good.
func TestAWorkloadThatIsBackIsNotNew(t *testing.T) {
	got, _ := judged(t, `load 1m
  requests_total{workload="a",code="200"} 0+95x1200 _x539 200000+100x2000
  requests_total{workload="a",code="500"} 0+5x1200 _x539 6000x2000
`, gapsSLO, hour(30, 0))
	assert.Equal(t, withState{slo.Ok, false}, got["a page"], "the hour since")
	assert.Equal(t, withState{slo.Firing, true}, got["a slack"],
		"five of six hours are unknown. It fired when they began")
}

// 100 events a minute, half of them bad from 30:00. In "still" the counters are constant from 31:00
// on, as when a balancer removes the service. In "ended" the series end then. "again" has good
// traffic again from 32:00 on.
const noTraffic = `load 1m
  requests_total{workload="still",code="200"} 0+100x1800 180050+50x59 183000x4000
  requests_total{workload="still",code="500"} _x1801 50+50x59 3000x4000
  requests_total{workload="ended",code="200"} 0+100x1800 180050+50x59
  requests_total{workload="ended",code="500"} _x1801 50+50x59
  requests_total{workload="again",code="200"} 0+100x1800 180050+50x59 183000x59 183100+100x3000
  requests_total{workload="again",code="500"} _x1801 50+50x59 3000x4000
  requests_total{workload="idle",code="200"} 5x4000
`

func TestAlertsWithoutTraffic(t *testing.T) {
	const keeps = `slos: [{name: a, objective: 99, window: 1d, by: [workload], noTraffic: keep,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}]`
	type page struct{ firing, kept bool }
	pages := func(definition string, at time.Time) map[string]page {
		got, _ := judged(t, noTraffic, definition, at)
		out := map[string]page{}
		for _, workload := range []string{"still", "ended", "again", "idle"} {
			if s, ok := got[workload+" page"]; ok {
				out[workload] = page{s.state == slo.Firing, s.kept}
			}
		}
		return out
	}
	quiet, firing, lost := page{}, page{firing: true}, page{true, true}
	for _, tt := range []struct {
		at                                time.Time
		resolving, keeping, ended         page // constant counters with either setting, and ended series
		againWhenResolving, againWhenKept page // constant for an hour, good events afterwards
	}{
		{hour(31, 3), firing, firing, firing, firing, firing}, // the short window still has events
		{hour(31, 10), quiet, firing, lost, quiet, firing},
		{hour(31, 58), quiet, firing, lost, quiet, firing},
		{hour(32, 30), quiet, firing, lost, quiet, quiet},
		{hour(54, 0), quiet, firing, lost, quiet, quiet},
		{hour(56, 0), quiet, quiet, page{}, quiet, quiet}, // a day later
	} {
		for definition, still := range map[string]page{gapsSLO: tt.resolving, keeps: tt.keeping} {
			got := pages(definition, tt.at)
			again := tt.againWhenResolving
			if definition == keeps {
				again = tt.againWhenKept
			}
			require.Equal(t, still, got["still"], "%s: no gap, so no person is told that it cannot be judged", tt.at)
			require.Equal(t, tt.ended, got["ended"], "%s: a gap", tt.at)
			require.Equal(t, again, got["again"], tt.at)
			require.Equal(t, quiet, got["idle"], "%s: nothing is made up", tt.at)
		}
	}
}
