package query

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

const maxVariants = 100

// readWhatIf reads {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}.
func (q *Query) readWhatIf(r *reader) {
	_, given := r.get("whatif")
	r, ok := r.nested("whatif", `{"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
	if !ok {
		if !given && q.Type == WhatIf {
			r.problem("whatif",
				`missing. Give objectives, windows or both, for example {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
		}
		return
	}
	for i, percent := range r.numbers("objectives", "[99.5, 99.9]") {
		if !(percent > 1 && percent <= 100) {
			r.problem(fmt.Sprintf("objectives[%d]", i),
				"%v is not within 1 < objective <= 100. Give percent, for example 99.9", percent)
			continue
		}
		q.WhatIf.Objectives = append(q.WhatIf.Objectives, slo.ObjectiveFromPercent(percent))
	}
	for i, text := range r.texts("windows", `["7d", "30d"]`) {
		w, err := slo.ParseDuration(text)
		if err != nil || w < catalog.MinWindow || w > catalog.MaxWindow || w%time.Minute != 0 {
			r.problem(fmt.Sprintf("windows[%d]", i),
				"%s is not a window. Give whole minutes from %s to %s, for example 30d",
				quote(text), slo.FormatDuration(catalog.MinWindow), slo.FormatDuration(catalog.MaxWindow))
			continue
		}
		q.WhatIf.Windows = append(q.WhatIf.Windows, w)
	}
	q.WhatIf.Objectives, q.WhatIf.Windows = withoutDuplicates(q.WhatIf.Objectives), withoutDuplicates(q.WhatIf.Windows)
	if q.Type != WhatIf || r.hasProblems() {
		return
	}
	switch n := max(len(q.WhatIf.Objectives), 1) * max(len(q.WhatIf.Windows), 1); {
	case len(q.WhatIf.Objectives)+len(q.WhatIf.Windows) == 0:
		r.problem("", `is empty. Give objectives, windows or both, for example {"objectives": [99.5, 99.9]}`)
	case n > maxVariants:
		r.problem("", "%d objectives and windows together. At most %d are compared", n, maxVariants)
	}
}
