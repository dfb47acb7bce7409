package promtest

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// AddExemplars stores exemplars of a series, which is written as in PromQL.
func (p *Server) AddExemplars(series string, exemplars ...prom.Exemplar) {
	vs, err := promexpr.ParseVerbatim(series)
	if err != nil {
		panic(err)
	}
	own := map[string]string{}
	for _, m := range promexpr.Selectors(vs)[0].LabelMatchers {
		own[m.Name] = m.Value
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exemplars = append(p.exemplars, prom.ExemplarSeries{Labels: own, Exemplars: exemplars})
}

// Exemplars returns the exemplars of the series that a selector of expr matches.
func (p *Server) Exemplars(_ context.Context, expr string, start, end time.Time) (found []prom.ExemplarSeries,
	warnings []string, err error,
) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return nil, nil, p.fail
	}
	e, err := promexpr.ParseVerbatim(expr)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range p.exemplars {
		if !slices.ContainsFunc(promexpr.Selectors(e), func(vs *parser.VectorSelector) bool {
			return !slices.ContainsFunc(vs.LabelMatchers,
				func(m *labels.Matcher) bool { return !m.Matches(s.Labels[m.Name]) })
		}) {
			continue
		}
		s.Exemplars = slices.DeleteFunc(slices.Clone(s.Exemplars),
			func(x prom.Exemplar) bool { return x.At.Before(start) || x.At.After(end) })
		if len(s.Exemplars) > 0 {
			found = append(found, s)
		}
	}
	return found, nil, nil
}
