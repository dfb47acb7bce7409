package query

import (
	"context"
	"fmt"
	"strings"

	"github.com/burnline/burnline/pkg/engine"
)

// Burners returns the breakdown of spent budgets by labels.
const Burners Type = "burners"

const (
	defaultTop = 20
	maxTop     = 1000
)

func init() {
	register(definition{
		name: Burners, schema: burnersSchema, read: (*Query).readBreakdown,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.Breakdown(ctx, scope.SLOs, q.Breakdown, q.Instant)
		},
	})
}

// readBreakdown reads {"by": ["code", "handler"], "top": 20}.
func (q *Query) readBreakdown(r *reader) {
	const example = `["code", "handler"]`
	isRequired := q.Type == Burners
	_, given := r.get("burners")
	r, ok := r.nested("burners", `{"by": ["code", "handler"], "top": 20}`)
	if !ok {
		if !given && isRequired {
			r.problem("burners", `select at least one label to split by, for example {"by": %s}`, example)
		}
		return
	}
	q.Breakdown.By = withoutDuplicates(r.texts("by", example))
	for i, label := range q.Breakdown.By {
		if strings.TrimSpace(label) == "" {
			r.problem(fmt.Sprintf("by[%d]", i), "an empty label name. Is a template variable without a value?")
		}
	}
	if isRequired && len(q.Breakdown.By) == 0 && !r.hasProblems() {
		r.problem("by", "select at least one label to split by, for example %s", example)
	}
	top, given := r.wholeNumber("top", "20")
	switch {
	case given && (top < 1 || top > maxTop):
		r.problem("top", "%d is not within 1 to %d. It is the number of rows, for example %d", top, maxTop, defaultTop)
	case given:
		q.Breakdown.Top = int(top)
	default:
		q.Breakdown.Top = defaultTop
	}
}

const burnersSchema = `
	"burners": {"title": "BurnersOptions", "type": "object", "description": "By which labels the bad events are split", "required": ["by"],
		"properties": {
			"by": {"type": "array", "items": {"type": "string"}},
			"top": {"type": "number", "description": "Rows for each group, default 20; the rest is one more"}}}`
