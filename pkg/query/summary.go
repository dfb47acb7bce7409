package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Summary is one row for each SLO and group: the default.
const Summary Type = "summary"

func init() {
	register(definition{name: Summary, ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
		return e.Summary(ctx, scope.SLOs, q.Instant)
	}})
}
