package presets

import (
	"strings"
	"sync"

	"github.com/burnline/burnline/pkg/catalog"
)

// byMetric are the presets by the metrics that they count; of several the first one.
var byMetric = sync.OnceValue(func() map[string]Preset {
	out := map[string]Preset{}
	all, err := All()
	if err != nil {
		return out
	}
	for _, p := range all {
		for _, name := range p.Metrics() {
			if _, taken := out[name]; !taken {
				out[name] = p
			}
		}
	}
	return out
})

// Of is the preset whose metrics an SLO counts; false for metrics that no preset knows.
func Of(s catalog.SLO) (Preset, bool) {
	for _, name := range requiredMetrics(s) {
		if p, ok := byMetric()[name]; ok {
			return p, true
		}
	}
	return Preset{}, false
}

// TurnOn is how to turn the metrics on, in one line.
func (p Preset) TurnOn() string { return strings.Join(strings.Fields(p.Enable), " ") }
