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

// Timeslice counts slices of time: one is good when, at its end, the comparison holds for every series of the group.
type Timeslice struct {
	Expr  string // any PromQL expression that gives an instant vector
	Op    string // one of Comparisons
	Value float64
	Slice time.Duration
}

// Kind implements Indicator.
func (*Timeslice) Kind() string { return KindTimeslice }

// Source implements Indicator.
func (i *Timeslice) Source() string { return i.Expr }

// SliceLength implements Indicator.
func (i *Timeslice) SliceLength() time.Duration { return i.Slice }

// Grain implements Indicator.
func (i *Timeslice) Grain() time.Duration { return i.Slice }

// Clone implements Indicator.
func (i *Timeslice) Clone() Indicator {
	out := *i
	return &out
}

// Inputs implements Indicator.
func (i *Timeslice) Inputs() []Input {
	return []Input{{"expr", &i.Expr, Anything, false}}
}

func readTimeslice(d reader, n decode.Node) Indicator {
	o, ok := d.Object(n, "a mapping with expr, op and value", []string{"expr", "op", "value", "slice"})
	if !ok {
		return nil
	}
	t := Timeslice{Slice: d.slice(o, defaultSlice)}
	if at, ok := o.Require("expr", `expr: 'sum(queue_length)'`); ok {
		var expr parser.Expr
		if t.Expr, expr = d.vector(at); expr != nil {
			d.refuseFilter(at, t.Expr, expr)
		}
	}
	if at, ok := o.Require("op", `op: "<"`); ok {
		if t.Op, ok = d.Text(at, `"<"`); ok && !slices.Contains(Comparisons, t.Op) {
			d.Report(at, "%s compares nothing; it is one of %s, in quotes", decode.Quote(t.Op), strings.Join(Comparisons, " "))
		}
	}
	if at, ok := o.Require("value", "value: 100"); ok {
		t.Value, _ = d.Number(at, "100")
	}
	return &t
}

// Count counts the slices in which a comparison holds.
func (i *Timeslice) Count(by []string, _ *Seen) (Counting, error) {
	e, err := promexpr.Parse(i.Expr)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.timeslice.expr: %w", err)
	}
	return countSlices(sharesFromZero(e), comparisons[i.Op], i.Value, i.Slice, by), nil
}

// sharesFromZero makes 0 of a share of events that has no series: rate(good) / rate(total) in an outage, where no event is good.
// Both sides are aggregated increases or rates with the same labels.
func sharesFromZero(e parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return &parser.ParenExpr{Expr: sharesFromZero(e.Expr)}
	case *parser.BinaryExpr:
		out := *e
		out.LHS, out.RHS = sharesFromZero(e.LHS), sharesFromZero(e.RHS)
		part, whole := aggregatedRate(e.LHS), aggregatedRate(e.RHS)
		isPlain := e.VectorMatching != nil && e.VectorMatching.Card == parser.CardOneToOne && !e.VectorMatching.On && len(e.VectorMatching.MatchingLabels) == 0
		if e.Op == parser.DIV && isPlain && part != nil && whole != nil && part.Without == whole.Without && sameLabels(part.Grouping, whole.Grouping) {
			out.LHS = promexpr.Paren(promexpr.Binary(parser.LOR, e.LHS, promexpr.Times(e.RHS, 0)))
		}
		return &out
	}
	return e
}

// aggregatedRate is a sum of rates or increases; nil for anything else.
func aggregatedRate(e parser.Expr) *parser.AggregateExpr {
	sum, ok := promexpr.Bare(e).(*parser.AggregateExpr)
	if !ok || sum.Op != parser.SUM {
		return nil
	}
	call, ok := promexpr.Bare(sum.Expr).(*parser.Call)
	if !ok || !slices.Contains([]string{"rate", "irate", "increase"}, call.Func.Name) {
		return nil
	}
	return sum
}

func sameLabels(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Comparisons are the operators of a timeslice.
var Comparisons = []string{"<", "<=", ">", ">=", "==", "!="}

// refuseFilter refuses an expression that has a value only while a comparison holds: while it does not, nothing is measured, so that
// no slice is bad.
func (d reader) refuseFilter(at decode.Node, text string, e parser.Expr) {
	for {
		switch inner := promexpr.Bare(e).(type) {
		case *parser.AggregateExpr:
			e = inner.Expr
			continue
		case *parser.BinaryExpr:
			if inner.Op.IsComparisonOperator() && !inner.ReturnBool {
				d.Report(at, "%s: %s has no value while it does not hold, so the slice is not measured instead of bad; compare with op and value, or write %s bool",
					decode.Quote(text), decode.Clip(inner.String()), inner.Op)
			}
		}
		return
	}
}
