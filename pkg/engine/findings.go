package engine

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/slo"
)

// findings are likely mistakes of an SLO, as a reader of its numbers should know them. The server is asked once an hour, and only
// about the present: what it has now says little of the past. Where filters choose series, nothing need be a mistake.
func (e *Engine) findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, int) {
	if s.IsFiltered || e.now().Sub(at) > time.Hour {
		return lint.Definition(s), 0
	}
	found, requests, _ := e.linter.Findings(ctx, s, at) // where the server fails, the counts say so
	return found, requests
}

// Findings are the likely mistakes of an SLO: those of the definition also when the server could not be asked, which is the error.
func (e *Engine) Findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, error) {
	found, _, err := e.linter.Findings(ctx, s, at)
	return found, err
}

// warnFindings adds findings to an answer. That there are no series is in it already where nothing was counted, and how the policies
// of Burnline suit a short window is for those who choose one.
func (r *Report) warnFindings(s catalog.SLO, findings []lint.Finding, isEmpty bool) {
	_, builtIn := slo.FindPolicy(s.Policy.Name)
	for _, f := range findings {
		if isEmpty && f.Absent || builtIn && f.Path == "policy" {
			continue
		}
		r.Warn("SLO " + s.Name + ": " + f.String())
	}
}
