package frames

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() {
	register(query.Alerts, func(a *engine.Alerts, q query.Query) (data.Frames, error) {
		if q.ForRule {
			return Alerts(a, q.Value, q.Severities), nil
		}
		return data.Frames{AlertsTable(a, q.Value, q.Severities)}, nil
	})
}

var alertUnits = map[query.AlertValue]string{
	query.AlertBudget: "percentunit", query.AlertBurnLong: burnUnit, query.AlertBurnShort: burnUnit,
	query.AlertFactor: burnUnit, query.AlertExhaustedIn: "s", query.AlertChange: "short",
}

var alertTitles = map[query.AlertValue]string{
	query.AlertFiring: "Firing", query.AlertState: "State", query.AlertUnmeasured: "Unmeasured",
	query.AlertBudget:   "Error budget remaining",
	query.AlertBurnLong: "Burn, long window", query.AlertBurnShort: "Burn, short window",
	query.AlertFactor:      "Burn-rate threshold",
	query.AlertExhaustedIn: "Exhausted in", query.AlertChange: "Bad events explained",
}

// AlertsTable is what a person reads: one numeric-long frame with a row for each SLO, group and
// severity, the most urgent first. It has one number as the frames of a rule have, so that
// expressions read both alike.
func AlertsTable(a *engine.Alerts, value query.AlertValue, severities []string) *data.Frame {
	g := &grid[engine.AlertRow]{}
	var rows []engine.Row
	for _, s := range a.Severities {
		rows = append(rows, s.Row)
		if len(severities) == 0 || slices.Contains(severities, s.Severity) {
			g.rows = append(g.rows, s)
		}
	}
	slices.SortStableFunc(g.rows, func(x, y engine.AlertRow) int { return cmp.Compare(y.State, x.State) })
	groupBy := groupLabels(rows, func(row engine.Row) []string { return row.SLO.By })
	g.groups(groupBy, func(s engine.AlertRow) (string, map[string]string) { return s.SLO.Name, s.Labels })
	if severalWindows(rows) {
		g.text("window", "Window", func(s engine.AlertRow) string { return s.SLO.WindowText() })
	}
	g.text("severity", "Severity", func(s engine.AlertRow) string { return s.Severity })
	of := func(s engine.AlertRow) *float64 { return alertValue(s, value) }
	switch value {
	case query.AlertState:
		g.state(of)
	case query.AlertFiring, query.AlertUnmeasured:
		g.flag(value, alertTitles[value], "red", of)
		colorCells(g.fields[len(g.fields)-1])
	default:
		g.number(value, alertTitles[value], alertUnits[value], of)
	}
	f := g.answer(query.Alerts, data.FrameTypeNumericLong, a.Report, groupBy)
	f.Meta.Notices = append(f.Meta.Notices, keptStateNotice(a.Severities)...)
	return f
}

// Alerts returns one numeric-multi frame for each SLO, group and severity, with one number, for
// alert rules. All values have the same labels, so that a rule can compare one and show the others.
// No severities: all.
//
// Only the number may change between evaluations: a label that appears or disappears would make
// another alert. Flags are separate values (unmeasured). The value change has one more label. A rule
// must not compare it: Grafana adds it to the alert of which it has all labels.
func Alerts(a *engine.Alerts, value query.AlertValue, severities []string) []*data.Frame {
	windows := map[string]map[string]bool{} // by SLO: the windows of other SLOs do not change its labels
	// by SLO: some alerts have a part of the labels of others, and would get their changes
	partial := map[string]bool{}
	for _, s := range a.Severities {
		if windows[s.SLO.Name] == nil {
			windows[s.SLO.Name] = map[string]bool{}
		}
		windows[s.SLO.Name][s.SLO.WindowText()] = true
		partial[s.SLO.Name] = partial[s.SLO.Name] || slices.Contains(slices.Collect(maps.Values(s.Labels)), "")
	}
	var out []*data.Frame
	for _, s := range a.Severities {
		if len(severities) > 0 && !slices.Contains(severities, s.Severity) {
			continue
		}
		labels := data.Labels{}
		for label, name := range alertLabelNames(s.SLO.By) {
			if s.Labels[label] != "" { // in Prometheus, an empty label is no label
				labels[name] = s.Labels[label]
			}
		}
		labels["severity"] = s.Severity
		if s.SLO.Name != "" {
			labels["slo"] = s.SLO.Name
		}
		if len(windows[s.SLO.Name]) > 1 {
			labels["window"] = s.SLO.WindowText()
		}
		if value == query.AlertChange && s.Change != nil && !partial[s.SLO.Name] {
			labels["change"] = changeText(s.Change)
		}
		field := data.NewField(value, labels, []*float64{finiteOrNil(alertValue(s, value))})
		field.Config = &data.FieldConfig{Unit: alertUnits[value]}
		if value == query.AlertState {
			field.Config.Mappings = stateMappings()
		}
		out = append(out, data.NewFrame(value, field).SetMeta(alertsMeta()))
	}
	// none of the severities: alerts resolve, and the unmeasured rule notifies
	if len(out) == 0 && len(a.Severities) > 0 {
		a.Warnings = append(a.Warnings,
			"No SLO has an alert of severity "+strings.Join(severities, ", ")+". The rule cannot fire")
		return Alerts(&engine.Alerts{Report: a.Report, Severities: unmeasuredAlerts(severities)}, value, nil)
	}
	if len(out) == 0 {
		out = append(out, data.NewFrame(value).SetMeta(alertsMeta()))
	}
	setMeta(out[0], a.Report, groupLabels(a.Severities, func(s engine.AlertRow) []string { return s.SLO.By }))
	out[0].Meta.Notices = append(out[0].Meta.Notices, keptStateNotice(a.Severities)...)
	return out
}

func unmeasuredAlerts(severities []string) []engine.AlertRow {
	var a engine.Alerts
	a.AddUnmeasured(catalog.SLO{}, severities)
	return a.Severities
}

func alertsMeta() *data.FrameMeta {
	return &data.FrameMeta{Type: data.FrameTypeNumericMulti, TypeVersion: data.FrameTypeVersion{0, 1}}
}

func alertValue(s engine.AlertRow, value query.AlertValue) *float64 {
	switch value {
	case query.AlertFiring: // always a number: without one, Grafana keeps firing alerts for ever
		return yesNo(s.State == slo.Firing)
	case query.AlertState:
		return numberIf(float64(s.State), s.State != slo.Unmeasured)
	case query.AlertUnmeasured:
		return yesNo(s.Kept)
	case query.AlertBudget:
		return numberIf(s.Evaluation.Budget.Left, s.Evaluation.HasBudget)
	case query.AlertBurnLong:
		return numberIf(s.Alert.Long.Rate, s.Alert.Long.Known)
	case query.AlertBurnShort:
		return numberIf(s.Alert.Short.Rate, s.Alert.Short.Known)
	case query.AlertFactor:
		return numberIf(s.Alert.Factor, s.Alert.Factor > 0)
	case query.AlertExhaustedIn:
		return seconds(s.ExhaustedIn)
	case query.AlertChange:
		if s.Change != nil {
			return numberOf(s.Change.Explained)
		}
	}
	return nil
}

func changeText(c *engine.ChangeRow) string {
	return fmt.Sprintf("%s: %s at %s (%s)", c.Title, c.Text, c.From.UTC().Format("2006-01-02 15:04 UTC"), c.Likelihood)
}

// keptStateNotice is one notice, if some alerts keep an earlier state.
func keptStateNotice(rows []engine.AlertRow) []data.Notice {
	n := 0
	for _, s := range rows {
		if s.Kept && s.Labels != nil { // an SLO without groups has its own warning
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []data.Notice{{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf("%d of %d alerts cannot be judged now (less than %.0f %% of a window was measured) and keep their last state. See the value unmeasured.",
		n, len(rows), 100*slo.CoverageFloor)}}
}
