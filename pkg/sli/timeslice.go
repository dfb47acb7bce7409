package sli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Timeslice counts slices of time: a slice is good when, at its end, the comparison holds for every
// series of the group.
type Timeslice struct {
	Expr  string // any PromQL expression that gives an instant vector
	Op    string // one of Comparisons
	Value float64
	Slice time.Duration
}

// Traits implements Indicator.
func (i *Timeslice) Traits() Traits { return sliceTraits(KindTimeslice, i.Expr, i.Slice) }

// Inputs implements Indicator.
func (i *Timeslice) Inputs() []Input { return []Input{{"expr", &i.Expr, Anything, false}} }

func readTimeslice(d reader, o decode.Object) Indicator {
	t := Timeslice{Slice: d.slice(o, defaultSlice)}
	at := o.Require("expr", `expr: 'sum(queue_length)'`)
	var expr parser.Expr
	if t.Expr, expr = d.vector(at); expr != nil {
		d.refuseFilter(at, t.Expr, expr)
	}
	op := o.Require("op", `op: "<"`)
	var ok bool
	if t.Op, ok = d.Text(op, `"<"`); ok && !slices.Contains(Comparisons, t.Op) {
		d.Report(op, "%s compares nothing. It is one of %s, in quotes", decode.Quote(t.Op),
			strings.Join(Comparisons, " "))
	}
	t.Value, _ = d.Number(o.Require("value", "value: 100"), "100")
	return &t
}

// Count counts the slices in which a comparison holds.
func (i *Timeslice) Count(by []string, _ *ServerFacts) (Counting, error) {
	e, err := promexpr.Parse(i.Expr)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.timeslice.expr: %w", err)
	}
	return countSlices(sharesFromZero(e), comparisons[i.Op], i.Value, i.Slice, by), nil
}

// sharesFromZero replaces missing events by 0 in quotients of rates: in rate(good) / rate(total) if
// no event is good, and in rate(good) / (rate(good) + rate(bad)) if none is bad. Operands must be
// sums of rates or increases with the same labels.
func sharesFromZero(e parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return &parser.ParenExpr{Expr: sharesFromZero(e.Expr)}
	case *parser.BinaryExpr:
		out := *e
		out.LHS, out.RHS = sharesFromZero(e.LHS), sharesFromZero(e.RHS)
		left, right := ratesOf(e.LHS), ratesOf(e.RHS)
		if m := e.VectorMatching; m == nil || m.Card != parser.CardOneToOne || m.On || len(m.MatchingLabels) > 0 ||
			!left.sameGroups(right) || left.n+right.n > mostRates {
			return &out
		}
		orZero := func(e, other parser.Expr) parser.Expr {
			return promexpr.Paren(promexpr.Binary(parser.LOR, e, promexpr.Times(other, 0)))
		}
		switch e.Op {
		case parser.DIV:
			out.LHS = orZero(out.LHS, out.RHS)
		case parser.ADD, parser.SUB:
			out.LHS, out.RHS = orZero(out.LHS, out.RHS), orZero(out.RHS, out.LHS)
		}
		return &out
	}
	return e
}

// mostRates bounds the sums of rates in an expression that is extended: each + doubles its length.
const mostRates = 6

// rates is a linear expression of n sums of rates with the same labels; n is 0 for other expressions.
type rates struct {
	n       int
	without bool
	by      []string
}

func (r rates) sameGroups(o rates) bool {
	return r.n > 0 && o.n > 0 && r.without == o.without && promexpr.SameLabels(r.by, o.by)
}

func ratesOf(e parser.Expr) rates {
	switch e := promexpr.Bare(e).(type) {
	case *parser.AggregateExpr:
		call, ok := promexpr.Bare(e.Expr).(*parser.Call)
		if ok && e.Op == parser.SUM && slices.Contains([]string{"rate", "irate", "increase"}, call.Func.Name) {
			return rates{1, e.Without, e.Grouping}
		}
	case *parser.BinaryExpr:
		left, right := ratesOf(e.LHS), ratesOf(e.RHS)
		_, isFactor := promexpr.Bare(e.LHS).(*parser.NumberLiteral)
		_, isDivisor := promexpr.Bare(e.RHS).(*parser.NumberLiteral)
		switch {
		case (e.Op == parser.ADD || e.Op == parser.SUB) && left.sameGroups(right):
			return rates{left.n + right.n, left.without, left.by}
		case e.Op == parser.MUL && isFactor:
			return right
		case (e.Op == parser.MUL || e.Op == parser.DIV) && isDivisor:
			return left
		}
	}
	return rates{}
}

// Comparisons are the operators of a timeslice.
var Comparisons = []string{"<", "<=", ">", ">=", "==", "!="}

// refuseFilter refuses an expression that has a value only while a comparison holds. Without a
// value nothing is measured, so that no slice would be bad.
func (d reader) refuseFilter(at decode.Node, text string, e parser.Expr) {
	for {
		switch inner := promexpr.Bare(e).(type) {
		case *parser.AggregateExpr:
			e = inner.Expr
			continue
		case *parser.BinaryExpr:
			if inner.Op.IsComparisonOperator() && !inner.ReturnBool {
				d.Report(at, "%s: %s has no value while it does not hold, so the slice is not measured instead of bad. Compare with op and value, or write %s bool",
					decode.Quote(text), decode.Clip(inner.String()), inner.Op)
			}
		}
		return
	}
}
