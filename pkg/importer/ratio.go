package importer

import (
	"math"
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

// ratio reads a query of all events and one of bad or good ones. windowed: their ranges are the
// SLO's windows.
func (im *importer) ratio(total, part *value, good, windowed bool, s *definition) bool {
	i, ok := im.indicatorOf(total, part, good, windowed, s)
	if ok {
		s.sli = i.sli()
	}
	return ok
}

func (im *importer) indicatorOf(total, part *value, good, windowed bool, s *definition) (indicator, bool) {
	r := newReader()
	all, err := r.query(total.string(), ofTotal)
	if err != nil {
		return indicator{}, im.leaveOut(total, s, "the query %v", err)
	}
	some, err := r.query(part.string(), ofPart)
	if err != nil {
		return indicator{}, im.leaveOut(part, s, "the query %v", err)
	}
	return im.count(part, r, all, some, good, windowed, s)
}

func (im *importer) count(at *value, r *reader, all, some counters, good, windowed bool, s *definition) (indicator,
	bool,
) {
	all, some, err := r.alignRanges(all, some, windowed)
	if err != nil {
		return indicator{}, im.leaveOut(at, s, "the query %v", err)
	}
	if r.each && windowed {
		r.change("the queries have no sum(), so each series has a separate ratio. Burnline adds the events up, give by")
	}
	if !promexpr.SameLabels(all.by, some.by) {
		r.change("the queries are grouped by %v and %v. The SLO is grouped by %v", all.by, some.by, all.by)
	}
	im.report(at, r)
	s.by = all.by
	return newIndicator(all, some, good), true
}

func (im *importer) report(at *value, r *reader) {
	for _, text := range r.changes {
		im.change(at, "%s", text)
	}
	for _, text := range r.notes {
		im.warn(at, "%s", text)
	}
}

// rawRatio reads a query of a ratio: a quotient of counters, a share of a native histogram, or a
// series that is a ratio.
func (im *importer) rawRatio(at *value, good, windowed bool, s *definition) bool {
	expr, err := parse(at.string())
	if err != nil {
		return im.leaveOut(at, s, "the query %v", err)
	}
	r := newReader()
	expr, good = r.withoutGuards(expr, good)
	if all, some, ok := quotient(expr); ok && !isCountOverTime(all) {
		total, err := r.counters(all, ofTotal)
		if err == nil {
			var part counters
			if part, err = r.counters(some, ofPart); err == nil {
				i, ok := im.count(at, r, total, part, good, windowed, s)
				if ok {
					s.sli = i.sli()
				}
				return ok
			}
		}
		return im.leaveOut(at, s, "the query %v", err)
	}
	if histogram, threshold, under, ok := nativeShare(expr); ok && good == under {
		s.sli = mapping("latency", mapping("histogram", histogram, "threshold", threshold))
		return true
	}
	ratio, mean, ok := averageOf(expr)
	if !ok {
		return im.leaveOut(at, s,
			"the ratio is neither a quotient of counters nor a recorded series. Record it, and use an SLI of the kind recorded")
	}
	im.report(at, r)
	of := ""
	if good {
		of = "good"
	}
	s.sli = mapping("recorded", mapping("ratio", ratio, "of", of))
	const meanOfRatios = "every value of the ratio has the same weight, busy or idle: a mean of ratios"
	if mean || !windowed {
		im.warn(at, meanOfRatios)
	} else {
		im.change(at, "the ratio is read over the window: "+meanOfRatios)
	}
	return true
}

// withoutGuards removes functions that keep a ratio within 0 and 1, or give it a value without
// events. share reports whether the rest is the share of good events.
func (r *reader) withoutGuards(expr parser.Expr, good bool) (rest parser.Expr, share bool) {
	for {
		expr = promexpr.Bare(expr)
		switch e := expr.(type) {
		case *parser.Call:
			if boundsRatio(e) {
				expr = e.Args[0]
				continue
			}
		case *parser.BinaryExpr:
			one, isNumber := promexpr.Constant(e.LHS)
			limit, compared := promexpr.Constant(e.RHS)
			instead, isConstant := constantVectorOf(e.RHS)
			switch {
			case e.Op == parser.SUB && isNumber && one == 1:
				expr, good = e.RHS, !good
				continue
			case e.Op == parser.LOR && isConstant:
				if good && instead == 1 || !good && instead == 0 {
					r.note(guardLeftOut)
				} else {
					r.change("a window without events is not good there (%s %s). In Burnline it is not measured, see missing", e.Op, display(e.RHS))
				}
				expr = e.LHS
				continue
			case compared && !e.ReturnBool && limit == 0 && (e.Op == parser.GTE || e.Op == parser.GTR):
				if e.Op == parser.GTR {
					r.note(guardLeftOut)
				}
				expr = e.LHS
				continue
			case compared && limit == 1 &&
				(e.Op == parser.MUL || e.Op == parser.DIV || e.Op == parser.LTE && !e.ReturnBool):
				expr = e.LHS
				continue
			}
		}
		return expr, good
	}
}

func boundsRatio(e *parser.Call) bool {
	bound := func(i int, v float64) bool {
		got, ok := promexpr.Constant(e.Args[i])
		return ok && got == v
	}
	switch e.Func.Name {
	case "clamp_min":
		return bound(1, 0)
	case "clamp_max":
		return bound(1, 1)
	case "clamp":
		return bound(1, 0) && bound(2, 1)
	}
	return false
}

// quotient splits a ratio into total and part. Factors move to the part; quotients with one total
// are added.
func quotient(expr parser.Expr) (total, part parser.Expr, ok bool) {
	b, isBinary := promexpr.Bare(expr).(*parser.BinaryExpr)
	if !isBinary {
		return nil, nil, false
	}
	switch b.Op {
	case parser.DIV:
		if _, isNumber := promexpr.Constant(b.RHS); !isNumber {
			return b.RHS, b.LHS, true
		}
	case parser.ADD, parser.SUB:
		left, a, okL := quotient(b.LHS)
		right, c, okR := quotient(b.RHS)
		if okL && okR && sameCounters(left, right) {
			return left, &parser.BinaryExpr{Op: b.Op, LHS: a, RHS: c, VectorMatching: b.VectorMatching}, true
		}
		return nil, nil, false
	case parser.MUL:
	default:
		return nil, nil, false
	}
	vector, number := b.LHS, b.RHS
	if _, isNumber := promexpr.Constant(number); !isNumber {
		vector, number = number, vector
	}
	if _, isNumber := promexpr.Constant(number); !isNumber {
		return nil, nil, false
	}
	total, part, ok = quotient(vector)
	if !ok {
		return nil, nil, false
	}
	return total, &parser.BinaryExpr{Op: b.Op, LHS: part, RHS: number}, true
}

func isCountOverTime(expr parser.Expr) bool {
	call, ok := withoutAggregate(expr).(*parser.Call)
	return ok && call.Func.Name == "count_over_time"
}

// nativeShare returns the share of a native histogram's observations under or over a threshold:
// histogram_fraction(0, 0.3, rate(x)).
func nativeShare(expr parser.Expr) (histogram, threshold string, under, ok bool) {
	call, isCall := promexpr.Bare(expr).(*parser.Call)
	if !isCall || call.Func.Name != "histogram_fraction" {
		return "", "", false, false
	}
	low, okLow := promexpr.Constant(call.Args[0])
	high, okHigh := promexpr.Constant(call.Args[1])
	read, err := newReader().counters(call.Args[2], ofTotal)
	vs, isSelector := read.selector()
	if err != nil || !isSelector || !okLow || !okHigh || read.by != nil {
		return "", "", false, false
	}
	bound := high
	if under = low <= 0; !under {
		if bound = low; !math.IsInf(high, 1) {
			return "", "", false, false
		}
	}
	limit, fits := thresholdOf(promexpr.Metric(vs.LabelMatchers), bound)
	return promexpr.Print(vs), limit, under, fits
}

// averageOf returns the selector of a plain series, of avg_over_time(), or of sum_over_time() /
// count_over_time().
func averageOf(expr parser.Expr) (selector string, mean, ok bool) {
	switch e := withoutAggregate(expr).(type) {
	case *parser.VectorSelector:
		return promexpr.Print(e), false, true
	case *parser.Call:
		if m, ok := matrixOf(e); ok && (e.Func.Name == "avg_over_time" || e.Func.Name == "last_over_time") {
			return promexpr.Print(m), true, true
		}
	case *parser.BinaryExpr:
		sum, isSum := withoutAggregate(e.LHS).(*parser.Call)
		count, isCount := withoutAggregate(e.RHS).(*parser.Call)
		if e.Op == parser.DIV && isSum && isCount && sum.Func.Name == "sum_over_time" &&
			count.Func.Name == "count_over_time" {
			a, okA := matrixOf(sum)
			b, okB := matrixOf(count)
			if okA && okB && sameCounters(a, b) {
				return promexpr.Print(a), true, true
			}
		}
	}
	return "", false, false
}

func withoutAggregate(expr parser.Expr) parser.Expr {
	if a, ok := promexpr.Bare(expr).(*parser.AggregateExpr); ok && (a.Op == parser.SUM || a.Op == parser.AVG) {
		return promexpr.Bare(a.Expr)
	}
	return promexpr.Bare(expr)
}

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
