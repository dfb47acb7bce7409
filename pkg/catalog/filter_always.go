package catalog

import (
	"regexp/syntax"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// matchesEverything reports whether every series meets a condition, those without the label too. It is sure when it says so: .* is,
// .+ is not, as it refuses series without the label. (Prometheus 2 lets no .* stand for a line break; no label of a workload
// has one.) The metric's name is what a selector is about, so a condition on it is never empty.
func matchesEverything(m *Filter) bool {
	if m.Type != labels.MatchRegexp || m.Name == model.MetricNameLabel {
		return false
	}
	expr, err := syntax.Parse(m.Value, syntax.Perl)
	return err == nil && matchesAnyText(expr)
}

// matchesAnyText reports whether a regular expression that has to match a whole text matches every text.
func matchesAnyText(expr *syntax.Regexp) bool {
	switch expr.Op {
	case syntax.OpStar:
		return expr.Sub[0].Op == syntax.OpAnyChar || expr.Sub[0].Op == syntax.OpAnyCharNotNL
	case syntax.OpCapture:
		return matchesAnyText(expr.Sub[0])
	case syntax.OpAlternate:
		return slices.ContainsFunc(expr.Sub, matchesAnyText)
	case syntax.OpConcat: // ^.*$
		return slices.ContainsFunc(expr.Sub, matchesAnyText) && !slices.ContainsFunc(expr.Sub, func(part *syntax.Regexp) bool {
			return part.Op != syntax.OpBeginText && part.Op != syntax.OpEndText && !matchesAnyText(part)
		})
	default:
		return false
	}
}
