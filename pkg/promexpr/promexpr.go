// Package promexpr parses and builds PromQL as syntax trees. All PromQL that Burnline sends or
// exports is built here, so that a label value cannot end a selector, and any UTF-8 name of a
// metric or label is quoted. `le` is compared as a number: see bucket.go. It must not depend on
// SLOs or servers. Start reading at Parse and Selector.
package promexpr

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

var promQL = parser.NewParser(parser.Options{})

// parsed contains parsed expressions by text. To parse one takes about 0.1 ms, most of it for its
// regular expressions, and a refresh of a large dashboard parses the same thousands again.
var parsed, _ = lru.New[string, parser.Expr](maxParsed) // fails only for size 0

// maxParsed is enough for a catalog of 1,000 SLOs with filters. An expression takes some KiB.
const maxParsed = 4096

// Parse parses an expression. Matchers of `le` match all spellings of a bound.
func Parse(text string) (parser.Expr, error) {
	e, err := ParseVerbatim(text)
	if err != nil {
		return nil, err
	}
	for _, vs := range Selectors(e) {
		vs.LabelMatchers = NumericBounds(vs.LabelMatchers)
	}
	return e, nil
}

// ParseVerbatim parses an expression without changes of `le`.
func ParseVerbatim(text string) (parser.Expr, error) {
	e, ok := parsed.Get(text)
	if !ok {
		var err error
		if e, err = promQL.ParseExpr(text); err != nil {
			return nil, err
		}
		parsed.Add(text, e)
	}
	return clone(e), nil
}

// clone returns a copy that shares matchers and literals, which never change.
func clone(e parser.Expr) parser.Expr {
	switch e := MapOperands(e, clone).(type) {
	case *parser.VectorSelector:
		out := *e
		out.LabelMatchers = slices.Clone(e.LabelMatchers)
		return &out
	case *parser.MatrixSelector:
		out := *e
		out.VectorSelector = clone(e.VectorSelector)
		return &out
	case *parser.AggregateExpr: // a copy already, as the binary expression
		e.Grouping = slices.Clone(e.Grouping)
		if e.Param != nil {
			e.Param = clone(e.Param)
		}
		return e
	case *parser.BinaryExpr:
		if e.VectorMatching != nil {
			matching := *e.VectorMatching
			matching.MatchingLabels = slices.Clone(matching.MatchingLabels)
			matching.Include = slices.Clone(matching.Include)
			e.VectorMatching = &matching
		}
		return e
	default:
		return e
	}
}

// ParseSelector parses a plain selector of one metric, without range, offset or @.
func ParseSelector(text string) (*parser.VectorSelector, error) {
	e, err := Parse(text)
	if err != nil {
		return nil, err
	}
	vs, ok := e.(*parser.VectorSelector)
	if !ok || IsShifted(vs) || vs.Anchored || vs.Smoothed {
		return nil, fmt.Errorf("%s is not a plain selector such as http_requests_total{job=\"api\"}", text)
	}
	if Metric(vs.LabelMatchers) == "" {
		return nil, fmt.Errorf("%s names no metric", text)
	}
	return vs, nil
}

// IsShifted reports whether a selector has an offset or @.
func IsShifted(vs *parser.VectorSelector) bool {
	return vs.OriginalOffset != 0 || vs.OriginalOffsetExpr != nil || vs.Timestamp != nil || vs.StartOrEnd != 0
}

// Selectors returns the selectors of an expression, in its order. The caller may change them in place.
func Selectors(e parser.Expr) []*parser.VectorSelector {
	var out []*parser.VectorSelector
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if vs, ok := n.(*parser.VectorSelector); ok {
			out = append(out, vs)
		}
		return nil
	})
	return out
}

// Metric returns the metric name of the matchers; "" unless there is exactly one.
func Metric(ms []*labels.Matcher) string {
	name, _ := EqualValue(ms, model.MetricNameLabel)
	return name
}

// EqualValue returns the value of the first equality matcher of a label.
func EqualValue(ms []*labels.Matcher, label string) (value string, ok bool) {
	for _, m := range ms {
		if m.Name == label && m.Type == labels.MatchEqual {
			return m.Value, true
		}
	}
	return "", false
}

// Selector returns the selector of series that all matchers match.
func Selector(ms []*labels.Matcher) *parser.VectorSelector {
	vs := &parser.VectorSelector{LabelMatchers: slices.Clone(ms)}
	// Other names are valid only as a matcher.
	if name := Metric(ms); model.LegacyValidation.IsValidMetricName(name) {
		vs.Name = name
	}
	return vs
}

// Series returns the selector of a metric by its name and other matchers.
func Series(metric string, ms ...*labels.Matcher) *parser.VectorSelector {
	return Selector(append([]*labels.Matcher{Equal(model.MetricNameLabel, metric)}, ms...))
}

// Plain returns the selector without offset, @ or modifier.
func Plain(vs *parser.VectorSelector) *parser.VectorSelector { return Selector(vs.LabelMatchers) }

// Offset returns the plain selector with an offset.
func Offset(vs *parser.VectorSelector, by time.Duration) *parser.VectorSelector {
	out := Plain(vs)
	out.OriginalOffset = by
	return out
}

// Equal matches a label with a value.
func Equal(name, value string) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchEqual, name, value)
}

// OneOf matches a label with any of several values.
func OneOf(name string, values ...string) *labels.Matcher {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) == 1 {
		return Equal(name, values[0])
	}
	return labels.MustNewMatcher(labels.MatchRegexp, name, alternatives(values))
}

func alternatives(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return strings.Join(quoted, "|")
}

// Number returns a number.
func Number(v float64) parser.Expr { return &parser.NumberLiteral{Val: v} }

// Text returns a string, for arguments of functions.
func Text(v string) parser.Expr { return &parser.StringLiteral{Val: v} }

// Call calls a function that every server supports.
func Call(function string, args ...parser.Expr) parser.Expr {
	return &parser.Call{Func: parser.Functions[function], Args: args}
}

// Over applies a function to a range vector.
func Over(function string, vs *parser.VectorSelector, span time.Duration) parser.Expr {
	return Call(function, &parser.MatrixSelector{VectorSelector: vs, Range: span})
}

// Subquery evaluates e at the multiples of step within span.
func Subquery(e parser.Expr, span, step time.Duration) parser.Expr {
	return &parser.SubqueryExpr{Expr: Paren(e), Range: span, Step: step}
}

// Aggregate aggregates by labels; without labels, to one series.
func Aggregate(op parser.ItemType, by []string, e parser.Expr) parser.Expr {
	return &parser.AggregateExpr{Op: op, Expr: e, Grouping: slices.Clone(by)}
}

// Sum sums by labels; without labels, to one series.
func Sum(by []string, e parser.Expr) parser.Expr { return Aggregate(parser.SUM, by, e) }

// Binary joins two sides that match on all labels.
func Binary(op parser.ItemType, left, right parser.Expr) *parser.BinaryExpr {
	return &parser.BinaryExpr{
		Op: op, LHS: Paren(left), RHS: Paren(right),
		VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany},
	}
}

// On joins two sides that match on the labels only; without labels, any series match.
func On(labels []string, op parser.ItemType, left, right parser.Expr) *parser.BinaryExpr {
	out := Binary(op, left, right)
	out.VectorMatching.On, out.VectorMatching.MatchingLabels = true, slices.Clone(labels)
	return out
}

// PartLabel is the label that distinguishes the expressions of a Union.
const PartLabel = "burnline_part"

// Union joins several expressions to one, so that a single server evaluates them all. Results of
// the second and later expressions have their number, from "1" on, in PartLabel.
func Union(exprs ...parser.Expr) parser.Expr {
	out := exprs[0]
	for i, e := range exprs[1:] {
		out = Binary(parser.LOR, out,
			Call("label_replace", e, Text(PartLabel), Text(strconv.Itoa(i+1)), Text(""), Text("")))
	}
	return out
}

// Part returns the index of the expression of a Union that a series is a result of.
func Part(metric model.Metric) int {
	i, _ := strconv.Atoi(string(metric[PartLabel])) // the first has no label
	return i
}

// Times returns e x factor; e itself for 1.
func Times(e parser.Expr, factor float64) parser.Expr {
	if factor == 1 {
		return e
	}
	return Binary(parser.MUL, e, Number(factor))
}

// Paren adds parentheses around an expression that needs them as an operand.
func Paren(e parser.Expr) parser.Expr {
	switch e.(type) {
	case *parser.ParenExpr, *parser.VectorSelector, *parser.MatrixSelector, *parser.Call, *parser.AggregateExpr,
		*parser.NumberLiteral:
		return e
	}
	return &parser.ParenExpr{Expr: e}
}

// Bare returns e without outer parentheses.
func Bare(e parser.Expr) parser.Expr {
	for {
		p, ok := e.(*parser.ParenExpr)
		if !ok {
			return e
		}
		e = p.Expr
	}
}

// Constant returns the value of an expression of numbers.
func Constant(e parser.Expr) (float64, bool) {
	switch e := Bare(e).(type) {
	case *parser.NumberLiteral:
		return e.Val, true
	case *parser.UnaryExpr:
		v, ok := Constant(e.Expr)
		if e.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.BinaryExpr:
		a, isA := Constant(e.LHS)
		b, isB := Constant(e.RHS)
		switch ok := isA && isB; e.Op {
		case parser.ADD:
			return a + b, ok
		case parser.SUB:
			return a - b, ok
		case parser.MUL:
			return a * b, ok
		case parser.DIV:
			return a / b, ok
		}
	}
	return 0, false
}

// Mirrored maps comparisons to those with exchanged sides.
var Mirrored = map[parser.ItemType]parser.ItemType{
	parser.LSS: parser.GTR, parser.LTE: parser.GTE, parser.GTR: parser.LSS, parser.GTE: parser.LTE,
	parser.EQLC: parser.EQLC, parser.NEQ: parser.NEQ,
}

// SameLabels reports whether two lists have the same labels, in any order.
func SameLabels(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// ReplaceSelectors returns a copy of an expression of instant vectors with every selector replaced.
func ReplaceSelectors(e parser.Expr, by func(*parser.VectorSelector) parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return Paren(by(e))
	case *parser.SubqueryExpr:
		return e
	}
	return MapOperands(e, func(e parser.Expr) parser.Expr { return ReplaceSelectors(e, by) })
}

// MapOperands returns a copy of an expression with its operands or arguments replaced. An
// expression without any is returned unchanged.
func MapOperands(e parser.Expr, by func(parser.Expr) parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		out := *e
		out.Expr = by(e.Expr)
		return &out
	case *parser.UnaryExpr:
		out := *e
		out.Expr = by(e.Expr)
		return &out
	case *parser.AggregateExpr:
		out := *e
		out.Expr = by(e.Expr)
		return &out
	case *parser.SubqueryExpr:
		out := *e
		out.Expr = by(e.Expr)
		return &out
	case *parser.BinaryExpr:
		out := *e
		out.LHS, out.RHS = by(e.LHS), by(e.RHS)
		return &out
	case *parser.Call:
		out := *e
		out.Args = slices.Clone(e.Args)
		for i, arg := range out.Args {
			out.Args[i] = by(arg)
		}
		return &out
	}
	return e
}

// Print formats a syntax tree as PromQL that parses to the same tree, with or without nodes for its
// parentheses. The String method of a tree omits needed parentheses.
func Print(e parser.Expr) string { return parenthesized(e).String() }

// parenthesized returns a copy of an expression with exactly the needed parentheses.
func parenthesized(e parser.Expr) parser.Expr {
	switch e := Bare(e).(type) {
	case *parser.BinaryExpr:
		//nolint:forcetypeassert // a copy of e
		out := MapOperands(e, operand).(*parser.BinaryExpr)
		// a chain, evaluated from the left
		if left, ok := Bare(e.LHS).(*parser.BinaryExpr); ok && additive(e.Op) && additive(left.Op) {
			out.LHS = Bare(out.LHS)
		}
		return out
	case *parser.UnaryExpr, *parser.SubqueryExpr:
		return MapOperands(e, operand)
	default:
		return MapOperands(e, parenthesized)
	}
}

func operand(e parser.Expr) parser.Expr { return Paren(parenthesized(e)) }

func additive(op parser.ItemType) bool { return op == parser.ADD || op == parser.SUB }
