package catalog

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Filter is one more condition on every series that an SLO reads.
type Filter = labels.Matcher

// NewFilter returns a condition on a label. op is =, !=, =~ or !~. The error contains a correct example.
func NewFilter(label, op, value string) (*Filter, error) {
	if message := labelNameProblem(label); message != "" {
		return nil, fmt.Errorf("label: %s", message)
	}
	i := slices.Index(filterOps, op)
	if i < 0 {
		return nil, fmt.Errorf("operator: unknown %s. There are =, !=, =~, !~", decode.Quote(op))
	}
	m, err := promexpr.NewUntrustedMatcher(labels.MatchType(i), label, value)
	if _, ok := errors.AsType[*promexpr.LimitError](err); ok {
		return nil, fmt.Errorf("value: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("value: %s is no regular expression: %w", decode.Quote(value), err)
	}
	return m, nil
}

// In the order of labels.MatchType.
var filterOps = []string{
	labels.MatchEqual: "=", labels.MatchNotEqual: "!=", labels.MatchRegexp: "=~", labels.MatchNotRegexp: "!~",
}

// WithFilters returns the SLO restricted to series that match all filters, including its members
// and its p95. Filters become matchers in each selector. Filters on labels that no series has
// (labels of workloads, or made by an expression) become GroupFilters. A filter applies to the
// label of the SLO that LabelFor returns.
//
// Filters that match every series, such as the =~".*" of a dashboard variable set to All, and filters that
// a selector has already, are left out: the counts then have the same cache key as without them.
func (s SLO) WithFilters(filters []*Filter) (SLO, error) {
	filters = slices.DeleteFunc(slices.Clone(filters), matchesEverything)
	for _, f := range filters {
		if f.Name == model.BucketLabel && sli.ReadsHistogram(s.SLI) {
			return SLO{},
				fmt.Errorf("le makes the buckets of the histogram. A %s SLO cannot be filtered by it", s.Kind())
		}
	}
	series, groups := s.splitFilters(filters)
	f := filterRewriter{filters: filters}
	f.rewrite = func(text string) string { return f.text(text, series) }
	s.IsFiltered, s.GroupFilters = s.IsFiltered || len(filters) > 0, append(slices.Clip(s.GroupFilters), groups...)
	s.SLI = f.sli(s.SLI)
	if s.P95 != nil {
		p95 := *s.P95
		p95.Histogram = f.rewrite(p95.Histogram)
		s.P95 = &p95
	}
	return s, f.err
}

// filterRewriter adds filters to the PromQL of an SLO and keeps the first error.
type filterRewriter struct {
	filters []*Filter // of the members of a composite
	rewrite func(text string) string
	err     error
}

func (f *filterRewriter) sli(i sli.Indicator) sli.Indicator {
	out := sli.Clone(i)
	for _, in := range out.Inputs() {
		*in.Text = f.rewrite(*in.Text)
	}
	if c, ok := out.(*Composite); ok {
		c.Of = slices.Clone(c.Of)
		for j := range c.Of {
			var err error
			if c.Of[j].SLO, err = c.Of[j].SLO.WithFilters(f.filters); err != nil && f.err == nil {
				f.err = err
			}
		}
	}
	return out
}

// text returns an expression with filters in each of its selectors; the original text if nothing changes.
func (f *filterRewriter) text(text string, filters []*Filter) string {
	if text == "" || len(filters) == 0 && !strings.Contains(text, "=~") {
		return text
	}
	expr, err := promexpr.ParseVerbatim(text)
	if err != nil { // the catalog has parsed the expression
		if f.err == nil {
			f.err = err
		}
		return text
	}
	changed := false
	for _, vs := range promexpr.Selectors(expr) {
		had := len(vs.LabelMatchers)
		vs.LabelMatchers = slices.DeleteFunc(vs.LabelMatchers, matchesEverything)
		changed = changed || len(vs.LabelMatchers) < had
		for _, m := range filters {
			if !slices.ContainsFunc(vs.LabelMatchers, func(have *Filter) bool { return have.String() == m.String() }) {
				vs.LabelMatchers, changed = append(vs.LabelMatchers, m), true
			}
		}
	}
	if !changed {
		return text
	}
	return expr.String()
}

// matchesEverything reports whether every series matches, including series without the label. It is
// conservative: true for .*, false for .+, which excludes series without the label. (In Prometheus
// 2, .* does not match a line break; labels of workloads have none.) It is false for conditions on
// the metric name.
func matchesEverything(m *Filter) bool {
	if m.Type != labels.MatchRegexp || m.Name == model.MetricNameLabel {
		return false
	}
	expr, err := syntax.Parse(m.Value, syntax.Perl)
	return err == nil && matchesAnyText(expr)
}

// matchesAnyText reports whether a fully anchored regular expression matches every text.
func matchesAnyText(expr *syntax.Regexp) bool {
	switch expr.Op {
	case syntax.OpStar:
		return expr.Sub[0].Op == syntax.OpAnyChar || expr.Sub[0].Op == syntax.OpAnyCharNotNL
	case syntax.OpCapture:
		return matchesAnyText(expr.Sub[0])
	case syntax.OpAlternate:
		return slices.ContainsFunc(expr.Sub, matchesAnyText)
	case syntax.OpConcat: // ^.*$
		return slices.ContainsFunc(expr.Sub, matchesAnyText) &&
			!slices.ContainsFunc(expr.Sub, func(part *syntax.Regexp) bool {
				return part.Op != syntax.OpBeginText && part.Op != syntax.OpEndText && !matchesAnyText(part)
			})
	default:
		return false
	}
}
