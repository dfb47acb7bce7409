package query

import (
	"github.com/burnline/burnline/pkg/engine"
)

// readChanges reads {"kinds": ["rollout", "node"], "top": 20}.
func (q *Query) readChanges(r *reader) {
	if q.Type == Changes {
		q.Changes.Top = defaultTop
	}
	r, ok := r.nested("changes", `{"kinds": ["rollout", "node"], "top": 20}`)
	if !ok {
		return
	}
	q.Changes.Kinds = words(r, "kinds", "kind", `["rollout", "node"]`, engine.ChangeKinds)
	q.Changes.Top = r.top("rows for each group", defaultTop, q.Changes.Top)
}
