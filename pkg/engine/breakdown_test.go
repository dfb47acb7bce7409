package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
)

// 30 h at 1 m. The window is the last 24 h, 1,440 minutes. Workload a has 6 (500 of /pay), 3 (503
// of /pay) and 1 (500 of /buy) bad events a minute: 8,640, 4,320 and 1,440 of 14,400. With 90 good
// ones on each path, all events are 273,600, and 95% allows 13,680 bad. b has 2 bad of 102 a
// minute.
const burning = `load 1m
  requests_total{workload="a",code="200",handler="/pay"} 0+90x1800
  requests_total{workload="a",code="200",handler="/buy"} 0+90x1800
  requests_total{workload="a",code="500",handler="/pay"} 0+6x1800
  requests_total{workload="a",code="503",handler="/pay"} 0+3x1800
  requests_total{workload="a",code="500",handler="/buy"} 0+1x1800
  requests_total{workload="b",code="200",handler="/"} 0+100x1800
  requests_total{workload="b",code="500",handler="/"} 0+2x1800
`

const burningSLO = `{name: a, objective: 95, window: 1d, by: [workload],
  sli: {events: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}}`

var thirtyHours = time.Unix(0, 0).Add(30 * time.Hour).UTC()

type burnerRow struct {
	workload, code, handler string
	others                  int
	bad, total              float64
	share, spent, ratio     float64
}

func TestBurners(t *testing.T) {
	e, s := load(t, burning, burningSLO, thirtyHours)
	r, err := e.Breakdown(t.Context(), []catalog.SLO{s},
		engine.BreakdownRequest{By: []string{"code", "handler"}, Top: 2}, thirtyHours)
	require.NoError(t, err)
	var got []burnerRow
	for _, b := range r.Rows {
		got = append(got,
			burnerRow{
				b.Labels["workload"], b.Values["code"], b.Values["handler"], b.Others, b.Bad, b.Total, *b.Share,
				*b.Spent, *b.ErrorRatio,
			})
	}
	assert.Equal(t, []burnerRow{
		{"a", "500", "/pay", 0, 8640, 8640, 0.6, 8640.0 / 13680, 1},
		{"a", "503", "/pay", 0, 4320, 4320, 0.3, 4320.0 / 13680, 1},
		{"a", "", "", 3, 1440, 260640, 0.1, 1440.0 / 13680, 1440.0 / 260640}, // 500 of /buy, and both 200
		{"b", "500", "/", 0, 2880, 2880, 1, 2880 / (0.05 * 146880), 1},
		{"b", "", "", 1, 0, 144000, 0, 0, 0},
	}, got)
	assert.Nil(t, r.Rows[2].Values)
	assert.Empty(t, r.Warnings)
}

func TestBurnersAddUpToTheSummary(t *testing.T) {
	for _, definition := range []string{
		burningSLO,
		`{name: a, objective: 95, window: 1d, by: [workload], sli: {events: {total: requests_total, good: 'requests_total{code="200"}'}}}`,
		`{name: a, objective: 95, window: 1d, sli: {events: {total: requests_total, bad: 'requests_total{code!="200"}'}}}`,
		`{name: a, objective: 100, window: 1d, by: [workload], sli: {events: {total: requests_total, bad: 'requests_total{code="503"}'}}}`,
	} {
		e, s := load(t, burning, definition, thirtyHours)
		summary, err := e.Summary(t.Context(), []catalog.SLO{s}, thirtyHours)
		require.NoError(t, err)
		for _, by := range [][]string{{"code"}, {"handler"}, {"code", "handler"}, {"pod"}} {
			for top := 1; top < 5; top++ {
				r, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: by, Top: top},
					thirtyHours)
				require.NoError(t, err)
				bad, total := map[string]float64{}, map[string]float64{}
				for _, b := range r.Rows {
					bad[b.Labels["workload"]] += b.Bad
					total[b.Labels["workload"]] += b.Total
				}
				for _, row := range summary.Rows {
					assert.Equal(t, row.Window.Bad, bad[row.Labels["workload"]], "%s by %v top %d", definition, by, top)
					assert.Equal(t, row.Window.Total, total[row.Labels["workload"]])
				}
			}
		}
	}
}

// Only the error counter has the label `reason`.
func TestBurnersByALabelOfTheErrorsAlone(t *testing.T) {
	e, s := load(t, `load 1m
  jobs_total{queue="q"} 0+100x1800
  job_failures_total{queue="q",reason="timeout"} 0+3x1800
  job_failures_total{queue="q",reason="refused"} 0+1x1800
`, `{name: a, objective: 95, window: 1d, by: [queue], sli: {events: {total: jobs_total, bad: job_failures_total}}}`, thirtyHours)
	r, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: []string{"reason"}, Top: 20},
		thirtyHours)
	require.NoError(t, err)
	require.Len(t, r.Rows, 3)
	assert.Equal(t, "timeout", r.Rows[0].Values["reason"])
	assert.Equal(t, []float64{4320, 0}, []float64{r.Rows[0].Bad, r.Rows[0].Total})
	assert.Nil(t, r.Rows[0].ErrorRatio, "no event carries the reason")
	assert.InDelta(t, 0.75, *r.Rows[0].Share, 1e-12)
	assert.InDelta(t, 4320/(0.05*144000), *r.Rows[0].Spent, 1e-12)
	assert.Equal(t, 1440.0, r.Rows[1].Bad)
	assert.Equal(t, []float64{0, 144000, 1}, []float64{r.Rows[2].Bad, r.Rows[2].Total, float64(r.Rows[2].Others)})
}

func TestBurnersErrors(t *testing.T) {
	e, s := load(t, burning, burningSLO, thirtyHours)
	for by, want := range map[string]string{
		"workload": "SLO a: burners.by[0]: workload makes the groups already. Leave it out here, or group by other labels (groupBy)",
		"":         "SLO a: burners.by: ",
	} {
		_, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: []string{by}, Top: 2},
			thirtyHours)
		require.ErrorContains(t, err, want)
		assert.True(t, fault.IsUserError(err))
	}
	r, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: []string{"hander"}, Top: 2},
		thirtyHours)
	require.NoError(t, err)
	assert.Equal(t, []string{"burners.by[0]: no bad event of SLO a has the label hander"}, r.Warnings)
}

func TestBurnersAreOfEvents(t *testing.T) {
	c, problems := catalog.Parse([]byte(everyKind))
	require.NoError(t, problems.Err())
	e, _ := load(t, burning, burningSLO, thirtyHours)
	for i, want := range map[int]string{
		2: "SLO slices: slos: throughput SLOs count slices of time",
		3: "SLO mean: slos: a composite has no events",
	} {
		_, err := e.Breakdown(t.Context(), c.SLOs[i:i+1], engine.BreakdownRequest{By: []string{"code"}, Top: 2},
			thirtyHours)
		require.ErrorContains(t, err, want)
		assert.True(t, fault.IsUserError(err))
	}
}
