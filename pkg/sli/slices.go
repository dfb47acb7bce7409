package sli

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
)

// whereAnySeries returns e if `known` has any series, with any labels.
func whereAnySeries(e, known parser.Expr) parser.Expr { return promexpr.On(nil, parser.LAND, e, known) }

// overSubquery evaluates e at the multiples of step within a cell and applies an _over_time
// function to the results. The range is a second shorter, so that it excludes the left end of the
// cell on every server: Prometheus 2 includes it, 3 does not.
func overSubquery(function string, e parser.Expr, cell, step time.Duration) parser.Expr {
	return promexpr.Call(function, promexpr.Subquery(e, cell-time.Second, step))
}

// countSlices counts slices of time. A slice belongs to the cell in which it ends. It is measured
// if e is a number at its end, and bad if the comparison fails for any series of the group.
func countSlices(e parser.Expr, op parser.ItemType, value float64, slice time.Duration, by []string) Counting {
	worst := worstOf(e, op, by) // one series for each group, if one value decides
	numbers := promexpr.Binary(parser.GTE, worst, promexpr.Number(math.Inf(-1)))
	measured := promexpr.Aggregate(parser.COUNT, by, numbers)
	bad := promexpr.Aggregate(parser.COUNT, by, promexpr.Binary(opposite[op], numbers, promexpr.Number(value)))
	count := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr { return overSubquery("count_over_time", e, cell, slice) }
	}
	c := newServerCounting("slices of "+slice.String()+"\n"+bad.String(), by, count(measured), count(bad), nil)
	sums := c.Query.(counting.Sums)
	sums.Each = slice // the coverage is that of the measured slices
	marks := badMarks(e, numbers, op, value, by)
	sums.Both = func(cell time.Duration) parser.Expr {
		return promexpr.Times(overSubquery("sum_over_time", marks, cell, slice), counting.BothBase)
	}
	c.Query = sums
	return c
}

// badMarks returns, for each group, 1 if the comparison fails for any of its numbers and 0 if not,
// plus a small exact summand that marks measured slices. An expression that is 0 or 1 by itself is
// not compared again.
func badMarks(e, numbers parser.Expr, op parser.ItemType, value float64, by []string) parser.Expr {
	const trace = 1. / counting.BothBase // a power of two
	switch fails := func(v float64) bool { return !comparisonHolds[op](v, value) }; {
	case isBit(e) && fails(1) && !fails(0):
		return promexpr.Binary(parser.ADD, promexpr.Number(trace), promexpr.Aggregate(parser.MAX, by, e))
	case isBit(e) && fails(0) && !fails(1):
		return promexpr.Binary(parser.SUB, promexpr.Number(1+trace), promexpr.Aggregate(parser.MIN, by, e))
	}
	fails := promexpr.Binary(opposite[op], numbers, promexpr.Number(value))
	fails.ReturnBool = true
	return promexpr.Binary(parser.ADD, promexpr.Number(trace), promexpr.Aggregate(parser.MAX, by, fails))
}

// isBit reports whether the values of an expression are always 0 or 1.
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

// worstOf returns the value of each group for which a comparison fails first. min and max ignore
// NaN. For == and !=, both sides can fail, so it returns all values.
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

var comparisonHolds = map[parser.ItemType]func(a, b float64) bool{
	parser.LSS: func(a, b float64) bool { return a < b }, parser.LTE: func(a, b float64) bool { return a <= b },
	parser.GTR: func(a, b float64) bool { return a > b }, parser.GTE: func(a, b float64) bool { return a >= b },
	parser.EQLC: func(a, b float64) bool { return a == b }, parser.NEQ: func(a, b float64) bool { return a != b },
}

var comparisons = map[string]parser.ItemType{
	"<": parser.LSS, "<=": parser.LTE, ">": parser.GTR, ">=": parser.GTE, "==": parser.EQLC, "!=": parser.NEQ,
}

func newServerCounting(id string, by []string, total, bad, coverage counting.CellExpr) Counting {
	return Counting{
		Query: counting.Sums{ID: id, By: by, Parts: []counting.CellExpr{total, bad}, Coverage: coverage},
	}
}

func histogramOf(text string, native bool) (*parser.VectorSelector, error) {
	suffix := bucketSuffix
	if native {
		suffix = ""
	}
	ms, err := histogramMatchers(text, suffix)
	return promexpr.Selector(ms), err
}

// lookback returns the maximum age of a value if samples are too far apart for a plain selector; else 0.
func lookback(interval time.Duration) time.Duration {
	if 2*interval <= dialect.Lookback {
		return 0
	}
	return 2 * interval
}

// usualIntervals are common intervals of scrapes and rules.
var usualIntervals = []time.Duration{
	5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, 45 * time.Second,
	time.Minute, 90 * time.Second, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour,
}

// UsualInterval returns the usual interval nearest to a measured interval, so that all hours are
// counted in the same way.
func UsualInterval(seen time.Duration) time.Duration {
	distance := func(d time.Duration) float64 { return math.Abs(math.Log(float64(d) / float64(seen))) }
	return slices.MinFunc(usualIntervals, func(a, b time.Duration) int { return cmp.Compare(distance(a), distance(b)) })
}

const (
	noticeEstimated = "counted with increase(), which extrapolates and does not see the first value of a new series"
	noticeAtBorders = "an expression is counted by the server at the borders of cells, and estimated with increase() in a cell with a restart. Plain selectors are exact"
)

// countExpressions counts by two expressions of counters that the server evaluates.
func countExpressions(total, part parser.Expr, good, increase bool, by []string) Counting {
	of := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			if increase {
				return increaseOf(e, by, cell)
			}
			return growthOf(e, total, by, cell)
		}
	}
	how, notice := "grown", noticeAtBorders
	if increase {
		how, notice = "increase", noticeEstimated
	}
	c := newServerCounting(how+"\n"+total.String()+"\n"+part.String(), by, of(total), of(part), coverageOf(total, by))
	c.Good = good
	c.Notices = []string{notice}
	return c
}
