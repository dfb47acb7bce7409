package sli

import (
	"slices"
	"strconv"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// termLabel distinguishes equal series of two terms in a sum.
const termLabel = "burnline_term"

// sumOf returns an expression of counters, by group, with each counter replaced by the result of
// `of`. Operands of + and - are summed one by one, so that an operand without series is 0; PromQL's
// + has no result in that case. Set operators keep their meaning.
func sumOf(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	if terms, err := Linear(e, by); err == nil {
		var all []parser.Expr
		for _, t := range terms {
			all = append(all, promexpr.Times(of(promexpr.Selector(t.Matchers)), t.Weight))
		}
		return promexpr.Sum(by, unionAll(all))
	}
	switch e := promexpr.Bare(e).(type) {
	case *parser.AggregateExpr:
		keeps := func(name string) bool { return slices.Contains(e.Grouping, name) != e.Without }
		if e.Op == parser.SUM && !slices.ContainsFunc(by, func(name string) bool { return !keeps(name) }) {
			return sumOf(e.Expr, by, of)
		}
	case *parser.BinaryExpr:
		left, isLeft := promexpr.Constant(e.LHS)
		right, isRight := promexpr.Constant(e.RHS)
		switch {
		case e.Op == parser.MUL && isLeft:
			return promexpr.Times(sumOf(e.RHS, by, of), left)
		case e.Op == parser.MUL && isRight:
			return promexpr.Times(sumOf(e.LHS, by, of), right)
		case e.Op == parser.DIV && isRight:
			return promexpr.Times(sumOf(e.LHS, by, of), 1/right)
		case e.Op == parser.ADD || e.Op == parser.SUB:
			one, other := sumOf(e.LHS, by, of), sumOf(e.RHS, by, of)
			if e.Op == parser.SUB {
				other = promexpr.Times(other, -1)
			}
			return promexpr.Sum(by, unionAll([]parser.Expr{one, other}))
		}
	}
	return promexpr.Sum(by, promexpr.ReplaceSelectors(withoutConstant(e), of))
}

// unionAll returns all series of the operands, including series with equal labels.
func unionAll(operands []parser.Expr) parser.Expr {
	if len(operands) == 1 {
		return operands[0]
	}
	var all parser.Expr
	for i, one := range operands {
		all = unionOrFirst(all,
			promexpr.Call("label_replace", one, promexpr.Text(termLabel), promexpr.Text(strconv.Itoa(i)),
				promexpr.Text(""), promexpr.Text("")))
	}
	return all
}

// anySeries returns all series that an expression of counters reads, with each counter replaced by
// the result of `of`.
func anySeries(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	var all parser.Expr
	terms, err := Linear(e, by)
	if err != nil {
		return operands(e, of)
	}
	for _, t := range terms {
		if t.Weight > 0 || len(terms) == 1 {
			all = unionOrFirst(all, of(promexpr.Selector(t.Matchers)))
		}
	}
	if all == nil { // all terms are subtracted
		all = of(promexpr.Selector(terms[0].Matchers))
	}
	return all
}

func unionOrFirst(a, b parser.Expr) parser.Expr {
	if a == nil {
		return b
	}
	return promexpr.Binary(parser.LOR, a, b)
}

// operands returns all series of an expression of counters, except operands that only restrict
// others (`and`, `unless`).
func operands(e parser.Expr, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return operands(e.Expr, of)
	case *parser.UnaryExpr:
		return operands(e.Expr, of)
	case *parser.AggregateExpr:
		out := *e
		out.Expr = operands(e.Expr, of)
		return &out
	case *parser.Call:
		out := *e
		out.Args = slices.Clone(e.Args)
		out.Args[0] = operands(e.Args[0], of)
		return &out
	case *parser.BinaryExpr:
		_, isLeft := promexpr.Constant(e.LHS)
		_, isRight := promexpr.Constant(e.RHS)
		call, _ := promexpr.Bare(e.RHS).(*parser.Call)
		switch {
		case isLeft:
			return operands(e.RHS, of)
		case isRight, e.Op == parser.LAND, e.Op == parser.LUNLESS, call != nil && call.Func.Name == "vector":
			return operands(e.LHS, of)
		}
		return unionOrFirst(operands(e.LHS, of), operands(e.RHS, of))
	}
	return promexpr.ReplaceSelectors(e, of)
}

// withoutConstant removes `or vector(0)` from an expression of counters: a constant has no
// increase, and would add another group.
func withoutConstant(e parser.Expr) parser.Expr {
	e = promexpr.Bare(e)
	if b, ok := e.(*parser.BinaryExpr); ok && b.Op == parser.LOR {
		if call, ok := promexpr.Bare(b.RHS).(*parser.Call); ok && call.Func.Name == "vector" {
			return withoutConstant(b.LHS)
		}
	}
	return e
}
