package export

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/query"
)

// Folder is the folder of the alert rules in Grafana. A data source with another name has its own folder.
const Folder = "Burnline"

const defaultDatasource = "burnline"

type grafanaRule struct {
	UID          string            `yaml:"uid"`
	Title        string            `yaml:"title"`
	Condition    string            `yaml:"condition"`
	Data         []yaml.MapSlice   `yaml:"data"`
	DashboardUID string            `yaml:"dashboardUid,omitempty"`
	PanelID      int               `yaml:"panelId,omitempty"`
	NoDataState  string            `yaml:"noDataState"`
	ExecErrState string            `yaml:"execErrState"`
	For          string            `yaml:"for"`
	Annotations  map[string]string `yaml:"annotations,omitempty"`
	Labels       map[string]string `yaml:"labels,omitempty"`
	IsPaused     bool              `yaml:"isPaused"`
}

// alertScope selects the SLOs of an alert rule (none: all of the catalog) and their policy ("":
// each SLO's own).
type alertScope struct {
	name, title string
	slos        []string
	policy      string
	labels      map[string]string
	annotations map[string]string
	paused      bool
}

func grafanaRules(slos []catalog.SLO, o Options) (file yaml.MapSlice, notes []string) {
	groups := []yaml.MapSlice{}
	for _, s := range slos {
		notes = append(notes, shadowedLabelNotes(s)...)
		a := alertScope{
			name: s.Name, title: s.Name, slos: []string{s.Name}, labels: map[string]string{},
			annotations: alertAnnotations(s),
		}
		for name, value := range alertLabels(s) {
			a.labels[name] = strings.ReplaceAll(escapeTemplate(value), "$", "$$") // Grafana replaces variables here
		}
		groups = append(groups, o.group(a))
	}
	return grafanaFile(groups...), notes
}

func grafanaFile(groups ...yaml.MapSlice) yaml.MapSlice {
	return fields("apiVersion", 1, "groups", groups)
}

// group returns three rules: one that fires while the budget burns, with an alert for each group and
// severity; and two of lower severity, for alerts that cannot be judged, and for queries that fail.
func (o Options) group(a alertScope) yaml.MapSlice {
	return fields("orgId", 1, "name", "burnline "+a.name, "folder", o.folder(), "interval", interval,
		"rules", []grafanaRule{o.burnRule(a), o.unmeasuredRule(a), o.unreadableRule(a)})
}

// groupTemplate prints the SLO and its group labels. An alert for a server that does not respond has none.
const groupTemplate = `{{ $labels.slo }}{{ range $name, $value := $labels }}` +
	`{{ if not (match "^(__.*|slo|severity|alert_severity|alertname|grafana_folder|burnline)$" $name) }} {{ $value }}{{ end }}{{ end }}`

// notOfGroup matches the labels of an alert by which series cannot be filtered: those of the alert,
// and those that are renamed because a column has the name.
var notOfGroup = "^(__.*|slo|severity|window|alert_severity|alertname|grafana_folder|burnline|" +
	frames.RenamedLabels() + ")$"

func (o Options) burnRule(a alertScope) grafanaRule {
	r := o.rule(a, "burn", a.title+": error budget burns")
	for _, value := range []query.AlertValue{
		query.AlertFiring, query.AlertBudget, query.AlertBurnLong, query.AlertBurnShort, query.AlertFactor,
		query.AlertExhaustedIn, query.AlertChange,
	} {
		r.Data = append(r.Data, o.query(a, value))
	}
	r.fireAbove(query.AlertFiring, 0)
	// A longer gap than the plugin covers, or an empty result, keeps the state. Another rule
	// notifies about it.
	r.NoDataState, r.For = "KeepLast", "0s"
	r.Annotations = map[string]string{
		"summary": "The error budget burns faster than the alert policy allows",
		"title":   ifForSLO(groupTemplate + " burns its error budget"),
		"description": `{{ if $values.burn_long }}Burn rate {{ printf "%.1f" $values.burn_long.Value }}× over the long window and ` +
			`{{ printf "%.1f" $values.burn_short.Value }}× over the short one; it fires at {{ printf "%.1f" $values.factor.Value }}×.{{ end }}`,
		"budget_left": `{{ if $values.budget }}{{ humanizePercentage $values.budget.Value }}{{ end }}`,
		"burn": `{{ if $values.burn_long }}{{ printf "%.1f" $values.burn_long.Value }}× | {{ printf "%.1f" $values.burn_short.Value }}× ` +
			`(over {{ printf "%.1f" $values.factor.Value }}×){{ end }}`,
		"exhausted_in":  `{{ if $values.exhausted_in }}{{ humanizeDuration $values.exhausted_in.Value }}{{ end }}`,
		"likely_change": `{{ if $values.change }}{{ with $values.change.Labels.change }}{{ . }}{{ end }}{{ end }}`,
		"explore_url":   o.exploreURL(),
	}
	o.link(&r, a)
	return r
}

// unmeasuredRule fires for alerts that keep an earlier state. A result without rows is one of them.
func (o Options) unmeasuredRule(a alertScope) grafanaRule {
	r := o.rule(a, "unmeasured", a.title+": alerts cannot be judged")
	r.Data = append(r.Data, o.query(a, query.AlertUnmeasured))
	r.fireAbove(query.AlertUnmeasured, 0)
	r.NoDataState, r.For = "Alerting", "15m"
	// The severity is slack for all of these alerts. The severity of the alert that cannot be
	// judged is in another label, so that alerts of two severities stay distinct. (.Labels: Grafana
	// would replace a $ as an environment variable.)
	r.Labels["severity"], r.Labels["alert_severity"] = "slack", "{{ .Labels.severity }}"
	r.Annotations = map[string]string{
		"summary":     "The alerts of an SLO cannot be judged",
		"title":       ifForSLO(groupTemplate + " cannot be judged"),
		"description": "Too little was measured in the last 15 minutes or more. Its alerts keep their last state for a day. Are the metrics still scraped?",
		"explore_url": o.exploreURL(),
	}
	o.link(&r, a)
	return r
}

// unreadableRule fires only when the server does not respond, or an SLO cannot be read.
func (o Options) unreadableRule(a alertScope) grafanaRule {
	r := o.rule(a, "unreadable", a.title+": alerts cannot be read")
	r.Data = append(r.Data, o.query(a, query.AlertFiring))
	r.fireAbove(query.AlertFiring, 1) // it is 0 or 1
	r.NoDataState, r.ExecErrState, r.For = "OK", "Error", "1m"
	r.Labels["severity"] = "slack"
	r.Annotations = map[string]string{
		"summary":     "The alerts of " + a.title + " cannot be read",
		"description": "What fires goes on firing; nothing else can. Does the server answer? Are all SLOs in order (burnline check)?",
	}
	o.link(&r, a)
	return r
}

// rule returns a rule with alerts that keep their state without a response. With Grafana's default,
// Error, firing alerts would be missing, and resolve two evaluations later.
func (o Options) rule(a alertScope, what, title string) grafanaRule {
	labels := map[string]string{"burnline": what}
	maps.Copy(labels, a.labels)
	return grafanaRule{
		UID: o.uid(a.name, what), Title: title, ExecErrState: "KeepLast", Labels: labels,
		IsPaused: a.paused,
	}
}

// link adds the labels and the runbook of the SLOs, and the dashboard. Grafana reads the dashboard
// from annotations, and requires equal fields.
func (o Options) link(r *grafanaRule, a alertScope) {
	maps.Copy(r.Annotations, a.annotations)
	if o.DashboardUID != "" {
		r.DashboardUID, r.PanelID = o.DashboardUID, max(o.PanelID, 1)
		r.Annotations["__dashboardUid__"], r.Annotations["__panelId__"] = o.DashboardUID, strconv.Itoa(r.PanelID)
		r.Annotations["dashboard_url"] = fmt.Sprintf("{{ externalURL }}d/%s?viewPanel=%d&from=%s&to=now",
			o.DashboardUID, r.PanelID, alertRange)
		for _, name := range []string{"slo", "namespace", "workload"} { // the variables of the bundled dashboards
			r.Annotations["dashboard_url"] += "{{ with $labels." + name + " }}&var-" + name +
				"={{ urlquery . }}{{ end }}"
		}
	}
}

func (o Options) datasource() string { return cmp.Or(o.DatasourceUID, defaultDatasource) }

func (o Options) query(a alertScope, value query.AlertValue) yaml.MapSlice {
	model := map[string]any{
		"refId": value, "schemaVersion": query.SchemaVersion, "queryType": string(query.Alerts),
		"value": value,
	}
	if len(a.slos) > 0 {
		model["slos"] = a.slos
	}
	if a.policy != "" {
		model["policy"] = a.policy
	}
	return grafanaQuery(value, 600, o.datasource(), model)
}

// grafanaQuery returns a query of a rule over the last seconds.
func grafanaQuery(refID string, seconds int, datasource string, model map[string]any) yaml.MapSlice {
	return fields("refId", refID, "relativeTimeRange", map[string]int{"from": seconds, "to": 0}, "datasourceUid",
		datasource, "model", model)
}

func (r *grafanaRule) fireAbove(refID string, number int) {
	r.Condition = "condition"
	r.Data = append(r.Data, grafanaQuery(r.Condition, 0, "__expr__", map[string]any{
		"refId": r.Condition, "type": "threshold", "expression": refID,
		"conditions": []any{map[string]any{
			"type":      "query",
			"evaluator": map[string]any{"type": "gt", "params": []int{number}},
		}},
	}))
}

// alertRange is the time range of links. The message template replaces its start by a time before
// the alert began to fire.
const alertRange = "now-6h"

// exploreURL opens the burn rates of the SLO in Explore, of the alert's group only: Explore shows
// the first 20 series.
func (o Options) exploreURL() string {
	text := func(text string) string { return "{{ urlquery " + strconv.Quote(text) + " }}" }
	const query = `{"datasource":%q,"queries":[{"refId":"A","queryType":"timeseries","metrics":["burn"],"slos":[%%q],"filters":[`
	head := fmt.Sprintf(query, o.datasource())
	return `{{ if $labels.slo }}{{ externalURL }}explore?left={{ urlquery (printf ` + strconv.Quote(head) +
		` $labels.slo) }}` +
		`{{ $comma := "" }}{{ range $name, $value := $labels }}{{ if not (match "` + notOfGroup + `" $name) }}` +
		`{{ urlquery (printf ` + strconv.Quote(`%s{"label":%q,"op":"=","value":%q}`) +
		` $comma $name $value) }}{{ $comma = "," }}{{ end }}{{ end }}` +
		text(`]}],"range":{"from":"`) + alertRange + text(`","to":"now"}}`) + `{{ end }}`
}

// ifForSLO returns a template of the text for alerts with an SLO, for the title of a message. Grafana's
// page of a rule shows the annotation summary as it is, so that it has no template. For others, it
// reports that no SLO could be queried.
func ifForSLO(text string) string {
	return `{{ if $labels.slo }}` + text + `{{ else }}The SLOs' alerts cannot be evaluated{{ end }}`
}

// uid returns the same identifier for the same name and data source, with at most the 40 characters
// that Grafana allows.
func (o Options) uid(name, what string) string {
	sum := sha256.Sum256([]byte(o.datasource() + "/" + name))
	return "burnline-" + hex.EncodeToString(sum[:6]) + "-" + what
}

// folder returns the folder of the data source: Grafana requires unique titles in a folder, and the
// rules of two data sources have the same titles.
func (o Options) folder() string {
	if name := o.DatasourceName; name != "" && name != Folder {
		return Folder + " " + name
	}
	if o.DatasourceName == "" && o.datasource() != defaultDatasource {
		return Folder + " " + o.datasource()
	}
	return Folder
}

// GrafanaPolicies returns alert rules for all SLOs of a data source's catalog: by each SLO's own
// policy, and, paused, by that of the Site Reliability Workbook.
func GrafanaPolicies(o Options) ([]byte, error) {
	return marshal(grafanaFile(
		o.group(alertScope{name: "page-and-slack", title: "SLOs by their own policy (page-and-slack by default)"}),
		o.group(alertScope{
			name: "sre-workbook", title: "SLOs by the policy sre-workbook", policy: "sre-workbook",
			paused: true,
		}),
	))
}
