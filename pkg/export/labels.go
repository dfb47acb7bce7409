package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
)

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
