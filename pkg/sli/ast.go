package sli

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Expressions are put together as syntax trees; parentheses are nodes of their own, as printing adds none.

func paren(e parser.Expr) parser.Expr {
	switch e.(type) {
	case *parser.ParenExpr, *parser.VectorSelector, *parser.MatrixSelector, *parser.Call, *parser.AggregateExpr, *parser.NumberLiteral:
		return e
	}
	return &parser.ParenExpr{Expr: e}
}

func number(v float64) parser.Expr { return &parser.NumberLiteral{Val: v} }

func binary(op parser.ItemType, left, right parser.Expr) *parser.BinaryExpr {
	return &parser.BinaryExpr{Op: op, LHS: paren(left), RHS: paren(right), VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany}}
}

// whereAny is e where `any` has some series, whatever its labels.
func whereAny(e, any parser.Expr) parser.Expr {
	out := binary(parser.LAND, e, any)
	out.VectorMatching.On = true
	return out
}

// joined is a binary expression that matches on the labels alone.
func joined(op parser.ItemType, left, right parser.Expr, on []string) parser.Expr {
	out := binary(op, left, right)
	out.VectorMatching.On, out.VectorMatching.MatchingLabels = true, slices.Clone(on)
	return out
}

func call(name string, args ...parser.Expr) parser.Expr {
	return &parser.Call{Func: parser.Functions[name], Args: args}
}

func aggregate(op parser.ItemType, by []string, e parser.Expr) parser.Expr {
	return &parser.AggregateExpr{Op: op, Expr: e, Grouping: slices.Clone(by)}
}

// times is e x factor, e itself for 1.
func times(e parser.Expr, factor float64) parser.Expr {
	if factor == 1 {
		return e
	}
	return binary(parser.MUL, e, number(factor))
}

func plain(vs *parser.VectorSelector) *parser.VectorSelector {
	return &parser.VectorSelector{Name: vs.Name, LabelMatchers: slices.Clone(vs.LabelMatchers)}
}

func earlier(vs *parser.VectorSelector, by time.Duration) *parser.VectorSelector {
	out := plain(vs)
	out.OriginalOffset = by
	return out
}

func over(function string, vs *parser.VectorSelector, span time.Duration) parser.Expr {
	return call(function, &parser.MatrixSelector{VectorSelector: vs, Range: span})
}

// every evaluates e at the multiples of step within a cell and applies an _over_time function to the results. The range is a
// second short, so that the cell's left end is outside on every Prometheus: 2 took it in, 3 does not.
func every(function string, e parser.Expr, cell, step time.Duration) parser.Expr {
	return call(function, &parser.SubqueryExpr{Expr: paren(e), Range: cell - time.Second, Step: step})
}

// eachSelector is a copy of an expression of counters with every selector replaced. (catalog refuses other expressions.)
func eachSelector(e parser.Expr, by func(*parser.VectorSelector) parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return paren(by(e))
	case *parser.ParenExpr:
		return &parser.ParenExpr{Expr: eachSelector(e.Expr, by)}
	case *parser.UnaryExpr:
		return &parser.UnaryExpr{Op: e.Op, Expr: eachSelector(e.Expr, by)}
	case *parser.AggregateExpr:
		out := *e
		out.Expr = eachSelector(e.Expr, by)
		return &out
	case *parser.Call:
		out := *e
		out.Args = slices.Clone(e.Args)
		for i, arg := range out.Args {
			out.Args[i] = eachSelector(arg, by)
		}
		return &out
	case *parser.BinaryExpr:
		out := *e
		out.LHS, out.RHS = eachSelector(e.LHS, by), eachSelector(e.RHS, by)
		return &out
	}
	return e
}
