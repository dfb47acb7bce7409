package query

import "github.com/burnline/burnline/pkg/engine"

// readAnnotations reads {"annotations": ["firing", "rollouts"]}.
func (q *Query) readAnnotations(r *reader) {
	kinds := engine.EventKinds
	if q.Type != Annotations {
		kinds = nil
	}
	q.Annotations = words(r, "annotations", "kind", `["firing", "rollouts"]`, kinds)
	if len(q.Annotations) == 0 {
		q.Annotations = kinds
	}
}
