// Package export writes SLOs as what other tools read: rules for Prometheus, objects for prometheus-operator, alert rules for
// Grafana, and OpenSLO. It does no I/O.
package export

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
)

// Format is what is written.
type Format string

// The formats.
const (
	Prometheus     Format = "prometheus"     // a rule file
	PrometheusRule Format = "prometheusrule" // an object for prometheus-operator with the same rules
	Grafana        Format = "grafana"        // a file for Grafana's provisioning/alerting
	OpenSLO        Format = "openslo"        // openslo/v1
)

// Formats are all formats.
var Formats = []Format{Prometheus, PrometheusRule, Grafana, OpenSLO}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats, f) {
		return f, nil
	}
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = string(f)
	}
	return "", fmt.Errorf("unknown format %q. There are %s", name, strings.Join(names, ", "))
}

// Options are what a format needs next to the SLOs.
type Options struct {
	// DatasourceUID is the Burnline data source that Grafana's alert rules ask; default burnline.
	DatasourceUID string
	// DatasourceName is what it is called, for the folder of the rules; "" where only the identifier is known.
	DatasourceName string
	// ObjectName is that of a PrometheusRule; default burnline. Objects of the same name replace each other.
	ObjectName string
	// DashboardUID is the dashboard that they link to; "" is none.
	DashboardUID string
	// PanelID is its panel; default 1.
	PanelID int
}

// Write is the SLOs as YAML. What cannot be said in the format stands in comments at the top, and in notes.
func Write(f Format, slos []catalog.SLO, o Options) (text []byte, notes []string, err error) {
	var documents []any
	switch f {
	case Prometheus, PrometheusRule:
		groups, added, err := ruleGroups(slos)
		if err != nil {
			return nil, nil, err
		}
		notes = added
		if err := checkRules(groups); err != nil {
			return nil, nil, err
		}
		documents = []any{ruleFile{groups}}
		if f == PrometheusRule {
			documents = []any{operatorObject(cmp.Or(o.ObjectName, "burnline"), groups)}
		}
	case Grafana:
		file, added := grafanaRules(slos, o)
		documents, notes = []any{file}, added
	case OpenSLO:
		if documents, notes, err = openSLO(slos); err != nil {
			return nil, nil, err
		}
	default:
		_, err := ParseFormat(string(f))
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
		text, err := yaml.MarshalWithOptions(d, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
		if err != nil {
			return nil, nil, fmt.Errorf("format %s: %w", f, err)
		}
		out.Write(text)
	}
	return out.Bytes(), notes, nil
}
