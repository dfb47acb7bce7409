package engine

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// Explained describes how an SLO is counted.
type Explained struct {
	SLO         string           `json:"slo"`
	Expressions []sli.Expression `json:"expressions"`
	Notices     []string         `json:"notices"`
}

// Explain returns PromQL that shows what an SLO, or each member of a composite, counts. It queries
// only the buckets of histograms. The error of a threshold without a bucket lists the buckets.
func (e *Engine) Explain(ctx context.Context, s catalog.SLO, at time.Time) ([]Explained, error) {
	if c := s.Composite(); c != nil {
		var out []Explained
		for _, m := range c.Of {
			member, err := m.SLO.WithBy(s.By)
			if err != nil {
				return nil, err
			}
			one, err := e.Explain(ctx, member, at)
			if err != nil {
				return nil, err
			}
			out = append(out, one...)
		}
		return out, nil
	}
	at = e.instant(at)
	counting, _, err := e.reader.Counting(ctx, s, at.Add(-RecentWindow), at)
	if err != nil {
		return nil, err
	}
	notices := append([]string{}, counting.Notices...)
	findings, _ := e.findings(ctx, s, at)
	for _, f := range findings {
		notices = append(notices, f.String())
	}
	return []Explained{{s.Name, sli.Preview(counting, s.By, s.Objective.ErrorBudget()), notices}}, nil
}
