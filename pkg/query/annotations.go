package query

import (
	"context"
	"fmt"
	"slices"

	"github.com/burnline/burnline/pkg/engine"
)

// Annotations returns the events of SLOs in the time range.
const Annotations Type = "annotations"

func init() {
	register(definition{name: Annotations, schema: annotationsSchema, overRange: true, read: (*Query).readAnnotations,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.Annotations(ctx, scope.SLOs, q.Annotations, q.From, q.To)
		}})
}

// readAnnotations reads {"annotations": ["firing", "rollouts"]}.
func (q *Query) readAnnotations(r *reader) {
	for _, kind := range withoutDuplicates(r.texts("annotations", `["firing", "rollouts"]`)) {
		q.Annotations = append(q.Annotations, engine.EventKind(kind))
	}
	if q.Type != Annotations {
		return
	}
	for i, kind := range q.Annotations {
		if !slices.Contains(engine.EventKinds, kind) {
			r.problem(fmt.Sprintf("annotations[%d]", i), "unknown kind %s. There are %s", quote(string(kind)), join(engine.EventKinds))
		}
	}
	if len(q.Annotations) == 0 {
		q.Annotations = engine.EventKinds
	}
}

const annotationsSchema = `
	"annotations": {"type": "array", "description": "Default all", "items": {"title": "AnnotationKind", "enum": ["firing", "budget", "exclusions", "rollouts"]}},
	"severities": {"type": "array", "description": "Default all", "items": {"type": "string"}}`
