package catalog

import (
	"regexp/syntax"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// holdsAlways tells whether every series meets a condition, those without the label too. It is sure when it says so: .* is,
// .+ is not, as it refuses series without the label. (Prometheus 2 lets no .* stand for a line break; no label of a workload
// has one.) The metric's name is what a selector is about, so a condition on it is never empty.
func holdsAlways(m *Filter) bool {
	if m.Type != labels.MatchRegexp || m.Name == model.MetricNameLabel {
		return false
	}
	expr, err := syntax.Parse(m.Value, syntax.Perl)
	return err == nil && matchesAll(expr)
}

// matchesAll tells whether a regular expression that has to match a whole text matches every text.
func matchesAll(expr *syntax.Regexp) bool {
	switch expr.Op {
	case syntax.OpStar:
		return expr.Sub[0].Op == syntax.OpAnyChar || expr.Sub[0].Op == syntax.OpAnyCharNotNL
	case syntax.OpCapture:
		return matchesAll(expr.Sub[0])
	case syntax.OpAlternate:
		return slices.ContainsFunc(expr.Sub, matchesAll)
	case syntax.OpConcat: // ^.*$
		return slices.ContainsFunc(expr.Sub, matchesAll) && !slices.ContainsFunc(expr.Sub, func(part *syntax.Regexp) bool {
			return part.Op != syntax.OpBeginText && part.Op != syntax.OpEndText && !matchesAll(part)
		})
	default:
		return false
	}
}
