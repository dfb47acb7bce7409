package promexpr

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// Print formats a syntax tree as PromQL that parses to the same tree, with or without nodes for its
// parentheses. The String method of a tree omits needed parentheses.
func Print(e parser.Expr) string { return parenthesized(e).String() }

// parenthesized returns a copy of an expression with exactly the needed parentheses.
func parenthesized(e parser.Expr) parser.Expr {
	switch e := Bare(e).(type) {
	case *parser.BinaryExpr:
		out := *e
		out.LHS, out.RHS = operand(e.LHS), operand(e.RHS)
		if left, ok := Bare(e.LHS).(*parser.BinaryExpr); ok && additive(e.Op) && additive(left.Op) { // a chain, evaluated from the left
			out.LHS = Bare(out.LHS)
		}
		return &out
	case *parser.UnaryExpr:
		return &parser.UnaryExpr{Op: e.Op, Expr: operand(e.Expr)}
	case *parser.AggregateExpr:
		out := *e
		out.Expr = parenthesized(e.Expr)
		return &out
	case *parser.Call:
		out := *e
		out.Args = slices.Clone(e.Args)
		for i, arg := range out.Args {
			out.Args[i] = parenthesized(arg)
		}
		return &out
	case *parser.SubqueryExpr:
		out := *e
		out.Expr = operand(e.Expr)
		return &out
	default:
		return e
	}
}

func operand(e parser.Expr) parser.Expr { return Paren(parenthesized(e)) }

func additive(op parser.ItemType) bool { return op == parser.ADD || op == parser.SUB }
