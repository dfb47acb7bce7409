package query

import (
	"context"

	"github.com/burnline/burnline/pkg/engine"
)

// Summary returns one row for each SLO and group: the default.
const Summary Type = "summary"

func init() {
	register(definition{name: Summary, schema: summarySchema, ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
		return e.Summary(ctx, scope.SLOs, q.Instant)
	}})
}

const summarySchema = `
	"value": {"type": "string", "description": "The one column of numbers that an alert rule reads; default all"}`
