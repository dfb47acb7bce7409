package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
)

// validLabels are the SLO's own labels that every Prometheus takes.
func validLabels(labels map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range labels {
		if model.LegacyValidation.IsValidLabelName(name) && !strings.HasPrefix(name, model.ReservedLabelPrefix) {
			out[name] = value
		}
	}
	return out
}

// reservedLabels are those that an alert has by itself.
var reservedLabels = []string{"alert_severity", "alertname", "burnline", "grafana_folder", "severity", "slo", "window"}

// alertLabels are the SLO's own labels that its alerts carry: not those that would hide a label of the group, or of the alert.
// Two groups that differ by a hidden label would be one alert, or none: Prometheus refuses to evaluate such a rule.
func alertLabels(s catalog.SLO) map[string]string {
	labels := validLabels(s.Labels)
	maps.DeleteFunc(labels, func(name, _ string) bool { return isShadowed(s, name) })
	return labels
}

func isShadowed(s catalog.SLO, name string) bool {
	return slices.Contains(s.By, name) || slices.Contains(reservedLabels, name)
}

// shadowedLabelNotes tells of those that are left out.
func shadowedLabelNotes(s catalog.SLO) []string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		if isShadowed(s, name) {
			notes = append(notes, fmt.Sprintf("SLO %s: its own label %s is left out: alerts have another of that name", s.Name, name))
		}
	}
	return notes
}

// escapeTemplate is a text that is no template: labels and annotations of alerts are read as one, and a rule file in which one
// cannot be read is refused as a whole.
func escapeTemplate(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }

// labelOf is the value of a group's label in a template.
func labelOf(name string) string {
	if model.LegacyValidation.IsValidLabelName(name) {
		return "{{ $labels." + name + " }}"
	}
	return fmt.Sprintf("{{ index $labels %q }}", name)
}
