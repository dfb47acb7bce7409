package presets

import (
	"strings"
	"sync"

	"github.com/burnline/burnline/pkg/catalog"
)

// byMetric contains the presets by metric; if there are several, the first.
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

// Of returns the preset that counts the metrics of an SLO.
func Of(s catalog.SLO) (Preset, bool) {
	for _, name := range requiredMetrics(s) {
		if p, ok := byMetric()[name]; ok {
			return p, true
		}
	}
	return Preset{}, false
}

// TurnOn returns how to enable the metrics, in one line.
func (p Preset) TurnOn() string { return strings.Join(strings.Fields(p.Enable), " ") }
