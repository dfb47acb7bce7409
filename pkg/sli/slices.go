package sli

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
)

// countSlices counts slices of time. A slice belongs to the cell in which it ends. It is measured when e has a value then that is
// a number, and bad when the comparison fails for one of the group's series.
func countSlices(e parser.Expr, op parser.ItemType, value float64, slice time.Duration, by []string) Counting {
	worst := worstOf(e, op, by) // one a group, where there is a worst one: what follows is done once for each
	numbers := binary(parser.GTE, worst, number(math.Inf(-1)))
	measured := aggregate(parser.COUNT, by, numbers)
	bad := aggregate(parser.COUNT, by, binary(opposite[op], numbers, number(value)))
	count := func(e parser.Expr) ledger.CellExpr {
		return func(cell time.Duration) parser.Expr { return every("count_over_time", e, cell, slice) }
	}
	c := serverCounted("slices of "+slice.String()+"\n"+bad.String(), by, count(measured), count(bad), nil)
	sums := c.Reads[0].(ledger.Sums)
	sums.Each = slice // the slices that were measured say how much was
	marks := marked(e, numbers, op, value, by)
	sums.Both = func(cell time.Duration) parser.Expr {
		return times(every("sum_over_time", marks, cell, slice), ledger.BothBase)
	}
	c.Reads[0] = sums
	return c
}

// marked is, for each group, 1 where the comparison fails for any of its numbers and 0 where not, and more by an exact trace that
// says that it was measured. What is 0 or 1 by itself is not compared again: every operator goes through all slices once more.
func marked(e, numbers parser.Expr, op parser.ItemType, value float64, by []string) parser.Expr {
	const trace = 1. / ledger.BothBase // a power of two
	switch fails := func(v float64) bool { return !holds[op](v, value) }; {
	case isBit(e) && fails(1) && !fails(0):
		return binary(parser.ADD, number(trace), aggregate(parser.MAX, by, e))
	case isBit(e) && fails(0) && !fails(1):
		return binary(parser.SUB, number(1+trace), aggregate(parser.MIN, by, e))
	}
	fails := binary(opposite[op], numbers, number(value))
	fails.ReturnBool = true
	return binary(parser.ADD, number(trace), aggregate(parser.MAX, by, fails))
}

// isBit tells that an expression is 0 or 1 wherever it has a value.
func isBit(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return isBit(e.Expr)
	case *parser.AggregateExpr:
		return e.Op == parser.GROUP || (e.Op == parser.MIN || e.Op == parser.MAX) && isBit(e.Expr)
	case *parser.BinaryExpr:
		return e.ReturnBool || e.Op == parser.LOR && isBit(e.LHS) && isBit(e.RHS)
	}
	return false
}

// worstOf is the value of each group that a comparison fails for if it fails for any. min and max pass over what is no number.
// Where two sides can fail, == and !=, it is all of them.
func worstOf(e parser.Expr, op parser.ItemType, by []string) parser.Expr {
	switch op {
	case parser.GTR, parser.GTE:
		return aggregate(parser.MIN, by, e)
	case parser.LSS, parser.LTE:
		return aggregate(parser.MAX, by, e)
	}
	return e
}

var opposite = map[parser.ItemType]parser.ItemType{
	parser.LSS: parser.GTE, parser.GTE: parser.LSS, parser.GTR: parser.LTE, parser.LTE: parser.GTR,
	parser.EQLC: parser.NEQ, parser.NEQ: parser.EQLC,
}

var holds = map[parser.ItemType]func(a, b float64) bool{
	parser.LSS: func(a, b float64) bool { return a < b }, parser.LTE: func(a, b float64) bool { return a <= b },
	parser.GTR: func(a, b float64) bool { return a > b }, parser.GTE: func(a, b float64) bool { return a >= b },
	parser.EQLC: func(a, b float64) bool { return a == b }, parser.NEQ: func(a, b float64) bool { return a != b },
}

var comparisons = map[string]parser.ItemType{
	"<": parser.LSS, "<=": parser.LTE, ">": parser.GTR, ">=": parser.GTE, "==": parser.EQLC, "!=": parser.NEQ,
}

// serverCounted is a Counting whose total and bad events the server counts.
func serverCounted(id string, by []string, total, bad, coverage ledger.CellExpr) Counting {
	return Counting{
		Reads: []ledger.Reading{ledger.Sums{ID: id, By: by, Parts: []ledger.CellExpr{total, bad}, Coverage: coverage}},
		Total: Count{0, 0}, Part: Count{0, 1},
	}
}

// Timeslice counts the slices in which a comparison holds.
func Timeslice(t catalog.Timeslice, by []string) (Counting, error) {
	e, err := promQL.ParseExpr(t.Expr)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.timeslice.expr: %w", err)
	}
	return countSlices(e, comparisons[t.Op], t.Value, t.Slice, by), nil
}

// Probe counts the slices in which no probe failed. A slice without a sample takes the value that still stands.
func Probe(p catalog.Probe, by []string) (Counting, error) {
	vs, err := selectorOf(p.Gauge)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.probe.gauge: %w", err)
	}
	// A millisecond short: Prometheus 2 would take in the sample that stands at the slice's left end.
	lowest := binary(parser.LOR, over("min_over_time", plain(vs), p.Slice-time.Millisecond), plain(vs))
	return countSlices(lowest, parser.GTE, 1, p.Slice, by), nil
}

// Throughput counts the slices in which more than a rate of events was counted.
func Throughput(t catalog.Throughput, by []string) (Counting, error) {
	e, err := promQL.ParseExpr(t.Counter)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.throughput.counter: %w", err)
	}
	perSlice := aggregate(parser.SUM, by, grownInSlice(e, t.Slice))
	return countSlices(perSlice, parser.GTR, t.Above*t.Slice.Seconds(), t.Slice, by), nil
}

// QuantileSlices counts the slices whose quantile is below a limit; a slice without observations has none and is not measured.
func QuantileSlices(q catalog.Quantile, by []string, native bool) (Counting, error) {
	vs, err := histogramOf(q.Histogram, native)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.quantile.%w", err)
	}
	var growth parser.Expr
	if native {
		growth = aggregate(parser.SUM, by, over("increase", vs, max(q.Slice, leastRange)))
	} else {
		growth = aggregate(parser.SUM, append([]string{"le"}, by...), grownInSlice(vs, q.Slice))
	}
	quantile := call("histogram_quantile", number(q.Quantile), growth)
	return countSlices(quantile, parser.LSS, inUnit(q.Below, q.Unit), q.Slice, by), nil
}

func histogramOf(text string, native bool) (*parser.VectorSelector, error) {
	read := BucketSelector
	if native {
		read = nativeSelector
	}
	ms, err := read(catalog.Latency{Histogram: text})
	if err != nil {
		return nil, err
	}
	return selectorOf(Selector(ms))
}

// Recorded reads recording rules: the ratio at the end of each slice, weighed by the events of the slice where their rate
// was recorded too.
func Recorded(r catalog.Recorded, by []string) (Counting, error) {
	recorded, err := selectorOf(r.Ratio)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.ratio: %w", err)
	}
	ratio := aggregate(parser.AVG, by, binary(parser.GTE, recorded, number(math.Inf(-1))))
	if r.Good {
		ratio = binary(parser.SUB, number(1), ratio)
	}
	id := "recorded " + strconv.FormatBool(r.Good) + " " + r.Slice.String() + "\n" + recorded.String()
	sum := func(e parser.Expr, factor float64) ledger.CellExpr {
		return func(cell time.Duration) parser.Expr { return times(every("sum_over_time", e, cell, r.Slice), factor) }
	}
	seen := func(e parser.Expr, factor float64) ledger.CellExpr {
		return func(cell time.Duration) parser.Expr { return times(every("count_over_time", e, cell, r.Slice), factor) }
	}
	covered := func(e parser.Expr) ledger.CellExpr {
		return func(cell time.Duration) parser.Expr { return seen(e, float64(r.Slice)/float64(cell))(cell) }
	}
	if r.Total == "" {
		c := serverCounted(id, by, seen(ratio, 1), sum(ratio, 1), covered(ratio))
		c.Notices = []string{"without total every " + r.Slice.String() + " weighs the same, busy or idle: a mean of ratios"}
		return c, nil
	}
	vs, err := selectorOf(r.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.total: %w", err)
	}
	rate := aggregate(parser.SUM, by, vs)
	seconds := r.Slice.Seconds()
	total := joined(parser.LAND, rate, ratio, by)
	bad := joined(parser.MUL, rate, ratio, by)
	return serverCounted(id+"\n"+vs.String(), by, sum(total, seconds), sum(bad, seconds), covered(rate)), nil
}
