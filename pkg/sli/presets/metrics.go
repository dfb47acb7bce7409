package presets

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Metrics returns the names of the metrics that a preset's SLOs count, sorted; for histograms
// without _bucket.
func (p Preset) Metrics() []string {
	var out []string
	for _, s := range p.SLOs {
		out = append(out, requiredMetrics(s.SLO)...)
		if e, ok := s.SLI.(*sli.Events); ok {
			out = append(out, metricNames(e.Bad+e.Good)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// requiredMetrics returns the metrics without which an SLO cannot be counted.
func requiredMetrics(s catalog.SLO) []string {
	if sli.ReadsHistogram(s.SLI) {
		return []string{baseName(s.Source())}
	}
	return metricNames(s.Source())
}

// candidateMetrics returns the names, in all spellings, that show whether an SLO and its p95 can be
// counted.
func candidateMetrics(s catalog.SLO) []string {
	out := requiredMetrics(s)
	var histograms []string
	if sli.ReadsHistogram(s.SLI) {
		histograms = append(histograms, s.Source())
	}
	if s.P95 != nil {
		histograms = append(histograms, s.P95.Histogram)
	}
	for _, h := range histograms {
		out = append(out, baseName(h), baseName(h)+bucketSuffix)
	}
	return out
}

const bucketSuffix = "_bucket"

func baseName(selector string) string {
	return strings.TrimSuffix(strings.Join(metricNames(selector), ""), bucketSuffix)
}

func metricNames(text string) []string {
	e, err := promexpr.ParseVerbatim(text)
	if err != nil { // the catalog has parsed the expression
		return nil
	}
	var out []string
	for _, vs := range promexpr.Selectors(e) {
		out = append(out, vs.Name)
	}
	return out
}

// isCountable reports whether the metrics suffice for an SLO. Bad events may not have happened yet.
func isCountable(s catalog.SLO, existing map[string]bool) bool {
	if sli.ReadsHistogram(s.SLI) {
		return hasHistogram(s.Source(), existing)
	}
	e, err := promexpr.ParseVerbatim(s.Source())
	return err == nil && hasValue(e, withoutFailures(s, existing))
}

// withoutFailures returns the existing metrics without those of bad events, if the total has others.
// A total of failures alone would make every event bad.
func withoutFailures(s catalog.SLO, existing map[string]bool) map[string]bool {
	e, ok := s.SLI.(*sli.Events)
	if !ok {
		return existing
	}
	total, failures := metricNames(e.Total), metricNames(e.Bad)
	if !slices.ContainsFunc(total, func(name string) bool { return !slices.Contains(failures, name) }) {
		return existing
	}
	out := maps.Clone(existing)
	maps.DeleteFunc(out, func(name string, _ bool) bool { return slices.Contains(failures, name) })
	return out
}

func hasHistogram(selector string, existing map[string]bool) bool {
	base := baseName(selector)
	return existing[base] || existing[base+bucketSuffix]
}

// hasValue reports whether an expression has a result with the existing metrics.
func hasValue(e parser.Expr, existing map[string]bool) bool {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return existing[e.Name]
	case *parser.BinaryExpr:
		switch e.Op {
		case parser.LOR:
			return hasValue(e.LHS, existing) || hasValue(e.RHS, existing)
		case parser.LUNLESS:
			return hasValue(e.LHS, existing)
		}
	}
	for child := range parser.ChildrenIter(e) {
		if inner, ok := child.(parser.Expr); ok && !hasValue(inner, existing) {
			return false
		}
	}
	return true
}

// countedSelector returns a selector of existing series that an SLO counts.
func countedSelector(s catalog.SLO, existing map[string]bool) (string, error) {
	if sli.ReadsHistogram(s.SLI) && !existing[baseName(s.Source())+bucketSuffix] {
		return sli.NativeSelector(s.Source())
	}
	if sli.ReadsHistogram(s.SLI) {
		return s.TotalSelector()
	}
	e, err := promexpr.ParseVerbatim(s.Source())
	if err != nil {
		return "", err
	}
	for _, vs := range promexpr.Selectors(e) {
		if existing[vs.Name] {
			return sli.Selector(vs.LabelMatchers), nil
		}
	}
	return s.TotalSelector()
}
