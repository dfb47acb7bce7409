package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// WhatIf are the alternatives of a whatif query: every objective with every window. An empty list means the SLO's own.
type WhatIf struct {
	Objectives []slo.Objective // distinct
	Windows    []time.Duration // rolling, distinct
}

// Burners say by which labels a burners query splits the bad events.
type Burners struct {
	By  []string // distinct, at least one
	Top int      // rows for each group; the rest is one more
}

// Backtest are the policies of a backtest query. BacktestPolicies resolves them.
type Backtest struct {
	Policies []string        // names, distinct
	Inline   json.RawMessage // policies as in a catalog, by name; nil without
	Step     time.Duration   // 1m or 5m; 0: chosen by the time range
	Frames   []string        // the frames that are wanted, of BacktestFrames; none: all
}

// BacktestFrames are the names of the frames of a backtest.
var BacktestFrames = []string{"policies", "groups", "alarms", "incidents", "states"}

const (
	defaultTop  = 20
	maxTop      = 1000
	maxVariants = 100
)

// whatIf reads {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}.
func (q *Query) whatIf(r *reader) {
	_, given := r.get("whatif")
	r, ok := r.inside("whatif", `{"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
	if !ok {
		if !given && q.Type == QueryWhatIf {
			r.problem("whatif", `missing; give objectives, windows or both, e.g. {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
		}
		return
	}
	for i, percent := range r.numbers("objectives", "[99.5, 99.9]") {
		if !(percent > 1 && percent <= 100) {
			r.problem(fmt.Sprintf("objectives[%d]", i), "%v is not within 1 < objective <= 100; give percent, e.g. 99.9", percent)
			continue
		}
		q.WhatIf.Objectives = append(q.WhatIf.Objectives, slo.ObjectiveFromPercent(percent))
	}
	for i, text := range r.texts("windows", `["7d", "30d"]`) {
		w, err := slo.ParseDuration(text)
		if err != nil || w < catalog.MinWindow || w > catalog.MaxWindow || w%time.Minute != 0 {
			r.problem(fmt.Sprintf("windows[%d]", i), "%s is not a window; give whole minutes from %s to %s, e.g. 30d",
				quote(text), slo.FormatDuration(catalog.MinWindow), slo.FormatDuration(catalog.MaxWindow))
			continue
		}
		q.WhatIf.Windows = append(q.WhatIf.Windows, w)
	}
	q.WhatIf.Objectives, q.WhatIf.Windows = distinct(q.WhatIf.Objectives), distinct(q.WhatIf.Windows)
	if q.Type != QueryWhatIf || r.failed() {
		return
	}
	switch n := max(len(q.WhatIf.Objectives), 1) * max(len(q.WhatIf.Windows), 1); {
	case len(q.WhatIf.Objectives)+len(q.WhatIf.Windows) == 0:
		r.problem("", `is empty; give objectives, windows or both, e.g. {"objectives": [99.5, 99.9]}`)
	case n > maxVariants:
		r.problem("", "%d objectives and windows together; at most %d are compared", n, maxVariants)
	}
}

// burners reads {"by": ["code", "handler"], "top": 20}.
func (q *Query) burners(r *reader) {
	const example = `["code", "handler"]`
	asked := q.Type == QueryBurners
	_, given := r.get("burners")
	r, ok := r.inside("burners", `{"by": ["code", "handler"], "top": 20}`)
	if !ok {
		if !given && asked {
			r.problem("burners", `missing; give the labels that tell the bad events apart, e.g. {"by": %s}`, example)
		}
		return
	}
	q.Burners.By = distinct(r.texts("by", example))
	for i, label := range q.Burners.By {
		if strings.TrimSpace(label) == "" {
			r.problem(fmt.Sprintf("by[%d]", i), "an empty label name; is a template variable without a value?")
		}
	}
	if asked && len(q.Burners.By) == 0 && !r.failed() {
		r.problem("by", "missing; give the labels that tell the bad events apart, e.g. %s", example)
	}
	top, given := r.wholeNumber("top", "20")
	switch {
	case given && (top < 1 || top > maxTop):
		r.problem("top", "%d is not within 1 to %d; it is the number of rows, e.g. %d", top, maxTop, defaultTop)
	case given:
		q.Burners.Top = int(top)
	default:
		q.Burners.Top = defaultTop
	}
}

// backtest reads {"policies": ["page-and-slack"], "inline": {"mine": [...]}, "step": "1m"}.
func (q *Query) backtest(r *reader) {
	r, ok := r.inside("backtest", `{"policies": ["page-and-slack", "sre-workbook"], "step": "5m"}`)
	if !ok {
		return
	}
	q.Backtest.Policies = distinct(r.texts("policies", `["page-and-slack", "sre-workbook"]`))
	q.Backtest.Inline = r.object("inline", `{"mine": [{"severity": "page", "percent": 2, "long": "1h"}]}`)
	if text := r.text("step", "1m"); text != "" {
		step, err := slo.ParseDuration(text)
		if err != nil || !slices.Contains(backtestSteps, step) {
			r.problem("step", "%s is not a step; there are 1m and 5m", quote(text))
		}
		q.Backtest.Step = step
	}
	q.Backtest.Frames = distinct(r.texts("frames", `["policies", "states"]`))
	for i, name := range q.Backtest.Frames {
		if !slices.Contains(BacktestFrames, name) {
			r.problem(fmt.Sprintf("frames[%d]", i), "unknown frame %s; there are %s", quote(name), strings.Join(BacktestFrames, ", "))
		}
	}
}
