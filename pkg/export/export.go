// Package export converts SLOs to the formats of other tools: rules of Prometheus, objects of
// prometheus-operator, alert rules of Grafana, and OpenSLO. It contains formats. It does no I/O,
// and must not depend on servers. Start reading at Write.
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

// Format is an output format.
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

// Options contain what a format needs in addition to the SLOs.
type Options struct {
	// DatasourceUID is the Burnline data source that Grafana's alert rules query; default burnline.
	DatasourceUID string
	// DatasourceName is its name, for the folder of the rules; "" if only the UID is known.
	DatasourceName string
	// ObjectName is the name of a PrometheusRule; default burnline. Objects of the same name
	// replace each other.
	ObjectName string
	// DashboardUID is the dashboard that alerts link to; "" for none.
	DashboardUID string
	// PanelID is the panel of that dashboard; default 1.
	PanelID int
}

// Write converts the SLOs to YAML. Comments at the top, and notes, list what the format cannot
// express.
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
