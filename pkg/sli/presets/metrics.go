package presets

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Metrics are the names of the metrics that a preset's SLOs are counted by, sorted; of a histogram the name without _bucket.
func (p Preset) Metrics() []string {
	var out []string
	for _, s := range p.SLOs {
		out = append(out, needed(s.SLO)...)
		if e := s.SLI.Events; e != nil {
			out = append(out, names(e.Bad+e.Good)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// needed are the metrics that an SLO cannot be counted without.
func needed(s catalog.SLO) []string {
	if h := histogram(s); h != nil {
		return []string{baseName(h.Histogram)}
	}
	return names(s.Source())
}

// asked are the names that tell whether an SLO, and its p95, can be counted, in each of their spellings.
func asked(s catalog.SLO) []string {
	out := needed(s)
	for _, h := range []*catalog.Latency{histogram(s), s.P95} {
		if h != nil {
			out = append(out, baseName(h.Histogram), baseName(h.Histogram)+bucketSuffix)
		}
	}
	return out
}

const bucketSuffix = "_bucket"

// histogram is what a latency or quantile SLO reads; nil of other kinds.
func histogram(s catalog.SLO) *catalog.Latency {
	switch {
	case s.SLI.Latency != nil:
		return s.SLI.Latency
	case s.SLI.Quantile != nil:
		return &catalog.Latency{Histogram: s.SLI.Quantile.Histogram, Unit: s.SLI.Quantile.Unit}
	}
	return nil
}

func baseName(selector string) string {
	return strings.TrimSuffix(strings.Join(names(selector), ""), bucketSuffix)
}

// names are the metrics that an expression reads, in its order.
func names(text string) []string {
	e, err := promexpr.ParseVerbatim(text)
	if err != nil { // the catalog has parsed it before
		return nil
	}
	var out []string
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if vs, ok := n.(*parser.VectorSelector); ok {
			out = append(out, vs.Name)
		}
		return nil
	})
	return out
}

// countable tells whether the metrics that there are suffice for an SLO: bad events may not have happened yet.
func countable(s catalog.SLO, there map[string]bool) bool {
	if h := histogram(s); h != nil {
		return hasHistogram(h, there)
	}
	e, err := promexpr.ParseVerbatim(s.Source())
	return err == nil && gives(e, there)
}

func hasHistogram(h *catalog.Latency, there map[string]bool) bool {
	base := baseName(h.Histogram)
	return there[base] || there[base+bucketSuffix]
}

// gives tells whether an expression has a value when only some metrics are there.
func gives(e parser.Expr, there map[string]bool) bool {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return there[e.Name]
	case *parser.BinaryExpr:
		switch e.Op {
		case parser.LOR:
			return gives(e.LHS, there) || gives(e.RHS, there)
		case parser.LUNLESS:
			return gives(e.LHS, there)
		}
	}
	for child := range parser.ChildrenIter(e) {
		if inner, ok := child.(parser.Expr); ok && !gives(inner, there) {
			return false
		}
	}
	return true
}

// counted is a selector of the series that an SLO is counted by and that are there.
func counted(s catalog.SLO, there map[string]bool) (string, error) {
	if h := histogram(s); h != nil && !there[baseName(h.Histogram)+bucketSuffix] {
		return sli.NativeSelector(*h)
	}
	if histogram(s) != nil {
		return sli.TotalSelector(s)
	}
	e, err := promexpr.ParseVerbatim(s.Source())
	if err != nil {
		return "", err
	}
	all := parser.ExtractSelectors(e)
	for i, name := range names(s.Source()) {
		if there[name] {
			return sli.Selector(all[i]), nil
		}
	}
	return sli.TotalSelector(s)
}
