// Package export converts SLOs to the formats of other tools: rules of Prometheus and Mimir, objects
// of prometheus-operator, configurations of Alertmanager, alert rules of Grafana, and OpenSLO. It
// contains formats. It does no I/O, and must not depend on servers. Start reading at Write.
package export

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
)

// Format is an output format.
type Format string

// The formats.
const (
	Prometheus        Format = "prometheus"         // a rule file, also for Thanos Ruler
	PrometheusRule    Format = "prometheusrule"     // an object for prometheus-operator with the same rules
	Mimir             Format = "mimir"              // the same rules in a namespace of Mimir's ruler
	Alertmanager      Format = "alertmanager"       // a configuration that routes the alerts of these rules
	MimirAlertmanager Format = "mimir-alertmanager" // the same configuration for a tenant, for Mimir's API
	Grafana           Format = "grafana"            // a file for Grafana's provisioning/alerting
	OpenSLO           Format = "openslo"            // openslo/v1
)

// Formats are all formats.
var Formats = []Format{Prometheus, PrometheusRule, Mimir, Alertmanager, MimirAlertmanager, Grafana, OpenSLO}

// FormatNames lists the names of all formats: "a, b or c".
func FormatNames() string {
	last := len(Formats) - 1
	return decode.Join(Formats[:last]) + " or " + string(Formats[last])
}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats, f) {
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q. Use %s", name, FormatNames())
}

// Options contain what a format needs in addition to the SLOs.
type Options struct {
	// DatasourceUID is the Burnline data source that Grafana's alert rules query; default burnline.
	DatasourceUID string
	// DatasourceName is its name, for the folder of the rules; "" if only the UID is known.
	DatasourceName string
	// ObjectName is the name of a PrometheusRule, or the namespace of rules in Mimir; default
	// burnline. Objects and namespaces of the same name replace each other.
	ObjectName string
	// PagerURL is the webhook that Alertmanager notifies of pages; "" for a placeholder.
	PagerURL string
	// SlackURL is the incoming webhook of Slack for the other alerts; "" for a placeholder.
	SlackURL string
	// DashboardUID is the dashboard that alerts link to; "" for none.
	DashboardUID string
	// PanelID is the panel of that dashboard; default 1.
	PanelID int
}

// Write converts the SLOs to YAML. Comments at the top, and notes, list what the format cannot express.
func Write(f Format, slos []catalog.SLO, o Options) (text []byte, notes []string, err error) {
	documents, notes, err := documentsOf(f, slos, o)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Written by Burnline (format %s): do not edit, change the SLOs and write it again.\n", f)
	for _, note := range notes {
		fmt.Fprintf(&out, "# Note: %s\n", note)
	}
	for i, d := range documents {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := marshal(d)
		if err != nil {
			return nil, nil, fmt.Errorf("format %s: %w", f, err)
		}
		out.Write(text)
	}
	return out.Bytes(), notes, nil
}

func documentsOf(f Format, slos []catalog.SLO, o Options) (documents []any, notes []string, err error) {
	var document any
	switch f {
	case Prometheus, PrometheusRule, Mimir:
		document, notes, err = rules(f, slos, cmp.Or(o.ObjectName, "burnline"))
	case Alertmanager:
		document, notes, err = routes(slos, o, messageTitle, messageText)
	case MimirAlertmanager:
		document, notes, err = tenantRoutes(slos, o)
	case Grafana:
		document, notes = grafanaRules(slos, o)
	case OpenSLO:
		return openSLO(slos)
	default:
		_, err = ParseFormat(string(f))
	}
	return []any{document}, notes, err
}

func rules(f Format, slos []catalog.SLO, name string) (document any, notes []string, err error) {
	groups, notes, err := ruleGroups(slos)
	if err != nil {
		return nil, nil, err
	}
	if f == Mimir {
		var added []string
		groups, added = mimirGroups(groups)
		notes = append(notes, added...)
	}
	if err := checkRules(groups); err != nil {
		return nil, nil, err
	}
	switch f {
	case PrometheusRule:
		labels := map[string]string{"app.kubernetes.io/managed-by": "burnline"}
		return fields("apiVersion", "monitoring.coreos.com/v1", "kind", "PrometheusRule",
			"metadata", map[string]any{"name": name, "labels": labels}, "spec", fields("groups", groups)), notes, nil
	case Mimir: // the file of `mimirtool rules load`. One group is the body of a request to the ruler's API
		return fields("namespace", name, "groups", groups), notes, nil
	}
	return fields("groups", groups), notes, nil
}

// checkRules checks rules as promtool does. Prometheus refuses a file if one rule is invalid, so
// the error names the rule and the reason.
func checkRules(groups []rulefmt.RuleGroup) error {
	text, err := yaml.Marshal(rulefmt.RuleGroups{Groups: groups})
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation, parser.NewParser(parser.Options{}),
		slog.New(slog.DiscardHandler))
	if len(errs) == 0 {
		return nil
	}
	texts := make([]string, len(errs))
	for i, e := range errs {
		texts[i] = e.Error()
	}
	return errors.New("Prometheus would refuse these rules: " + strings.Join(texts, "; "))
}
