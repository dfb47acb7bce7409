package export

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Rules with only long windows are evaluated less often: they change slowly, and read many samples.
const (
	longWindow   = 24 * time.Hour
	interval     = model.Duration(time.Minute)
	longInterval = model.Duration(5 * time.Minute)
)

// Prefixes of recorded series for each SLO, group and window. The window follows.
const (
	recordEvents = "burnline:events:"
	recordBad    = "burnline:bad_events:"
	recordRatio  = "burnline:error_ratio:"
	alertName    = "BurnlineBudgetBurn"
)

// rulesPerWindow is the number of recording rules of a window: events, bad events and their ratio.
const rulesPerWindow = 3

// ruleGroups returns the rules of all SLOs that one expression can count.
func ruleGroups(slos []catalog.SLO) (groups []rulefmt.RuleGroup, notes []string, err error) {
	groups = []rulefmt.RuleGroup{}
	for _, s := range slos {
		if slices.Contains(s.By, "slo") {
			notes = append(notes,
				fmt.Sprintf("SLO %s is left out: rules name the SLO by the label slo, which its groups have too",
					s.Name))
			continue
		}
		of, added, err := rulesOf(s)
		var cannot *sli.NotExpressibleError
		switch {
		case errors.As(err, &cannot):
			notes = append(notes, fmt.Sprintf("SLO %s is left out: %s", s.Name, cannot.Reason))
			continue
		case err != nil:
			return nil, nil, fmt.Errorf("SLO %s: %w", s.Name, err)
		}
		groups, notes = append(groups, of...), append(notes, added...)
	}
	return groups, notes, nil
}

// rulesOf returns the recording rules of the windows in the SLO's policy, and an alert for each severity.
func rulesOf(s catalog.SLO) (groups []rulefmt.RuleGroup, notes []string, err error) {
	fast := rulefmt.RuleGroup{Name: "burnline-" + s.Name, Interval: interval}
	// names of SLOs contain no colon
	slow := rulefmt.RuleGroup{Name: "burnline-" + s.Name + ":long", Interval: longInterval}
	inFast, inSlow := map[time.Duration]bool{}, map[time.Duration]bool{}
	for _, severity := range s.Policy.Severities() {
		into := inFast
		if hasOnlyLongWindows(s.Policy, severity) {
			into = inSlow
		}
		for _, a := range s.Policy.Alerts {
			if a.Severity == severity {
				into[a.Long], into[a.Short] = true, true
			}
		}
	}
	maps.DeleteFunc(inSlow, func(w time.Duration, _ bool) bool { return inFast[w] }) // recorded often enough for both
	if err := cmp.Or(record(&fast, s, inFast), record(&slow, s, inSlow)); err != nil {
		return nil, nil, err
	}
	windows := s.SplitWindows()
	for _, one := range windows {
		for _, severity := range s.Policy.Severities() {
			into := &fast
			if hasOnlyLongWindows(s.Policy, severity) {
				into = &slow
			}
			into.Rules = append(into.Rules, alert(one, severity, len(windows) > 1))
		}
	}
	for _, g := range []rulefmt.RuleGroup{fast, slow} {
		if len(g.Rules) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, limitsOf(s), nil
}

func hasOnlyLongWindows(p slo.Policy, severity string) bool {
	return !slices.ContainsFunc(p.Alerts,
		func(a slo.Alert) bool { return a.Severity == severity && a.Long < longWindow })
}

// limitsOf lists what the rules cannot express.
func limitsOf(s catalog.SLO) []string {
	var notes []string
	add := func(text string) { notes = append(notes, fmt.Sprintf("SLO %s: %s", s.Name, text)) }
	notes = append(notes, shadowedLabelNotes(s)...)
	if len(s.Exclude) > 0 {
		add("rules do not know of exclude; mute its times in Alertmanager (mute_time_intervals)")
	}
	if s.Missing == catalog.MissingBad || s.Missing == catalog.MissingGood {
		add("rules do not count missing time as " + s.Missing + ": without samples nothing fires")
	}
	for _, one := range s.SplitWindows() {
		if one.Calendar != nil {
			add("the factors are those of the longest " + string(one.Calendar.Unit))
		}
	}
	if sli.ReadsHistogram(s.SLI) {
		add("rules read classic histograms only")
	}
	return notes
}

// record adds the counts of windows and their ratio. Without events there is no ratio, so no alert fires.
func record(g *rulefmt.RuleGroup, s catalog.SLO, windows map[time.Duration]bool) error {
	for _, window := range slices.Sorted(maps.Keys(windows)) {
		w, err := s.WindowExpressions(s.WholeGrains(window))
		if err != nil {
			return err
		}
		total := recordedSeries(recordEvents, s, window)
		ratio := promexpr.Binary(parser.DIV, recordedSeries(recordBad, s, window),
			promexpr.Binary(parser.GTR, total, promexpr.Number(0)))
		name, labels := slo.FormatDuration(window), map[string]string{"slo": s.Name}
		g.Rules = append(g.Rules,
			rulefmt.Rule{Record: recordEvents + name, Expr: formatExpr(w.Total), Labels: labels},
			rulefmt.Rule{Record: recordBad + name, Expr: formatExpr(w.Bad(total)), Labels: labels},
			rulefmt.Rule{Record: recordRatio + name, Expr: formatExpr(ratio), Labels: labels},
		)
	}
	return nil
}

// formatExpr formats an expression over several lines. The first line is not indented: in a YAML
// block it sets the indentation.
func formatExpr(e parser.Expr) string { return strings.TrimSpace(e.Pretty(0)) }

func recordedSeries(what string, s catalog.SLO, window time.Duration) *parser.VectorSelector {
	return promexpr.Series(what+slo.FormatDuration(window), promexpr.Equal("slo", s.Name))
}

// alert returns a rule that fires while one of the severity's pairs of windows is over its
// burn-rate threshold.
func alert(s catalog.SLO, severity string, several bool) rulefmt.Rule {
	var expr parser.Expr
	var spent []string
	for _, a := range s.Policy.Alerts {
		if a.Severity != severity {
			continue
		}
		expr = appendCondition(parser.LOR, expr, alertCondition(s, a))
		text := fmt.Sprintf("%s %% of the budget in %s", formatNumber(a.Percent), slo.FormatDuration(a.Long))
		if f := a.Factor(s.Window, s.Objective); f > 0 {
			text += fmt.Sprintf(" (a burn rate of %s)", formatNumber(f))
		}
		spent = append(spent, text)
	}
	labels := map[string]string{}
	for name, value := range alertLabels(s) {
		labels[name] = escapeTemplate(value)
	}
	labels["severity"], labels["slo"] = severity, s.Name
	if several {
		labels["window"] = s.WindowText()
	}
	annotations := map[string]string{
		"description": fmt.Sprintf("{{ $value | humanizePercentage }} of the events were bad; %s %% over %s allows %s %%. It fires at %s.",
			formatNumber(s.Objective.Percent()), s.WindowText(), formatNumber(100*s.Objective.ErrorBudget()),
			strings.Join(spent, " or ")),
	}
	maps.Copy(annotations, alertAnnotations(s))
	by := s.By
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		expr, by = renameLabel(expr, by, name)
	}
	expr, by = renameLabel(expr, by, "alertname")
	annotations["summary"] = fmt.Sprintf("%s%s burns its error budget", s.Name, labelTemplate(by))
	return rulefmt.Rule{Alert: alertName, Expr: formatExpr(expr), Labels: labels, Annotations: annotations}
}

// renameLabel renames a group's label that the alert uses itself, as in the alerts of the plugin.
func renameLabel(expr parser.Expr, by []string, name string) (parser.Expr, []string) {
	i := slices.Index(by, name)
	if i < 0 {
		return expr, by
	}
	by = slices.Clone(by)
	for by[i] = "label_" + name; slices.Index(by, by[i]) != i || slices.Contains(by[i+1:], by[i]); {
		by[i] = "label_" + by[i]
	}
	return promexpr.Call("label_replace", expr, promexpr.Text(by[i]), promexpr.Text("$1"), promexpr.Text(name),
		promexpr.Text("(.*)")), by
}

// alertCondition returns the condition of one alert. It compares error ratios, not burn rates: a
// quotient of two counts is the float nearest to the decimal in the rule. So a ratio of exactly the
// threshold is over it, and a total outage reaches a capped threshold.
func alertCondition(s catalog.SLO, a slo.Alert) parser.Expr {
	op, least := parser.ItemType(parser.GTR), 0.0 // an objective of 100%: any bad event
	if f := a.Factor(s.Window, s.Objective); f > 0 {
		op, least = parser.GTE, threshold(f, s.Objective)
	}
	compared := func(what string, window time.Duration, op parser.ItemType, with float64) parser.Expr {
		return promexpr.Binary(op, recordedSeries(what, s, window), promexpr.Number(with))
	}
	out := appendCondition(parser.LAND, compared(recordRatio, a.Long, op, least),
		compared(recordRatio, a.Short, op, least))
	if n := s.LowTraffic.MinEvents; n > 0 {
		out = appendCondition(parser.LAND, out, compared(recordEvents, a.Long, parser.GTE, n))
	}
	if n := s.LowTraffic.MinBad; n > 0 {
		out = appendCondition(parser.LAND, out, compared(recordBad, a.Long, parser.GTE, n))
	}
	return &parser.ParenExpr{Expr: out}
}

// appendCondition joins conditions without needless parentheses; nil is an empty chain.
func appendCondition(op parser.ItemType, chain, next parser.Expr) parser.Expr {
	if chain == nil {
		return next
	}
	return &parser.BinaryExpr{
		Op: op, LHS: chain, RHS: next,
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany},
	}
}

// threshold is the share of bad events at a burn rate, rounded to twelve decimals, as objectives are.
func threshold(factor float64, o slo.Objective) float64 {
	return min(math.Round(factor*o.ErrorBudget()*1e12)/1e12, 1)
}

// labelTemplate returns " of {{ $labels.namespace }}/{{ $labels.workload }}".
func labelTemplate(by []string) string {
	parts := make([]string, len(by))
	for i, l := range by {
		parts[i] = labelOf(l)
	}
	if len(parts) == 0 {
		return ""
	}
	return " of " + strings.Join(parts, "/")
}

// formatNumber writes at most six significant digits.
func formatNumber(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// validLabels returns the SLO's own labels that every Prometheus accepts.
func validLabels(labels map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range labels {
		if model.LegacyValidation.IsValidLabelName(name) && !strings.HasPrefix(name, model.ReservedLabelPrefix) {
			out[name] = value
		}
	}
	return out
}

// reservedLabels are labels that alerts have already.
var reservedLabels = []string{"alert_severity", "alertname", "burnline", "grafana_folder", "severity", "slo", "window"}

// alertLabels returns the SLO's own labels for its alerts, without those that would replace a label
// of the group or the alert. Prometheus refuses rules in which two groups become one alert.
func alertLabels(s catalog.SLO) map[string]string {
	labels := validLabels(s.Labels)
	maps.DeleteFunc(labels, func(name, _ string) bool { return isShadowed(s, name) })
	return labels
}

func isShadowed(s catalog.SLO, name string) bool {
	return slices.Contains(s.By, name) || slices.Contains(reservedLabels, name)
}

// shadowedLabelNotes notes the labels that alertLabels omits.
func shadowedLabelNotes(s catalog.SLO) []string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		if isShadowed(s, name) {
			notes = append(notes,
				fmt.Sprintf("SLO %s: its own label %s is left out: alerts have another of that name", s.Name, name))
		}
	}
	return notes
}

// escapeTemplate escapes a text for labels and annotations of alerts, which are templates.
// Prometheus refuses a rule file with an invalid template.
func escapeTemplate(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }

func alertAnnotations(s catalog.SLO) map[string]string {
	out := map[string]string{"slo_description": escapeTemplate(s.Description), "runbook_url": escapeTemplate(s.Runbook)}
	maps.DeleteFunc(out, func(_, text string) bool { return text == "" })
	return out
}

func labelOf(name string) string {
	if model.LegacyValidation.IsValidLabelName(name) {
		return "{{ $labels." + name + " }}"
	}
	return fmt.Sprintf("{{ index $labels %q }}", name)
}

// Default limits of a tenant in Mimir. Above one of them, the ruler's API
// refuses the group. Source: reference of Mimir's configuration, section limits.
const (
	mimirRulesPerGroup   = 20 // ruler_max_rules_per_rule_group
	mimirGroupsPerTenant = 70 // ruler_max_rule_groups_per_tenant
)

// mimirGroups splits groups that exceed Mimir's limit of rules, and notes a number of groups that
// exceeds the limit of a tenant. Parts of a group are evaluated apart: an alert may read values that
// are one interval old.
func mimirGroups(groups []rulefmt.RuleGroup) (out []rulefmt.RuleGroup, notes []string) {
	out = []rulefmt.RuleGroup{}
	for _, g := range groups {
		if len(g.Rules) <= mimirRulesPerGroup {
			out = append(out, g)
			continue
		}
		// Recording rules come first. The third rule of a window reads the other two.
		part := 1
		for rules := range slices.Chunk(g.Rules, mimirRulesPerGroup/rulesPerWindow*rulesPerWindow) {
			out = append(out,
				rulefmt.RuleGroup{Name: fmt.Sprintf("%s:%d", g.Name, part), Interval: g.Interval, Rules: rules})
			part++
		}
		notes = append(notes, fmt.Sprintf("group %s is split: its %d rules exceed Mimir's default of %d (ruler_max_rules_per_rule_group)",
			g.Name, len(g.Rules), mimirRulesPerGroup))
	}
	if len(out) > mimirGroupsPerTenant {
		notes = append(notes, fmt.Sprintf("%d groups exceed Mimir's default of %d for a tenant: raise ruler_max_rule_groups_per_tenant",
			len(out), mimirGroupsPerTenant))
	}
	return out, notes
}
