package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
)

// Format is the tool of a definition.
type Format string

// Auto detects the format of each document.
const (
	Auto    Format = "auto"
	Sloth   Format = "sloth"
	Pyrra   Format = "pyrra"
	OpenSLO Format = "openslo"
)

// Formats are all formats.
var Formats = []Format{Auto, Sloth, Pyrra, OpenSLO}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	f := Format(name)
	if !slices.Contains(Formats, f) {
		return "", fmt.Errorf("unknown format %q. There are auto, sloth, pyrra and openslo", name)
	}
	return f, nil
}

// Names of formats, for people.
const (
	sloth           = "Sloth"
	slothKubernetes = "Sloth for Kubernetes"
	pyrra           = "Pyrra"
	openSLOv1       = "OpenSLO v1"
	openSLOv1alpha  = "OpenSLO v1alpha"
	openSLOv2alpha  = "OpenSLO v2alpha"

	known = "OpenSLO (v1, v1alpha, v2alpha), Sloth (prometheus/v1, PrometheusServiceLevel) or Pyrra (ServiceLevelObjective)"
)

// formatOf detects the format of a document; "" if it is not a definition.
func formatOf(doc *value) (format Format, name string) {
	version, kind := doc.textOf("apiVersion"), kindOf(doc)
	switch {
	case strings.HasPrefix(doc.textOf("version"), "prometheus/v1"):
		return Sloth, sloth
	case strings.HasPrefix(version, "sloth.slok.dev/") && kind == "PrometheusServiceLevel":
		return Sloth, slothKubernetes
	case strings.HasPrefix(version, "pyrra.dev/") && kind == "ServiceLevelObjective":
		return Pyrra, pyrra
	case version == "openslo/v1alpha":
		return OpenSLO, openSLOv1alpha
	case version == "openslo/v1" || version == "openslo.com/v1":
		return OpenSLO, openSLOv1
	case version == "openslo.com/v2alpha" || version == "openslo/v2alpha":
		return OpenSLO, openSLOv2alpha
	}
	return "", ""
}

func notDefinition(doc *value) string {
	version, kind := doc.textOf("apiVersion"), kindOf(doc)
	switch {
	case version == catalog.APIVersion || version == "" && doc.has("slos") && !doc.has("service"):
		return "this is a Burnline catalog already. Use it as it is"
	case version == "" && kind == "" && doc.has("slos"):
		return "Sloth's files need the line version: prometheus/v1"
	case kind == "AlertWindows":
		return "AlertWindows define no SLO. Give them together with Sloth's definitions"
	case kind == "PrometheusRule" || doc.has("groups"):
		return "rules are no SLO definitions. Import the definitions that they were generated from"
	}
	return fmt.Sprintf("apiVersion %q, kind %q is none of %s", decode.Clip(version), decode.Clip(kind), known)
}

// Recognize returns the name of the tool of the definitions in a source, or "". It is for
// sources that the catalog's parser refused.
func Recognize(source []byte) string {
	docs, err := documentsOf(Source{Text: source})
	if err != nil {
		return ""
	}
	for _, doc := range docs {
		if _, name := formatOf(doc); name != "" {
			return name
		}
	}
	return ""
}
