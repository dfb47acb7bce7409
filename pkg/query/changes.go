package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Changes returns the changes in the time range, the likeliest cause of bad events first.
const Changes Type = "changes"

func init() {
	register(definition{
		name: Changes, schema: changesSchema, overRange: true, read: (*Query).readChanges,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.Changes(ctx, scope.SLOs, q.Changes, q.From, q.To)
		},
	})
}

// readChanges reads {"kinds": ["rollout", "node"], "top": 20}.
func (q *Query) readChanges(r *reader) {
	if q.Type == Changes {
		q.Changes.Top = defaultTop
	}
	r, ok := r.nested("changes", `{"kinds": ["rollout", "node"], "top": 20}`)
	if !ok {
		return
	}
	q.Changes.Kinds = words[engine.ChangeKind](r, "kinds", `["rollout", "node"]`)
	checkWords(r, "kinds", "kind", q.Changes.Kinds, engine.ChangeKinds)
	if top, given := r.wholeNumber("top", "20"); given && (top < 1 || top > maxTop) {
		r.problem("top", "%d is not within 1 to %d. It is the number of rows for each group, for example %d", top, maxTop, defaultTop)
	} else if given {
		q.Changes.Top = int(top)
	}
}

const changesSchema = `
	"changes": {"title": "ChangesOptions", "type": "object", "description": "Which changes are compared",
		"properties": {
			"kinds": {"type": "array", "description": "Default all", "items": {"title": "ChangeKind",
				"enum": ["rollout", "config", "restart", "oom", "node", "scaling", "exclusion"]}},
			"top": {"type": "number", "description": "Rows for each group, default 20"}}}`
