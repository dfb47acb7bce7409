package sli

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/ledger"
)

const (
	// remembered is how long a counter may be gone and still be known when it comes back, where the server counts.
	remembered = time.Hour
	// leastRange keeps increase() from meeting fewer than two samples.
	leastRange = 5 * time.Minute
	// presence is the grain in which it is seen whether there was something to count.
	presence = 5 * time.Minute
)

// grown is what an expression of counters grew by in a cell, counted by the server: the difference of its counters' last
// values in the cell and before it; increase() where a counter was reset in the cell; the whole value after a reset between
// two cells and for a new counter. A counter is new only where `before`, an expression of the counters of all events, had
// values: else the record begins here.
func grown(e, before parser.Expr, cell time.Duration) parser.Expr {
	known := eachSelector(before, func(vs *parser.VectorSelector) parser.Expr { return previous(vs, cell) })
	return eachSelector(e, func(vs *parser.VectorSelector) parser.Expr {
		now := over("last_over_time", plain(vs), cell)
		estimate := over("increase", plain(vs), cell)
		return resetIn(vs, cell, estimate, difference(now, previous(vs, cell), known))
	})
}

// resetIn is estimate for the series that were reset in the cell, e for the others.
func resetIn(vs *parser.VectorSelector, cell time.Duration, estimate, e parser.Expr) parser.Expr {
	reset := binary(parser.GTR, over("resets", plain(vs), cell), number(0))
	return binary(parser.LOR, binary(parser.LAND, estimate, reset), e)
}

func previous(vs *parser.VectorSelector, cell time.Duration) parser.Expr {
	return over("last_over_time", earlier(vs, cell), remembered)
}

// grownInSlice is grown for a slice of time, from the values that stand at its ends. A counter that fell counted up to its
// highest value in the slice before it began anew; what it counted between two resets in one slice is not seen.
func grownInSlice(e parser.Expr, slice time.Duration) parser.Expr {
	known := eachSelector(e, func(vs *parser.VectorSelector) parser.Expr { return earlier(vs, slice) })
	return eachSelector(e, func(vs *parser.VectorSelector) parser.Expr {
		before := earlier(vs, slice)
		rise := binary(parser.GTE, binary(parser.SUB, plain(vs), before), number(0))
		highest := binary(parser.SUB, over("max_over_time", plain(vs), slice), before)
		again := binary(parser.ADD, plain(vs), call("clamp_min", highest, number(0)))
		return binary(parser.LOR, binary(parser.LOR, rise, again), whereAny(plain(vs), known))
	})
}

// difference is now - before, or now where that fell or where there is no before but something else was known.
func difference(now, before, known parser.Expr) parser.Expr {
	rise := binary(parser.GTE, binary(parser.SUB, now, before), number(0))
	return binary(parser.LOR, rise, whereAny(now, known))
}

// increased is the estimate that others show: increase() over the cell, or its share of the last five minutes.
func increased(e parser.Expr, cell time.Duration) parser.Expr {
	span := max(cell, leastRange)
	return times(eachSelector(e, func(vs *parser.VectorSelector) parser.Expr {
		return over("increase", plain(vs), span)
	}), float64(cell)/float64(span))
}

// present is the share of a cell in which the groups of an expression were there.
func present(e parser.Expr, by []string) ledger.CellExpr {
	return func(cell time.Duration) parser.Expr {
		step := min(cell, presence)
		return times(every("count_over_time", aggregate(parser.COUNT, by, e), cell, step), float64(step)/float64(cell))
	}
}
