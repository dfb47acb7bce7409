package engine

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/slo"
)

// findings returns the likely mistakes of an SLO, for readers of its numbers, and the number of
// requests. Results are cached for an hour. They describe the present, so a time in the past has
// only those of the definition, and an alert rule does not wait for the others. With filters, an empty
// result is not a mistake.
func (e *Engine) findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, int) {
	if s.IsFiltered || e.options.alerts || e.now().Sub(at) > time.Hour {
		return lint.Definition(s), 0
	}
	found, requests, _ := e.linter.Findings(ctx, s, at) // if the server fails, the counts report the error
	return found, requests
}

// Findings returns the likely mistakes of an SLO. If the server cannot be queried, it returns those
// of the definition, and the error.
func (e *Engine) Findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, error) {
	found, _, err := e.linter.Findings(ctx, s, at)
	return found, err
}

// warnFindings adds findings to a result. It omits missing series, which have a warning already if
// nothing was counted, and notes about built-in policies in short windows.
func (r *Report) warnFindings(s catalog.SLO, findings []lint.Finding, isEmpty bool) {
	_, builtIn := slo.FindPolicy(s.Policy.Name)
	for _, f := range findings {
		if isEmpty && f.Absent || builtIn && f.Path == "policy" {
			continue
		}
		r.Warn("SLO " + s.Name + ": " + f.String())
	}
}
