package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Workloads returns one row for each group, with its most urgent SLO.
const Workloads Type = "workloads"

func init() {
	register(definition{name: Workloads, ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
		r, err := e.Summary(ctx, scope.SLOs, q.Instant)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(scope.SLOs))
		for i, s := range scope.SLOs {
			names[i] = s.Name
		}
		return engine.Workloads(r, names), nil
	}})
}
