package ledger

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// The expressions below are built as syntax trees, never from strings, so that
// a label value can not end a selector.

func selector(ms []*labels.Matcher) *parser.VectorSelector { return promexpr.Selector(ms) }

func rangeOf(ms []*labels.Matcher, d int64) *parser.MatrixSelector {
	return &parser.MatrixSelector{VectorSelector: selector(ms), Range: time.Duration(d) * time.Second}
}

func call(name string, arg parser.Expr) parser.Expr {
	return &parser.Call{Func: parser.Functions[name], Args: parser.Expressions{arg}}
}

// lastExpr is the last sample of every counter within span seconds, also of one
// that has ended since.
func lastExpr(ms []*labels.Matcher, span int64) string {
	return call("last_over_time", rangeOf(ms, span)).String()
}

// resetExpr names the counters that were reset within span seconds: sparse.
func resetExpr(ms []*labels.Matcher, span int64) string {
	return (&parser.BinaryExpr{
		Op:  parser.GTR,
		LHS: call("resets", rangeOf(ms, span)),
		RHS: &parser.NumberLiteral{Val: 0},
	}).String()
}

// presenceExpr counts, per group, at how many of the instants every `every`
// seconds within a cell some counter was there. The range is a second short, so
// that the cell's left end is outside on every server: Prometheus 2 takes it in.
func presenceExpr(ms []*labels.Matcher, by []string, cell, every int64) string {
	present := &parser.AggregateExpr{Op: parser.COUNT, Expr: selector(ms), Grouping: slices.Clone(by)}
	if cell == every {
		return present.String()
	}
	return call("count_over_time", &parser.SubqueryExpr{
		Expr:  present,
		Range: time.Duration(cell)*time.Second - time.Second,
		Step:  time.Duration(every) * time.Second,
	}).String()
}

// countExpr is how many counters there are.
func countExpr(ms []*labels.Matcher) string {
	return (&parser.AggregateExpr{Op: parser.COUNT, Expr: selector(ms)}).String()
}

// maxAlternatives bounds the values of one label in a narrowed selector.
const maxAlternatives = 200

// narrow restricts ms to (about) the given series: per label that all of them
// have, equality with the one value or a choice between a few. Bounds of buckets
// stay as they are, because servers spell them in different ways.
func narrow(ms []*labels.Matcher, series []model.Metric) []*labels.Matcher {
	out := slices.Clone(ms)
	if len(series) == 0 {
		return out
	}
	for name := range series[0] {
		if name == model.MetricNameLabel || name == model.BucketLabel || isGiven(ms, name) {
			continue
		}
		if values, ok := valuesOf(series, name); ok {
			out = append(out, oneOf(string(name), values))
		}
	}
	slices.SortFunc(out[len(ms):], func(a, b *labels.Matcher) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func isGiven(ms []*labels.Matcher, name model.LabelName) bool {
	return slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return m.Name == string(name) && m.Type == labels.MatchEqual })
}

func valuesOf(series []model.Metric, name model.LabelName) ([]string, bool) {
	seen := map[string]bool{}
	for _, m := range series {
		v, ok := m[name]
		if !ok || strings.ContainsRune(string(v), utf8.RuneError) { // PromQL takes U+FFFD for a mistake
			return nil, false
		}
		seen[string(v)] = true
		if len(seen) > maxAlternatives {
			return nil, false
		}
	}
	values := make([]string, 0, len(seen))
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	return values, true
}

func oneOf(name string, values []string) *labels.Matcher {
	if len(values) == 1 {
		return labels.MustNewMatcher(labels.MatchEqual, name, values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return labels.MustNewMatcher(labels.MatchRegexp, name, strings.Join(quoted, "|"))
}

// changesExpr names the gauges that changed within span seconds: sparse.
func changesExpr(ms []*labels.Matcher, span int64) string {
	return (&parser.BinaryExpr{
		Op:  parser.GTR,
		LHS: call("changes", rangeOf(ms, span)),
		RHS: &parser.NumberLiteral{Val: 0},
	}).String()
}
