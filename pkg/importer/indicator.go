package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

// indicator contains the counters of all events, and of the bad or good ones.
type indicator struct {
	total, part counters
	good        bool
}

// newIndicator returns an indicator in its simplest form: all minus good events become good events,
// and a common factor is removed.
func newIndicator(total, part counters, good bool) indicator {
	if left, right, ok := minus(part.expr); ok && sameCounters(withoutSum(left), total.expr) {
		part.expr, good = withoutSum(withoutZero(right)), !good
	}
	a, all := splitFactor(total.expr)
	b, some := splitFactor(part.expr)
	if all != nil && some != nil && a == b {
		total.expr, part.expr = withoutSum(all), withoutSum(some)
	}
	return indicator{total, part, good}
}

// withoutZero removes `or vector(0)`: good or bad events without series are 0.
func withoutZero(expr parser.Expr) parser.Expr {
	if b, ok := promexpr.Bare(expr).(*parser.BinaryExpr); ok && b.Op == parser.LOR {
		if v, ok := constantVectorOf(b.RHS); ok && v == 0 {
			return b.LHS
		}
	}
	return expr
}

func minus(expr parser.Expr) (left, right parser.Expr, ok bool) {
	b, isBinary := promexpr.Bare(expr).(*parser.BinaryExpr)
	if !isBinary || b.Op != parser.SUB {
		return nil, nil, false
	}
	return b.LHS, b.RHS, true
}

// splitFactor splits an expression into a factor and the rest; the rest is nil without a factor.
func splitFactor(expr parser.Expr) (factor float64, of parser.Expr) {
	b, ok := promexpr.Bare(expr).(*parser.BinaryExpr)
	if !ok || b.Op != parser.MUL && b.Op != parser.DIV {
		return 1, nil
	}
	factor, ok = promexpr.Constant(b.RHS)
	if !ok {
		return 1, nil
	}
	if b.Op == parser.DIV {
		factor = 1 / factor
	}
	return factor, b.LHS
}

func (i indicator) partName() string {
	if i.good {
		return "good"
	}
	return "bad"
}

// sli returns the indicator in the form of a catalog, as kind latency or events.
func (i indicator) sli() yaml.MapSlice {
	if histogram, threshold, ok := i.latency(); ok {
		return mapping("latency", mapping("histogram", histogram, "threshold", threshold))
	}
	return mapping("events", mapping("total", i.total.text(), i.partName(), i.part.text()))
}

// latency returns the histogram and threshold of an indicator that compares a bucket with the count
// of the same histogram.
func (i indicator) latency() (histogram, threshold string, ok bool) {
	bucket, isBucket := i.part.selector()
	all, isAll := i.total.selector()
	if !isBucket || !isAll || !i.good {
		return "", "", false
	}
	name, isHistogram := strings.CutSuffix(promexpr.Metric(bucket.LabelMatchers), "_bucket")
	bound, _ := promexpr.EqualValue(bucket.LabelMatchers, model.BucketLabel)
	limit, _ := promexpr.EqualValue(all.LabelMatchers, model.BucketLabel)
	whole := promexpr.Metric(all.LabelMatchers) == name+"_count" ||
		promexpr.Metric(all.LabelMatchers) == name+"_bucket" && limit == "+Inf"
	if !isHistogram || bound == "" || !whole || otherMatchers(bucket) != otherMatchers(all) {
		return "", "", false
	}
	number, err := strconv.ParseFloat(bound, 64)
	threshold, fits := thresholdOf(name, number)
	if err != nil || !fits {
		return "", "", false
	}
	vs := *bucket
	vs.LabelMatchers = slices.DeleteFunc(slices.Clone(bucket.LabelMatchers),
		func(m *labels.Matcher) bool { return m.Name == model.BucketLabel })
	return promexpr.Print(&vs), threshold, true
}

// thresholdOf returns a bucket's bound as a duration; false if no threshold equals the bound.
func thresholdOf(histogram string, bound float64) (string, bool) {
	scale := float64(time.Second)
	if strings.HasSuffix(histogram, "_ms") || strings.HasSuffix(histogram, "_milliseconds") {
		scale = float64(time.Millisecond)
	}
	exact := bound * scale
	if !(exact >= float64(time.Millisecond) && exact < float64(10000*time.Hour)) {
		return "", false
	}
	limit := time.Duration(exact + 0.5)
	return slo.FormatDuration(limit), limit%time.Millisecond == 0
}

// otherMatchers returns the matchers of a selector except name and `le`.
func otherMatchers(vs *parser.VectorSelector) string {
	var out []string
	for _, m := range vs.LabelMatchers {
		if m.Name != model.MetricNameLabel && m.Name != model.BucketLabel {
			out = append(out, m.String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func matrixOf(call *parser.Call) (*parser.VectorSelector, bool) {
	if len(call.Args) == 0 {
		return nil, false
	}
	m, ok := call.Args[0].(*parser.MatrixSelector)
	if !ok {
		return nil, false
	}
	vs, ok := m.VectorSelector.(*parser.VectorSelector)
	return vs, ok
}
