package export

import "github.com/prometheus/common/model"

// validLabels are the SLO's own labels that every Prometheus takes.
func validLabels(labels map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range labels {
		if model.LegacyValidation.IsValidLabelName(name) {
			out[name] = value
		}
	}
	return out
}
