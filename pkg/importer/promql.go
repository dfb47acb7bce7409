package importer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/slo"
)

var promQL = parser.NewParser(parser.Options{})

// windowVariable is how Sloth's templates write the range that it fills in.
var windowVariable = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// counters is a query without its rates: the counters whose growth it is about, and the labels it is grouped by.
type counters struct {
	expr parser.Expr
	by   []string
}

// countersOf takes rate(), increase() and an outer sum() off a query: Burnline counts by itself.
func countersOf(query string) (counters, error) {
	expr, err := parse(query)
	if err != nil {
		return counters{}, err
	}
	return unrated(expr)
}

func parse(query string) (parser.Expr, error) {
	if strings.TrimSpace(query) == "" {
		return nil, errors.New("is missing")
	}
	expr, err := promQL.ParseExpr(windowVariable.ReplaceAllString(query, "5m"))
	if err != nil {
		return nil, fmt.Errorf("is not PromQL: %w", err)
	}
	return bare(expr), nil
}

func unrated(expr parser.Expr) (counters, error) {
	expr = withoutZero(bare(expr))
	var out counters
	if sum, ok := expr.(*parser.AggregateExpr); ok && sum.Op == parser.SUM && !sum.Without {
		out.by = sum.Grouping
		expr = bare(sum.Expr)
	}
	var err error
	out.expr, err = growing(expr)
	return out, err
}

// growing replaces every rate of a counter by the counter.
func growing(expr parser.Expr) (parser.Expr, error) {
	switch e := bare(expr).(type) {
	case *parser.VectorSelector:
		return e, nil
	case *parser.Call:
		if m, ok := matrixOf(e); ok && slices.Contains([]string{"rate", "increase", "irate"}, e.Func.Name) {
			if m.OriginalOffset != 0 || m.Timestamp != nil {
				return nil, fmt.Errorf("has an offset or @ in %s", e)
			}
			return m, nil
		}
		if e.Func.Name == "label_replace" || e.Func.Name == "label_join" {
			out := *e
			out.Args = slices.Clone(e.Args)
			inner, err := growing(e.Args[0])
			out.Args[0] = inner
			return &out, err
		}
		return nil, fmt.Errorf("calls %s(), which counts no events", e.Func.Name)
	case *parser.AggregateExpr:
		if e.Op != parser.SUM {
			return nil, fmt.Errorf("takes the %s, which counts no events", e.Op)
		}
		out := *e
		inner, err := growing(e.Expr)
		out.Expr = inner
		return &out, err
	case *parser.BinaryExpr:
		if !slices.Contains([]parser.ItemType{parser.ADD, parser.SUB, parser.LOR, parser.LAND, parser.LUNLESS}, e.Op) {
			return nil, fmt.Errorf("has the operator %s between counters", e.Op)
		}
		out := *e
		var left, right error
		out.LHS, left = growing(withoutZero(e.LHS))
		out.RHS, right = growing(withoutZero(e.RHS))
		return &out, errors.Join(left, right)
	}
	return nil, fmt.Errorf("counts no events: %s", expr)
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

// withoutZero takes `or vector(0)` off: an empty numerator is 0 here anyway.
func withoutZero(expr parser.Expr) parser.Expr {
	b, ok := bare(expr).(*parser.BinaryExpr)
	if !ok || b.Op != parser.LOR {
		return expr
	}
	call, ok := bare(b.RHS).(*parser.Call)
	if ok && call.Func.Name == "vector" {
		if n, ok := bare(call.Args[0]).(*parser.NumberLiteral); ok && n.Val == 0 {
			return bare(b.LHS)
		}
	}
	return expr
}

func bare(expr parser.Expr) parser.Expr {
	for {
		switch e := expr.(type) {
		case *parser.ParenExpr:
			expr = e.Expr
		case *parser.StepInvariantExpr:
			expr = e.Expr
		default:
			return expr
		}
	}
}

func (c counters) text() string { return c.expr.String() }

func (c counters) selector() (*parser.VectorSelector, bool) {
	vs, ok := c.expr.(*parser.VectorSelector)
	return vs, ok
}

// sameCounters says that two queries count the same.
func sameCounters(a, b parser.Expr) bool { return a.String() == b.String() }

// indicator is what is counted: all events, and the bad or the good ones.
type indicator struct {
	total, part counters
	good        bool
}

// bad makes an indicator of all and bad events. What is written as all minus good ones is about the good ones.
func bad(total, errors counters) indicator {
	if minus, ok := errors.expr.(*parser.BinaryExpr); ok && minus.Op == parser.SUB {
		left, lerr := unrated(minus.LHS)
		right, rerr := unrated(minus.RHS)
		if lerr == nil && rerr == nil && sameCounters(left.expr, total.expr) {
			return indicator{total, right, true}
		}
	}
	return indicator{total, errors, false}
}

// latency is the histogram and the threshold of an indicator that compares a bucket with the count of the same histogram.
func (i indicator) latency() (histogram, threshold string, ok bool) {
	bucket, isBucket := i.part.selector()
	all, isAll := i.total.selector()
	if !isBucket || !isAll || !i.good {
		return "", "", false
	}
	name, isHistogram := strings.CutSuffix(nameOf(bucket), "_bucket")
	bound := matcherValue(bucket, model.BucketLabel)
	whole := nameOf(all) == name+"_count" || nameOf(all) == name+"_bucket" && matcherValue(all, model.BucketLabel) == "+Inf"
	if !isHistogram || bound == "" || !whole || others(bucket) != others(all) {
		return "", "", false
	}
	seconds, err := strconv.ParseFloat(bound, 64)
	if err != nil {
		return "", "", false
	}
	scale := float64(time.Second)
	if strings.HasSuffix(name, "_ms") || strings.HasSuffix(name, "_milliseconds") {
		scale = float64(time.Millisecond)
	}
	limit := time.Duration(seconds*scale + 0.5)
	if limit < time.Millisecond || limit%time.Millisecond != 0 {
		return "", "", false
	}
	vs := *bucket
	vs.LabelMatchers = slices.DeleteFunc(slices.Clone(bucket.LabelMatchers), func(m *labels.Matcher) bool { return m.Name == model.BucketLabel })
	return vs.String(), slo.FormatDuration(limit), true
}

func nameOf(vs *parser.VectorSelector) string { return matcherValue(vs, model.MetricNameLabel) }

// matcherValue is the value that a label must have; "" when none is named.
func matcherValue(vs *parser.VectorSelector, label string) string {
	for _, m := range vs.LabelMatchers {
		if m.Name == label && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// others are the matchers of a selector without its name and `le`.
func others(vs *parser.VectorSelector) string {
	var out []string
	for _, m := range vs.LabelMatchers {
		if m.Name != model.MetricNameLabel && m.Name != model.BucketLabel {
			out = append(out, m.String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
