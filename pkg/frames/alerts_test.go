package frames

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/reader"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// readNumbers reads frames as Grafana's server-side expressions do: encoded as Arrow, distinguished
// by their type, and collected by the data plane reader. Each label set must be unique.
func readNumbers(t *testing.T, frames ...*data.Frame) map[string]*float64 {
	t.Helper()
	sent, err := data.Frames(frames).MarshalArrow()
	require.NoError(t, err)
	received, err := data.UnmarshalArrowFrames(sent)
	require.NoError(t, err)
	kind, err := reader.CanReadBasedOnMeta(received)
	require.NoError(t, err)
	require.Equal(t, data.KindNumeric, kind.Kind())
	r, err := numeric.CollectionReaderFromFrames(received)
	require.NoError(t, err)
	c, err := r.GetCollection(false)
	require.NoError(t, err)
	require.NoError(t, c.Warning)
	out := map[string]*float64{}
	for _, ref := range c.Refs {
		v, _, err := ref.NullableFloat64Value()
		require.NoError(t, err)
		labels := ref.GetLabels().String()
		require.NotContains(t, out, labels, "an alert rule cannot tell them apart")
		out[labels] = v
	}
	return out
}

func one() *float64  { return numberOf(1) }
func zero() *float64 { return numberOf(0) }

// In a, 20 of 120 events a minute were bad in the last two hours: a burn rate of 166. b has no bad
// events, idle has no traffic.
func TestAlertsAreReadByServerSideExpressions(t *testing.T) {
	e, slos := load(t)
	a, err := e.Alerts(t.Context(), slos[:1], at)
	require.NoError(t, err)

	assert.Equal(t, map[string]*float64{
		"severity=page, slo=availability, workload=a": one(), "severity=slack, slo=availability, workload=a": one(),
		"severity=page, slo=availability, workload=b": zero(), "severity=slack, slo=availability, workload=b": zero(),
		"severity=page, slo=availability, workload=idle":  zero(),
		"severity=slack, slo=availability, workload=idle": zero(),
	}, readNumbers(t, Alerts(a, query.AlertFiring, nil)...))

	pages := readNumbers(t, Alerts(a, query.AlertFiring, []string{"page"})...)
	assert.Len(t, pages, 3)

	long := readNumbers(t, Alerts(a, query.AlertBurnLong, []string{"page"})...)
	assert.InDelta(t, 1000/6.0, *long["severity=page, slo=availability, workload=a"], 1e-9)
	assert.Nil(t, long["severity=page, slo=availability, workload=idle"])
	for _, value := range query.AlertValues {
		numbers := readNumbers(t, Alerts(a, value, nil)...)
		assert.Len(t, numbers, 6, "%s has other labels than the rest", value)
	}
	factor := readNumbers(t, Alerts(a, query.AlertFactor, []string{"page"})...)
	assert.InDelta(t, 0.24, *factor["severity=page, slo=availability, workload=a"], 1e-12,
		"1 % of a day's budget in an hour")

	golden(t, "alerts",
		Alerts(&engine.Alerts{Report: engine.Report{Instant: a.Instant}, Severities: a.Severities}, query.AlertBudget,
			nil)...)
}

// The change of an alert is a label of the value change. Grafana gives an alert the values of which
// the labels contain its own, so an alert with a part of the labels of others has none.
func TestTheChangeOfAnAlertIsALabel(t *testing.T) {
	e, slos := load(t)
	a, err := e.Alerts(t.Context(), slos[:1], at)
	require.NoError(t, err)
	for i := range a.Severities {
		if a.Severities[i].State == slo.Firing && a.Severities[i].Severity == "page" {
			a.Severities[i].Change = &engine.ChangeRow{
				Change:    engine.Change{Title: "rollout", Text: "shop/a: replica set a-2", From: at},
				Explained: 40, Likelihood: engine.Likely,
			}
		}
	}
	const alert = "severity=page, slo=availability, workload=a"
	numbers := readNumbers(t, Alerts(a, query.AlertChange, nil)...)
	assert.Len(t, numbers, 6)
	assert.Equal(t, numberOf(40),
		numbers["change=rollout: shop/a: replica set a-2 at "+at.UTC().Format("2006-01-02 15:04")+" UTC (likely), "+alert])
	assert.NotContains(t, numbers, alert)
	assert.Contains(t, readNumbers(t, Alerts(a, query.AlertFiring, nil)...), alert,
		"the label would make another alert")

	a.Severities[len(a.Severities)-1].Labels = map[string]string{"workload": ""}
	assert.Equal(t, numberOf(40), readNumbers(t, Alerts(a, query.AlertChange, nil)...)[alert])
}

// Outside of alert rules, alerts are one table: labels as columns, the most urgent first, flags as
// words. Expressions read the same numbers from it.
func TestAlertsOutsideOfARuleAreOneTable(t *testing.T) {
	e, slos := load(t)
	a, err := e.Alerts(t.Context(), slos[:1], at)
	require.NoError(t, err)
	for _, value := range query.AlertValues {
		shaped, err := Of(a, query.Query{Type: query.Alerts, Value: value})
		require.NoError(t, err)
		require.Len(t, shaped, 1)
		assert.Equal(t, readNumbers(t, Alerts(a, value, nil)...), readNumbers(t, shaped[0]), value)
		inRule, err := Of(a, query.Query{Type: query.Alerts, Value: value, ForRule: true})
		require.NoError(t, err)
		assert.Len(t, inRule, 6, value)
	}
	f := AlertsTable(a, query.AlertFiring, []string{"page"})
	require.Equal(t, 3, f.Rows())
	assert.Equal(t, []any{"availability", "a", "page", one()}, f.RowCopy(0))
	assert.Equal(t, "workload", f.Fields[1].Config.DisplayNameFromDS)
	assert.Equal(t, data.ValueMapper{"0": {Text: "no"}, "1": {Text: "yes", Color: "red", Index: 1}},
		f.Fields[3].Config.Mappings[0])
}

// An SLI has as many digits as its objective requires: 99.941% with an objective of 99.9% is not
// shown as 99.9%.
func TestDigitsOfAnSLIFollowTheObjective(t *testing.T) {
	for percent, want := range map[float64][2]uint16{
		99: {0, 2}, 99.9: {1, 3}, 99.95: {2, 4}, 99.999: {3, 5},
		100: {0, 2},
	} {
		rows := []engine.Row{{SLO: catalog.SLO{Objective: slo.ObjectiveFromPercent(percent)}}}
		f := Summary(query.Summary, &engine.Report{Instant: at, Rows: rows})
		objective, _ := f.FieldByName("objective")
		sli, _ := f.FieldByName("sli")
		assert.Equal(t, want, [2]uint16{*objective.Config.Decimals, *sli.Config.Decimals}, "%v", percent)
	}
}

func TestOneColumnOfASummaryIsReadByServerSideExpressions(t *testing.T) {
	e, slos := load(t)
	r, err := e.Summary(t.Context(), slos, at)
	require.NoError(t, err)
	whole := Summary(query.Summary, r)
	f, err := SelectNumber(whole, "firing_page")
	require.NoError(t, err)
	got := readNumbers(t, f)
	assert.Len(t, got, 5)
	assert.Equal(t, one(), got["slo=availability, workload=a"])
	assert.Equal(t, one(), got["slo=latency, workload=a"], "2 of 100 are slow: 0.4, over 0.24")

	_, err = SelectNumber(whole, "budgets")
	require.ErrorContains(t, err,
		"value: there is no number budgets in a summary. There are state, budget, firing_page")
	assert.True(t, fault.IsUserError(err))
	f, err = SelectNumber(whole, "firing_ticket")
	require.NoError(t, err, "no SLO has tickets now. The rule has no data")
	assert.Empty(t, readNumbers(t, f))
}

// The labels of an alert do not depend on the other SLOs of the query. Different labels would be a
// new alert, and the firing one would resolve.
func TestLabelsOfAnAlertAreItsOwn(t *testing.T) {
	e, slos := load(t)
	several := slos[1]
	several.MoreWindows = []catalog.Window{{Length: 12 * time.Hour}}
	a, err := e.Alerts(t.Context(), []catalog.SLO{slos[0], several}, at)
	require.NoError(t, err)
	got := readNumbers(t, Alerts(a, query.AlertFiring, []string{"page"})...)
	assert.Contains(t, got, "severity=page, slo=availability, workload=a")
	assert.Contains(t, got, "severity=page, slo=latency, window=12h, workload=a")
	assert.Contains(t, got, "severity=page, slo=latency, window=1d, workload=a")
}

// Without series, the result is an empty typed frame with a notice that gives the reason.
func TestNoAlertsAreNoData(t *testing.T) {
	a := &engine.Alerts{Report: engine.Report{Instant: at}}
	a.Warnings = []string{"no series of up"}
	frames := Alerts(a, query.AlertFiring, nil)
	require.Len(t, frames, 1)
	assert.Equal(t, "no series of up", frames[0].Meta.Notices[0].Text)
	assert.Empty(t, readNumbers(t, frames...))

	f, err := SelectNumber(Summary(query.Summary, &engine.Report{Instant: at}), "budget")
	require.NoError(t, err)
	assert.Empty(t, readNumbers(t, f))

	sent, err := json.Marshal(backend.DataResponse{Frames: frames, Status: backend.StatusOK})
	require.NoError(t, err)
	assert.NotContains(t, string(sent), "NaN")
}
