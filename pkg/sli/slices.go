package sli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
)

// whereAny is e where `known` has some series, whatever its labels.
func whereAny(e, known parser.Expr) parser.Expr { return promexpr.On(nil, parser.LAND, e, known) }

// every evaluates e at the multiples of step within a cell and applies an _over_time function to the results. The range is a
// second short, so that the cell's left end is outside on every Prometheus: 2 took it in, 3 does not.
func every(function string, e parser.Expr, cell, step time.Duration) parser.Expr {
	return promexpr.Call(function, promexpr.Subquery(e, cell-time.Second, step))
}

// countSlices counts slices of time. A slice belongs to the cell in which it ends. It is measured when e has a value then that is
// a number, and bad when the comparison fails for one of the group's series.
func countSlices(e parser.Expr, op parser.ItemType, value float64, slice time.Duration, by []string) Counting {
	worst := worstOf(e, op, by) // one a group, where there is a worst one: what follows is done once for each
	numbers := promexpr.Binary(parser.GTE, worst, promexpr.Number(math.Inf(-1)))
	measured := promexpr.Aggregate(parser.COUNT, by, numbers)
	bad := promexpr.Aggregate(parser.COUNT, by, promexpr.Binary(opposite[op], numbers, promexpr.Number(value)))
	count := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr { return every("count_over_time", e, cell, slice) }
	}
	c := serverCounted("slices of "+slice.String()+"\n"+bad.String(), by, count(measured), count(bad), nil)
	sums := c.Query.(counting.Sums)
	sums.Each = slice // the slices that were measured say how much was
	marks := marked(e, numbers, op, value, by)
	sums.Both = func(cell time.Duration) parser.Expr {
		return promexpr.Times(every("sum_over_time", marks, cell, slice), counting.BothBase)
	}
	c.Query = sums
	return c
}

// marked is, for each group, 1 where the comparison fails for any of its numbers and 0 where not, and more by an exact trace that
// says that it was measured. What is 0 or 1 by itself is not compared again: every operator goes through all slices once more.
func marked(e, numbers parser.Expr, op parser.ItemType, value float64, by []string) parser.Expr {
	const trace = 1. / counting.BothBase // a power of two
	switch fails := func(v float64) bool { return !holds[op](v, value) }; {
	case isBit(e) && fails(1) && !fails(0):
		return promexpr.Binary(parser.ADD, promexpr.Number(trace), promexpr.Aggregate(parser.MAX, by, e))
	case isBit(e) && fails(0) && !fails(1):
		return promexpr.Binary(parser.SUB, promexpr.Number(1+trace), promexpr.Aggregate(parser.MIN, by, e))
	}
	fails := promexpr.Binary(opposite[op], numbers, promexpr.Number(value))
	fails.ReturnBool = true
	return promexpr.Binary(parser.ADD, promexpr.Number(trace), promexpr.Aggregate(parser.MAX, by, fails))
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
		return promexpr.Aggregate(parser.MIN, by, e)
	case parser.LSS, parser.LTE:
		return promexpr.Aggregate(parser.MAX, by, e)
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
func serverCounted(id string, by []string, total, bad, coverage counting.CellExpr) Counting {
	return Counting{
		Query: counting.Sums{ID: id, By: by, Parts: []counting.CellExpr{total, bad}, Coverage: coverage},
	}
}

// Timeslice counts the slices in which a comparison holds.
func Timeslice(t catalog.Timeslice, by []string) (Counting, error) {
	e, err := promexpr.Parse(t.Expr)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.timeslice.expr: %w", err)
	}
	return countSlices(e, comparisons[t.Op], t.Value, t.Slice, by), nil
}

// Probe counts the slices in which no probe failed. A slice without a sample takes the value that still stands.
func Probe(p catalog.Probe, by []string) (Counting, error) {
	vs, err := promexpr.ParseSelector(p.Gauge)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.probe.gauge: %w", err)
	}
	// A millisecond short: Prometheus 2 would take in the sample that stands at the slice's left end.
	lowest := promexpr.Binary(parser.LOR, promexpr.Over("min_over_time", promexpr.Plain(vs), p.Slice-time.Millisecond), promexpr.Plain(vs))
	return countSlices(lowest, parser.GTE, 1, p.Slice, by), nil
}

// Throughput counts the slices in which more than a rate of events was counted.
func Throughput(t catalog.Throughput, by []string) (Counting, error) {
	e, err := promexpr.Parse(t.Counter)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.throughput.counter: %w", err)
	}
	return countSlices(sliceReader{by: by}.grown(e, e, t.Slice), parser.GTR, t.Above*t.Slice.Seconds(), t.Slice, by), nil
}

// QuantileSlices counts the slices whose quantile is below a limit; a slice without observations has none and is not measured.
func QuantileSlices(q catalog.Quantile, by []string, native bool) (Counting, error) {
	vs, err := histogramOf(q.Histogram, native)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.quantile.%w", err)
	}
	var growth parser.Expr
	if native {
		growth = promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, max(q.Slice, leastRange)))
	} else {
		growth = sliceReader{by: append([]string{model.BucketLabel}, by...)}.grown(vs, vs, q.Slice)
	}
	quantile := promexpr.Call("histogram_quantile", promexpr.Number(q.Quantile), growth)
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
	return promexpr.ParseSelector(Selector(ms))
}

// Ratio counts the slices in which the share of good events meets the target. A slice without a series of good (or bad)
// events has 0 of them; one without any event has no share and is not counted. interval is the time between two samples as
// seen, 0 when it is not known: a slice that holds no sample takes the events of the next longer time that holds one.
func Ratio(r catalog.Ratio, by []string, interval time.Duration) (Counting, error) {
	total, err := promexpr.Parse(r.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.ratio.total: %w", err)
	}
	part, err := promexpr.Parse(r.Bad + r.Good)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.ratio: %w", err)
	}
	reader := sliceReader{by, lookback(interval)}
	var share parser.Expr
	var before time.Duration
	for _, span := range spans(r.Slice, interval) {
		one := reader.share(total, part, span)
		if share == nil {
			share = one
		} else {
			share = promexpr.On(by, parser.LOR, share, promexpr.On(by, parser.LUNLESS, one, sampled(total, by, before)))
		}
		before = span
	}
	// A share of bad events is compared as it is: 1 - bad/total is rounded twice.
	op, target := parser.ItemType(parser.GTE), r.Target
	if r.Good == "" {
		op, target = parser.LTE, tidy(1-r.Target)
	}
	return countSlices(share, op, target, r.Slice, by), nil
}

// share is part/total of the time before an instant, by group, where total grew.
func (r sliceReader) share(total, part parser.Expr, span time.Duration) parser.Expr {
	all := promexpr.Binary(parser.GTR, r.grown(total, total, span), promexpr.Number(0))
	none := promexpr.Binary(parser.MUL, promexpr.Number(0), all)
	return promexpr.On(r.by, parser.LOR, promexpr.On(r.by, parser.DIV, r.grown(part, total, span), all), none)
}

// sampled is the groups that had a sample in the time before an instant.
func sampled(e parser.Expr, by []string, span time.Duration) parser.Expr {
	return promexpr.Aggregate(parser.GROUP, by, anySeries(e, by, func(vs *parser.VectorSelector) parser.Expr {
		return promexpr.Over("present_over_time", promexpr.Plain(vs), span-time.Millisecond) // open at its left end everywhere
	}))
}

// spans are the slice and, where samples may be further apart than a slice is long, the multiples of it that hold one sample,
// and one in spite of jitter.
func spans(slice, interval time.Duration) []time.Duration {
	out := []time.Duration{slice}
	if interval == 0 {
		interval = time.Minute
	}
	if interval < slice { // every slice holds a sample
		return out
	}
	for _, apart := range []time.Duration{interval, interval + interval/2} {
		if span := (apart + slice - 1).Truncate(slice); span > out[len(out)-1] {
			out = append(out, span)
		}
	}
	return out
}

// lookback is how old a value may be where samples are too far apart for a plain selector; 0 where they are not.
func lookback(interval time.Duration) time.Duration {
	if 2*interval <= dialect.Lookback {
		return 0
	}
	return 2 * interval
}

// usual are the intervals at which scrapes and rules are made.
var usual = []time.Duration{5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, 45 * time.Second,
	time.Minute, 90 * time.Second, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour}

// Interval is the usual interval that is nearest to the time between two samples, as it was seen in a time that holds some:
// what is counted is then the same from hour to hour.
func Interval(seen time.Duration) time.Duration {
	distance := func(d time.Duration) float64 { return math.Abs(math.Log(float64(d) / float64(seen))) }
	return slices.MinFunc(usual, func(a, b time.Duration) int { return cmp.Compare(distance(a), distance(b)) })
}

// Recorded reads recording rules: every value of the ratio, weighed by the time between two of them and by the events per
// second where their rate was recorded too. interval is the time between two samples as seen, 0 when it is not known.
func Recorded(r catalog.Recorded, by []string, interval time.Duration) (Counting, error) {
	recorded, err := promexpr.ParseSelector(r.Ratio)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.ratio: %w", err)
	}
	step, reader := evaluations(r.Slice, interval), sliceReader{by, lookback(interval)}
	ratio := promexpr.Aggregate(parser.AVG, by, promexpr.Binary(parser.GTE, reader.value(recorded), promexpr.Number(math.Inf(-1))))
	if r.Good {
		ratio = promexpr.Binary(parser.SUB, promexpr.Number(1), ratio)
	}
	id := "recorded " + strconv.FormatBool(r.Good) + " " + r.Slice.String() + " " + step.String() + "\n" + recorded.String()
	sum := func(e parser.Expr, factor float64) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			return promexpr.Times(every("sum_over_time", e, cell, step), factor)
		}
	}
	seen := func(e parser.Expr, factor float64) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			return promexpr.Times(every("count_over_time", e, cell, step), factor)
		}
	}
	covered := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr { return seen(e, float64(step)/float64(cell))(cell) }
	}
	if r.Total == "" {
		weight := float64(step) / float64(r.Slice)
		c := serverCounted(id, by, seen(ratio, weight), sum(ratio, weight), covered(ratio))
		c.Notices = []string{"without total every recorded ratio has the same weight, busy or idle: a mean of ratios"}
		return c, nil
	}
	vs, err := promexpr.ParseSelector(r.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.total: %w", err)
	}
	rate := promexpr.Aggregate(parser.SUM, by, reader.value(vs))
	seconds := step.Seconds()
	total := promexpr.On(by, parser.LAND, rate, ratio)
	bad := promexpr.On(by, parser.MUL, rate, ratio)
	return serverCounted(id+"\n"+vs.String(), by, sum(total, seconds), sum(bad, seconds), covered(rate)), nil
}

// evaluations is the step at which all values that a rule recorded in a slice are read equally often: the greatest time that
// divides both.
func evaluations(slice, interval time.Duration) time.Duration {
	if interval == 0 {
		interval = time.Minute
	}
	for interval > 0 {
		slice, interval = interval, slice%interval
	}
	return slice
}
