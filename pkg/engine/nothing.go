package engine

import (
	"fmt"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli/presets"
)

// nothing says what was looked for where an SLO has no rows, and how to turn it on where that is known.
func nothing(s catalog.SLO) string {
	text := fmt.Sprintf("SLO %s: no series of %s in the last %s; check the metric name and labels", s.Name, s.Source(), s.WindowText())
	if p, ok := presets.Of(s); ok {
		text += fmt.Sprintf(". If it is that of %s, to turn it on: %s", p.Title, p.TurnOn())
	}
	return text
}

// nothingChosen says that what is chosen has no rows. One SLO of several need not be about it.
func (r *Report) nothingChosen(slos []catalog.SLO) {
	if len(r.Rows) > 0 || len(slos) == 0 || !slos[0].Narrowed {
		return
	}
	if len(slos) == 1 {
		r.warn(nothing(slos[0]))
		return
	}
	r.warn(fmt.Sprintf("none of the %d SLOs counts anything that meets the filters", len(slos)))
}
