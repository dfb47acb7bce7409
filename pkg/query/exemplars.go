package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Exemplars returns single bad events in the time range, with their traces.
const Exemplars Type = "exemplars"

func init() {
	register(definition{name: Exemplars, overRange: true, ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
		return e.Exemplars(ctx, scope.SLOs, q.From, q.To)
	}})
}
