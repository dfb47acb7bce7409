package presets

import (
	"slices"

	"github.com/burnline/burnline/pkg/slo"
)

// usualObjectives are common objectives in percent, strictest first.
var usualObjectives = []float64{99.99, 99.95, 99.9, 99.5, 99, 98, 95, 90}

// keptShare is the share of groups that must have met a suggested objective. The worst of many
// groups needs work, not a lower objective.
const keptShare = 0.9

// Suggestion is an objective that the past would have met.
type Suggestion struct {
	Objective slo.Objective
	Kept      int // groups that met it
	Groups    int // groups that had events
}

// Suggest returns the strictest usual objective that nine of ten groups have met. good are their
// shares of good events. ok is false if there is none.
func Suggest(good []float64) (s Suggestion, ok bool) {
	for _, percent := range usualObjectives {
		objective := slo.ObjectiveFromPercent(percent)
		kept := 0
		for _, share := range good {
			if share >= float64(objective) {
				kept++
			}
		}
		if kept > 0 && float64(kept) >= keptShare*float64(len(good)) {
			return Suggestion{objective, kept, len(good)}, true
		}
	}
	return Suggestion{Groups: len(good)}, false
}

// WithObjectives returns the finding with other objectives for the named SLOs.
func (f Finding) WithObjectives(objectives map[string]slo.Objective) (Finding, error) {
	f.Offers = slices.Clone(f.Offers)
	for i, o := range f.Offers {
		if objective, ok := objectives[o.Name]; ok {
			if err := f.Offers[i].change(objective.Percent(), "", "objective"); err != nil {
				return Finding{}, err
			}
		}
	}
	return f, nil
}
