package sli

import (
	"strconv"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// termLabel keeps equal series of two terms apart while they are summed.
const termLabel = "burnline_term"

// sumOf is an expression of counters, by group, with each counter replaced by what `of` makes of it. A linear expression is
// written as a sum of its terms, in which an operand without series is 0; PromQL's own + has no value there.
func sumOf(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	terms, err := Linear(e, by)
	if err != nil {
		return promexpr.Sum(by, promexpr.ReplaceSelectors(withoutConstants(e), of))
	}
	var all parser.Expr
	for i, t := range terms {
		one := promexpr.Times(of(promexpr.Selector(t.Matchers)), t.Weight)
		if len(terms) > 1 {
			one = promexpr.Call("label_replace", one, promexpr.Text(termLabel), promexpr.Text(strconv.Itoa(i)), promexpr.Text(""), promexpr.Text(""))
		}
		all = either(all, one)
	}
	return promexpr.Sum(by, all)
}

// anySeries is all series that an expression of counters reads, with each counter replaced by what `of` makes of it.
func anySeries(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	terms, err := Linear(e, by)
	if err != nil {
		return promexpr.ReplaceSelectors(withoutConstants(e), of)
	}
	var all parser.Expr
	for _, t := range terms {
		if t.Weight > 0 || len(terms) == 1 {
			all = either(all, of(promexpr.Selector(t.Matchers)))
		}
	}
	if all == nil { // all terms are subtracted
		all = of(promexpr.Selector(terms[0].Matchers))
	}
	return all
}

func either(a, b parser.Expr) parser.Expr {
	if a == nil {
		return b
	}
	return promexpr.Binary(parser.LOR, a, b)
}

// withoutConstants is an expression of counters without `or vector(0)`: constants grow by nothing, and would make a group of
// their own.
func withoutConstants(e parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return &parser.ParenExpr{Expr: withoutConstants(e.Expr)}
	case *parser.UnaryExpr:
		return &parser.UnaryExpr{Op: e.Op, Expr: withoutConstants(e.Expr)}
	case *parser.AggregateExpr:
		out := *e
		out.Expr = withoutConstants(e.Expr)
		return &out
	case *parser.BinaryExpr:
		if call, ok := promexpr.Bare(e.RHS).(*parser.Call); ok && e.Op == parser.LOR && call.Func.Name == "vector" {
			return withoutConstants(e.LHS)
		}
		out := *e
		out.LHS, out.RHS = withoutConstants(e.LHS), withoutConstants(e.RHS)
		return &out
	}
	return e
}
