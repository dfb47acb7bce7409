package engine

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/slo"
)

// findings are likely mistakes of an SLO, as a reader of its numbers should know them. The server is asked once an hour, and only
// about the present: what it has now says little of the past. Where filters choose series, nothing need be a mistake.
func (e *Engine) findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, about) {
	var took about
	if s.SLI.Composite != nil {
		var all []lint.Finding
		for _, m := range s.SLI.Composite.Of {
			found, one := e.findings(ctx, m.SLO, at)
			took.add(one.Cost, nil, nil)
			all = append(all, found...)
		}
		return all, took
	}
	if s.Narrowed || e.now().Sub(at) > time.Hour {
		return lint.Definition(s), took
	}
	found, requests, _ := e.linter.Findings(ctx, s, at) // where the server fails, the counts say so
	took.add(cells.Cost{Queries: requests}, nil, nil)
	return found, took
}

// Findings are the likely mistakes of an SLO: those of the definition also when the server could not be asked, which is the error.
func (e *Engine) Findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, error) {
	found, _, err := e.linter.Findings(ctx, s, at)
	return found, err
}

// warnOf adds findings to an answer. That there are no series is in it already where nothing was counted, and how the policies
// of Burnline suit a short window is for those who choose one.
func (a *about) warnOf(s catalog.SLO, findings []lint.Finding, nothing bool) {
	_, builtIn := slo.PolicyNamed(s.Policy.Name)
	for _, f := range findings {
		if nothing && f.Absent || builtIn && f.Path == "policy" {
			continue
		}
		a.warn("SLO " + s.Name + ": " + f.String())
	}
}
