package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Annotations returns the events of SLOs in the time range.
const Annotations Type = "annotations"

func init() {
	register(definition{
		name: Annotations, schema: annotationsSchema, overRange: true, read: (*Query).readAnnotations,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.Annotations(ctx, scope.SLOs, q.Annotations, q.From, q.To)
		},
	})
}

// readAnnotations reads {"annotations": ["firing", "rollouts"]}.
func (q *Query) readAnnotations(r *reader) {
	q.Annotations = words[engine.EventKind](r, "annotations", `["firing", "rollouts"]`)
	if q.Type != Annotations {
		return
	}
	checkWords(r, "annotations", "kind", q.Annotations, engine.EventKinds)
	if len(q.Annotations) == 0 {
		q.Annotations = engine.EventKinds
	}
}

const annotationsSchema = `
	"annotations": {"type": "array", "description": "Default all", "items": {"title": "AnnotationKind", "enum": ["firing", "budget", "exclusions", "rollouts", "config", "restarts", "nodes", "scaling"]}},
	"severities": {"type": "array", "description": "Default all", "items": {"type": "string"}}`
