package dialect

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// more than rounding: a counter that was reset rose by more than its values differ.
const rounding = 1.000001

// Translate is a PromQL expression as the server must be asked for it to mean what Prometheus means.
//
// Thanos takes the resets out of the counters that it hands to rate, increase and resets: resets() is always 0 there. The
// growth that increase() sees beyond the plain difference (delta, which is given the samples as they are) tells them all
// the same. Native histograms keep theirs. A server that was not recognised may be a Thanos: there, either sign counts.
//
// VictoriaMetrics divides by the time between the first and the last sample in rate(): a container that lived for a tenth of
// the range would have used ten times as much. Its increase() is divided by the range instead.
func (d Dialect) Translate(expr string) string {
	if d.Product == VictoriaMetrics {
		return withRatesOverRanges(expr)
	}
	if d.Product != Thanos && d.Product != Unknown {
		return expr
	}
	e, err := promexpr.ParseVerbatim(expr)
	if err != nil {
		return expr // the server says better what is wrong
	}
	found, native := false, false
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if c, ok := n.(*parser.Call); ok {
			found = found || c.Func.Name == "resets"
			native = native || c.Func.Name == "histogram_count" || c.Func.Name == "histogram_fraction"
		}
		return nil
	})
	if !found || native {
		return expr
	}
	// Of resets(x), expressions of ours ask only whether it is above 0.
	return replaceCalls(e, "resets", d.increaseAboveDelta).String()
}

// withRatesOverRanges replaces rate() by what it is in Prometheus, but for extrapolation.
func withRatesOverRanges(expr string) string {
	if !strings.Contains(expr, "rate(") {
		return expr
	}
	e, err := promexpr.ParseVerbatim(expr)
	if err != nil {
		return expr // the server says better what is wrong
	}
	return replaceCalls(e, "rate", func(rate *parser.Call) parser.Expr {
		m, ok := rate.Args[0].(*parser.MatrixSelector)
		if !ok {
			return rate
		}
		return promexpr.Paren(promexpr.Binary(parser.DIV, promexpr.Call("increase", rate.Args...), promexpr.Number(m.Range.Seconds())))
	}).String()
}

// replaceCalls replaces the calls of a function.
func replaceCalls(e parser.Expr, function string, by func(*parser.Call) parser.Expr) parser.Expr {
	inside := func(e parser.Expr) parser.Expr { return replaceCalls(e, function, by) }
	switch e := e.(type) {
	case *parser.ParenExpr:
		e.Expr = inside(e.Expr)
	case *parser.UnaryExpr:
		e.Expr = inside(e.Expr)
	case *parser.AggregateExpr:
		e.Expr = inside(e.Expr)
	case *parser.SubqueryExpr:
		e.Expr = inside(e.Expr)
	case *parser.BinaryExpr:
		e.LHS, e.RHS = inside(e.LHS), inside(e.RHS)
	case *parser.Call:
		if e.Func.Name == function {
			return by(e)
		}
		for i, arg := range e.Args {
			e.Args[i] = inside(arg)
		}
	}
	return e
}

func (d Dialect) increaseAboveDelta(resets *parser.Call) parser.Expr {
	var rose parser.Expr = promexpr.Binary(parser.GTR, promexpr.Call("increase", resets.Args...),
		promexpr.Times(promexpr.Call("delta", resets.Args...), rounding))
	if d.Product == Unknown {
		rose = promexpr.Binary(parser.LOR, promexpr.Binary(parser.GTR, resets, promexpr.Number(0)), rose)
	}
	return promexpr.Paren(rose)
}

// NativeHistograms reports whether native histograms can be counted. Prometheus 2 had them as an experiment, and its
// last_over_time and offset leave them out.
func (d Dialect) NativeHistograms() bool {
	return !d.ClosedRanges || d.Product != Prometheus && d.Product != Unknown
}
