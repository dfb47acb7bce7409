package dialect

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// rounding is the factor by which an increase must exceed the difference of values to show a reset.
const rounding = 1.000001

// Translate returns an expression by which the server returns the result of Prometheus for expr.
//
// Thanos removes resets from the counters in rate, increase and resets, so resets() is always 0. An
// increase() greater than the plain difference (delta, which uses raw samples) shows the resets. Native
// histograms are not affected. For an unrecognized server, which may be Thanos, either sign counts.
//
// In VictoriaMetrics, rate() divides by the time between the first and last sample: a container
// that existed for a tenth of the range would have ten times the rate. Its increase() is divided by
// the range instead.
func (d Dialect) Translate(expr string) string {
	if d.Product == VictoriaMetrics {
		return withRatesOverRanges(expr)
	}
	if d.Product != Thanos && d.Product != Unknown {
		return expr
	}
	e, err := promexpr.ParseVerbatim(expr)
	if err != nil {
		return expr // the server reports the syntax error
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
	// Burnline's expressions only compare resets(x) with 0.
	return replaceCalls(e, "resets", d.increaseAboveDelta).String()
}

// withRatesOverRanges replaces rate() by Prometheus' result, except for extrapolation.
func withRatesOverRanges(expr string) string {
	if !strings.Contains(expr, "rate(") {
		return expr
	}
	e, err := promexpr.ParseVerbatim(expr)
	if err != nil {
		return expr // the server reports the syntax error
	}
	return replaceCalls(e, "rate", func(rate *parser.Call) parser.Expr {
		m, ok := rate.Args[0].(*parser.MatrixSelector)
		if !ok {
			return rate
		}
		return promexpr.Paren(promexpr.Binary(parser.DIV, promexpr.Call("increase", rate.Args...),
			promexpr.Number(m.Range.Seconds())))
	}).String()
}

func replaceCalls(e parser.Expr, function string, by func(*parser.Call) parser.Expr) parser.Expr {
	if c, ok := e.(*parser.Call); ok && c.Func.Name == function {
		return by(c)
	}
	return promexpr.MapOperands(e, func(e parser.Expr) parser.Expr { return replaceCalls(e, function, by) })
}

func (d Dialect) increaseAboveDelta(resets *parser.Call) parser.Expr {
	var rose parser.Expr = promexpr.Binary(parser.GTR, promexpr.Call("increase", resets.Args...),
		promexpr.Times(promexpr.Call("delta", resets.Args...), rounding))
	if d.Product == Unknown {
		rose = promexpr.Binary(parser.LOR, promexpr.Binary(parser.GTR, resets, promexpr.Number(0)), rose)
	}
	return promexpr.Paren(rose)
}

// NativeHistograms reports whether native histograms can be counted. In Prometheus 2 they were
// experimental: last_over_time and offset omit them.
func (d Dialect) NativeHistograms() bool {
	return !d.ClosedRanges || d.Product != Prometheus && d.Product != Unknown
}
