package sli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// selectorError is why a text is not a plain selector.
type selectorError struct {
	offset  int // bytes into the text at which parsing failed; -1: the whole text
	message string
}

// parseSelector parses a plain selector, without range, offset, @ or function.
func parseSelector(text string) (*parser.VectorSelector, *selectorError) {
	whole := func(format string, args ...any) (*parser.VectorSelector, *selectorError) {
		return nil, &selectorError{-1, fmt.Sprintf(format, args...)}
	}
	expr, err := parsePromQL(text)
	if err != nil {
		return nil, err
	}
	const plain = "give the plain selector, as Burnline counts its increase itself"
	switch expr := expr.(type) {
	case *parser.VectorSelector:
		if promexpr.IsShifted(expr) {
			return whole("has an offset or @. %s at the requested times", plain)
		}
		if expr.Anchored || expr.Smoothed {
			return whole("has a modifier. %s", plain)
		}
		return expr, nil
	case *parser.MatrixSelector:
		return whole("has a range. %s", plain)
	case *parser.Call:
		return whole("calls %s(). %s", expr.Func.Name, plain)
	}
	return whole("is an expression. %s", plain)
}

func parsePromQL(text string) (parser.Expr, *selectorError) {
	if strings.TrimSpace(text) == "" {
		return nil, &selectorError{-1, `empty. Give a selector, for example http_requests_total{job="x"}`}
	}
	expr, err := promexpr.ParseUntrusted(text)
	if limit, ok := errors.AsType[*promexpr.LimitError](err); ok {
		return nil, &selectorError{-1, limit.Error()}
	}
	if err != nil {
		return nil, promQLError(text, err)
	}
	return expr, nil
}

func promQLError(text string, err error) *selectorError {
	e := &selectorError{-1, "is not PromQL: " + err.Error()}
	if all, ok := errors.AsType[parser.ParseErrors](err); ok && len(all) > 0 {
		first := all[0]
		e.offset = min(max(int(first.PositionRange.Start), 0), len(text))
		e.message = fmt.Sprintf("is not PromQL: %v (at character %d)", first.Err, 1+len([]rune(text[:e.offset])))
	}
	return e
}

// parseCounters parses a plain selector, or an expression that is linear in each of its counters:
// sums, differences, multiples, label functions, and, or, unless.
func parseCounters(text string) (parser.Expr, *selectorError) {
	expr, err := parsePromQL(text)
	if err != nil {
		return nil, err
	}
	if message := counterProblem(expr); message != "" {
		return nil, &selectorError{-1, message}
	}
	return expr, nil
}

// parseVector parses any expression of an instant vector.
func parseVector(text string) (parser.Expr, *selectorError) {
	expr, err := parsePromQL(text)
	if err != nil {
		return nil, err
	}
	if t := expr.Type(); t != parser.ValueTypeVector {
		return nil, &selectorError{
			-1,
			fmt.Sprintf("gives a %s. Give an expression with a value for each series at an instant",
				parser.DocumentedType(t)),
		}
	}
	return expr, nil
}

const countsItself = "Burnline counts the increase itself"

// counterProblem returns why an expression cannot be counted, or "".
func counterProblem(expr parser.Expr) string {
	switch e := expr.(type) {
	case *parser.VectorSelector:
		return selectorProblem(e)
	case *parser.ParenExpr:
		return counterProblem(e.Expr)
	case *parser.UnaryExpr:
		return counterProblem(e.Expr)
	case *parser.AggregateExpr:
		if e.Op == parser.COUNT {
			return "counts series, not events. Use sum(). Gauges that are 1 while all is well, such as probe_success, make a probe SLI"
		}
		if e.Op != parser.SUM {
			return fmt.Sprintf("uses the %s of counters, which is not a number of events. Use sum(), or a plain selector with by", e.Op)
		}
		return counterProblem(e.Expr)
	case *parser.Call:
		if e.Func.Name == "label_replace" || e.Func.Name == "label_join" ||
			e.Func.Name == "clamp_min" && isZero(e.Args[1]) {
			return counterProblem(e.Args[0])
		}
		return callProblem(e)
	case *parser.BinaryExpr:
		return notCounterBinary(e)
	case *parser.MatrixSelector:
		return "has a range. " + countsItself + ", give the selector without [...]"
	case *parser.SubqueryExpr:
		return "is a subquery. " + countsItself + ", give the expression without [...]"
	case *parser.NumberLiteral:
		return "is a number. Give a counter, for example requests_total"
	}
	return "is no expression of counters. Give a selector, a sum or a difference of some"
}

func selectorProblem(s *parser.VectorSelector) string {
	switch {
	case promexpr.IsShifted(s):
		return "has an offset or @. " + countsItself + " at the requested times, give the selector without"
	case s.Anchored || s.Smoothed:
		return "has a modifier. " + countsItself + ", give the selector without"
	case promexpr.Metric(s.LabelMatchers) == "":
		return "must name one metric, for example requests_total{...}"
	}
	return ""
}

func callProblem(e *parser.Call) string {
	if slices.Contains([]string{"rate", "irate", "increase", "delta", "idelta"}, e.Func.Name) {
		what := "the counter"
		if m, ok := e.Args[0].(*parser.MatrixSelector); ok {
			what = m.VectorSelector.String()
		}
		return fmt.Sprintf("calls %s(), which is an estimate over a range. %s in each cell of time: give %s",
			e.Func.Name, countsItself, decode.Clip(what))
	}
	return fmt.Sprintf("calls %s(), and the %s of counters is no count. Use selectors, sum(), + and -, label_replace() and label_join()", e.Func.Name, e.Func.Name)
}

func notCounterBinary(e *parser.BinaryExpr) string {
	left, right := isNumber(e.LHS), isNumber(e.RHS)
	switch e.Op {
	case parser.LOR:
		if isConstantVector(e.RHS) { // or vector(0): a count without events is 0 anyway
			return counterProblem(e.LHS)
		}
	case parser.GTR, parser.GTE, parser.NEQ: // a guard that only removes counts of 0
		if !isZero(e.RHS) || e.ReturnBool {
			return comparisonProblem(e)
		}
	case parser.ADD, parser.SUB:
		if left || right {
			return "adds a number to a counter, which is in every difference again. Leave it out"
		}
	case parser.MUL:
		if !left && !right {
			return "multiplies counters. Only a number may be a factor"
		}
	case parser.DIV:
		if !right {
			return "divides counters. Give the events as total and the bad ones as bad, Burnline divides last"
		}
	case parser.LAND, parser.LUNLESS:
	default:
		return comparisonProblem(e)
	}
	for _, side := range []parser.Expr{e.LHS, e.RHS} {
		if !isNumber(side) {
			if message := counterProblem(side); message != "" {
				return message
			}
		}
	}
	return ""
}

func comparisonProblem(e *parser.BinaryExpr) string {
	if n, ok := promexpr.Bare(e.RHS).(*parser.NumberLiteral); ok && e.Op == parser.EQLC && (n.Val == 0 || n.Val == 1) {
		return fmt.Sprintf("compares with %s. A gauge that is 1 while all is well makes a probe SLI: {probe: {gauge: %s}}", e.Op, decode.Clip(promexpr.Bare(e.LHS).String()))
	}
	return fmt.Sprintf("compares with %s, which no counter keeps to. A timeslice SLI compares", e.Op)
}

func isZero(e parser.Expr) bool {
	n, ok := promexpr.Bare(e).(*parser.NumberLiteral)
	return ok && n.Val == 0
}

// isConstantVector reports whether an expression is vector() of a number.
func isConstantVector(e parser.Expr) bool {
	call, ok := promexpr.Bare(e).(*parser.Call)
	return ok && call.Func.Name == "vector" && isNumber(call.Args[0])
}

func isNumber(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.NumberLiteral:
		return true
	case *parser.ParenExpr:
		return isNumber(e.Expr)
	case *parser.UnaryExpr:
		return isNumber(e.Expr)
	}
	return false
}
