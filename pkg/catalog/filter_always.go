package catalog

import (
	"regexp/syntax"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

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
