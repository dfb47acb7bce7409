package frames

import (
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// every returns all frames of every query type for some SLOs.
func every(t *testing.T, e *engine.Engine, slos []catalog.SLO) []*data.Frame {
	r, err := e.Summary(t.Context(), slos, at)
	require.NoError(t, err)
	w := engine.Workloads(r, nil)
	p, err := e.Periods(t.Context(), slos, &slo.Calendar{Unit: slo.Week}, at.Add(-time.Hour), at)
	require.NoError(t, err)
	h, err := e.TimeSeries(t.Context(), slos, []engine.Metric{engine.MetricSLI, engine.MetricBurn}, at.Add(-time.Hour),
		at, time.Hour)
	require.NoError(t, err)
	x, err := e.WhatIf(t.Context(), slos, engine.Alternatives{}, at)
	require.NoError(t, err)
	b, err := e.Breakdown(t.Context(), slos, engine.BreakdownRequest{By: []string{"code"}, Top: 5}, at)
	require.NoError(t, err)
	k, err := e.Backtest(t.Context(), slos, slo.Policies()[:1], at.Add(-2*time.Hour), at, 5*time.Minute)
	require.NoError(t, err)
	a, err := e.Alerts(t.Context(), slos, at)
	require.NoError(t, err)
	return slices.Concat(Alerts(a, query.AlertFiring, nil),
		[]*data.Frame{Summary(query.Summary, r), Workloads(w), Periods(p), WhatIf(x), Burners(b)},
		TimeSeries(h), Backtest(k))
}

// labelled reports whether the value field of a frame has labels. Otherwise the labels are columns.
func labelled(f *data.Frame) bool { return f.Fields[len(f.Fields)-1].Labels != nil }

// Every field name of a frame is reserved, so that no group label has the same name.
func TestEveryColumnIsReserved(t *testing.T) {
	e, slos := load(t)
	slos = slos[:1]
	slos[0].MoreWindows = []catalog.Window{{Length: 12 * time.Hour}}
	slos[0].LowTraffic.MinEvents = 1
	seen := map[string]bool{}
	for _, f := range every(t, e, slos) {
		for _, field := range f.Fields {
			seen[field.Name] = seen[field.Name] || !labelled(f) // a series has its labels on the value field
			for label := range field.Labels {
				seen[label] = true
			}
		}
	}
	for name, column := range seen {
		if !column {
			continue
		}
		require.Equal(t, name != "workload" && name != "code", isReserved(name), name)
	}
	require.Greater(t, len(seen), 50)
}

func TestGroupLabelsCalledLikeAColumn(t *testing.T) {
	load := "load 1m\n" +
		`  r_total{slo="s",budget="b",label_budget="l",firing_page="f",code="200"} 0+99x3000` + "\n" +
		`  r_total{slo="s",budget="b",label_budget="l",firing_page="f",code="500"} 0+1x3000` + "\n"
	c, problems := catalog.Parse([]byte(`slos: [{name: x, objective: 90, window: 1d, by: [slo, budget, label_budget, firing_page], ` +
		`sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}]`))
	require.NoError(t, problems.Err())
	e := engine.New(promtest.Load(t, load), engine.Options{Now: func() time.Time { return at }})
	frames := every(t, e, c.SLOs)
	want := map[string]string{
		"label_slo": "s", "label_label_budget": "b", "label_budget": "l",
		"label_firing_page": "f",
	}
	for _, f := range frames {
		if f.Name == "policies" || f.Name == "alarms" || f.Name == "incidents" {
			continue // no groups, or no events
		}
		names := map[string]int{}
		for _, field := range f.Fields {
			names[field.Name]++
		}
		for name, value := range want {
			if value := data.Labels(want)[name]; labelled(f) {
				require.Equal(t, value, f.Fields[len(f.Fields)-1].Labels[name], f.Name)
				continue
			}
			field, _ := f.FieldByName(name)
			require.NotNil(t, field, "%s in %s", name, f.Name)
			require.Equal(t, value, field.At(0), name)
		}
		for name, n := range names {
			require.Equal(t, 1, n, "%s in %s", name, f.Name)
		}
	}
	meta := frames[2].Meta.Custom.(customMeta)
	require.Equal(t, []string{"label_slo", "label_label_budget", "label_budget", "label_firing_page"}, meta.GroupBy)
	budget, _ := frames[2].FieldByName("budget")
	require.InDelta(t, 0.9, *budget.At(0).(*float64), 1e-9)
}

// Two alerts with the same long window have separate columns for their thresholds.
func TestFactorsOfOneLongWindow(t *testing.T) {
	e, slos := load(t)
	alerts := []slo.Alert{
		{Severity: "page", Percent: 10, Long: time.Hour, Short: 5 * time.Minute},
		{Severity: "ticket", Percent: 2, Long: time.Hour, Short: 30 * time.Minute},
		{Severity: "ticket", Percent: 20, Long: 6 * time.Hour, Short: 30 * time.Minute},
	}
	slos[0].Policy = slo.Policy{Name: "mine", Alerts: alerts}
	r, err := e.Summary(t.Context(), slos[:1], at)
	require.NoError(t, err)
	f := Summary(query.Summary, r)
	for name, want := range map[string]float64{"factor_1h": 2.4, "factor_1h_2": 0.48, "factor_6h": 0.8} {
		field, _ := f.FieldByName(name)
		require.NotNil(t, field, name)
		require.InDelta(t, want, *field.At(0).(*float64), 1e-9)
	}
	require.Equal(t,
		[]alertMeta{{"page", "1h", "5m", ""}, {"ticket", "1h", "30m", "factor_1h_2"}, {"ticket", "6h", "30m", ""}},
		f.Meta.Custom.(customMeta).Alerts)
	names := map[string]int{}
	for _, field := range f.Fields {
		names[field.Name]++
		require.Equal(t, 1, names[field.Name], field.Name)
	}
}

// The firing columns of a workload cover all of its SLOs, not only the one in the row.
func TestFiringIsOfEverySLOOfAWorkload(t *testing.T) {
	alert := func(severity string, state slo.State) slo.AlertEvaluation {
		return slo.AlertEvaluation{
			Alert: slo.Alert{Severity: severity, Long: time.Hour, Short: time.Minute},
			State: state,
		}
	}
	row := func(name string, state slo.State, alerts ...slo.AlertEvaluation) engine.Row {
		r := engine.Row{
			SLO:        catalog.SLO{Name: name},
			Evaluation: slo.Evaluation{State: state, HasBudget: true, Alerts: alerts},
		}
		for _, a := range alerts {
			r.SLO.Policy.Alerts = append(r.SLO.Policy.Alerts, a.Alert)
		}
		return r
	}
	report := &engine.Report{Rows: []engine.Row{
		row("most", slo.Firing, alert("page", slo.Firing), alert("slack", slo.Ok), alert("mail", slo.Unmeasured)),
		row("other", slo.Firing, alert("ticket", slo.Unmeasured), alert("slack", slo.Firing)),
	}}
	f := Summary(query.Workloads, engine.Workloads(report, nil))
	require.Equal(t, 1, f.Rows())
	for name, want := range map[string]*float64{
		"firing_page": numberOf(1), "firing_slack": numberOf(1),
		"firing_mail": nil, "firing_ticket": nil,
	} {
		field, _ := f.FieldByName(name)
		require.NotNil(t, field, name)
		require.Equal(t, want, field.At(0), name)
	}
}

func TestNoticesAreUTF8AndOnce(t *testing.T) {
	r := engine.Report{Failed: []*engine.SLOError{
		{SLO: catalog.SLO{Name: "x"}, Err: errText("\xff")},
		{SLO: catalog.SLO{Name: "x"}, Err: errText("\xff")},
	}}
	r.Warnings = []string{"caf\xe9"}
	require.Equal(t,
		[]data.Notice{
			{Severity: data.NoticeSeverityError, Text: "SLO x: \uFFFD"},
			{Severity: data.NoticeSeverityWarning, Text: "caf\uFFFD"},
		}, notices(r))
}

type errText string

func (e errText) Error() string { return string(e) }

// Group labels with the name of an alert rule label are renamed. Alert rules would override them.
func TestLabelsThatAlertsHaveAreRenamedForAlerts(t *testing.T) {
	require.Equal(t, map[string]string{"alertname": "label_alertname", "severity": "label_severity", "team": "team"},
		alertLabelNames([]string{"alertname", "severity", "team"}))
	require.Equal(t, "alertname", columnNames([]string{"alertname"})["alertname"])
}
