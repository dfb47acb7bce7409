package promexpr

import "github.com/prometheus/prometheus/promql/parser"

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
