package sli

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

const (
	// previousLookback is how long a counter may be gone and still be known when it comes back, where the server counts.
	previousLookback = time.Hour
	// minIncreaseRange keeps increase() from meeting fewer than two samples.
	minIncreaseRange = 5 * time.Minute
	// presenceGrain is the grain in which it is seen whether there was something to count.
	presenceGrain = 5 * time.Minute
)

// growthOf is what an expression of counters grew by in a cell, by group, counted by the server: the difference of its counters'
// last values in the cell and before it; increase() where a counter was reset in the cell; the whole value after a reset between
// two cells and for a new counter. A counter is new only where `before`, an expression of the counters of all events, had
// values: else the record begins here.
func growthOf(e, before parser.Expr, by []string, cell time.Duration) parser.Expr {
	known := anySeries(before, by, func(vs *parser.VectorSelector) parser.Expr { return valueBefore(vs, cell) })
	return sumOf(e, by, func(vs *parser.VectorSelector) parser.Expr {
		now := promexpr.Over("last_over_time", promexpr.Plain(vs), cell)
		estimate := promexpr.Over("increase", promexpr.Plain(vs), cell)
		return estimateAtReset(vs, cell, estimate, riseOrValue(now, valueBefore(vs, cell), known))
	})
}

// estimateAtReset is estimate for the series that were reset in the cell, e for the others.
func estimateAtReset(vs *parser.VectorSelector, cell time.Duration, estimate, e parser.Expr) parser.Expr {
	reset := promexpr.Binary(parser.GTR, promexpr.Over("resets", promexpr.Plain(vs), cell), promexpr.Number(0))
	return promexpr.Binary(parser.LOR, promexpr.Binary(parser.LAND, estimate, reset), e)
}

func valueBefore(vs *parser.VectorSelector, cell time.Duration) parser.Expr {
	return promexpr.Over("last_over_time", promexpr.Offset(vs, cell), previousLookback)
}

// sliceReader reads counters at the ends of slices of time.
type sliceReader struct {
	by []string
	// lookback is how old a value may be; 0: as old as any selector's.
	lookback time.Duration
}

func (r sliceReader) value(vs *parser.VectorSelector) parser.Expr {
	if r.lookback == 0 {
		return vs
	}
	return promexpr.Over("last_over_time", vs, r.lookback)
}

// growth is what an expression of counters grew by in the time before an instant, by group, from the values at its ends. A
// counter that fell counted up to its highest value before it began anew; what it counted between two resets is not seen. A
// counter is new only where `before` had values.
func (r sliceReader) growth(e, before parser.Expr, span time.Duration) parser.Expr {
	known := anySeries(before, r.by, func(vs *parser.VectorSelector) parser.Expr { return r.value(promexpr.Offset(vs, span)) })
	return sumOf(e, r.by, func(vs *parser.VectorSelector) parser.Expr {
		now, then := r.value(promexpr.Plain(vs)), r.value(promexpr.Offset(vs, span))
		rise := promexpr.Binary(parser.GTE, promexpr.Binary(parser.SUB, now, then), promexpr.Number(0))
		highest := promexpr.Binary(parser.SUB, promexpr.Over("max_over_time", promexpr.Plain(vs), span), then)
		again := promexpr.Binary(parser.ADD, now, promexpr.Call("clamp_min", highest, promexpr.Number(0)))
		return promexpr.Binary(parser.LOR, promexpr.Binary(parser.LOR, rise, again), whereAnySeries(now, known))
	})
}

// riseOrValue is now - before, or now where that fell or where there is no before but something else was known.
func riseOrValue(now, before, known parser.Expr) parser.Expr {
	rise := promexpr.Binary(parser.GTE, promexpr.Binary(parser.SUB, now, before), promexpr.Number(0))
	return promexpr.Binary(parser.LOR, rise, whereAnySeries(now, known))
}

// increaseOf is the estimate that others show: increase() over the cell, or its share of the last five minutes.
func increaseOf(e parser.Expr, by []string, cell time.Duration) parser.Expr {
	span := max(cell, minIncreaseRange)
	return promexpr.Times(sumOf(e, by, func(vs *parser.VectorSelector) parser.Expr {
		return promexpr.Over("increase", promexpr.Plain(vs), span)
	}), float64(cell)/float64(span))
}

// coverageOf is the share of a cell in which the groups of an expression were there.
func coverageOf(e parser.Expr, by []string) counting.CellExpr {
	return func(cell time.Duration) parser.Expr {
		step := min(cell, presenceGrain)
		series := anySeries(e, by, func(vs *parser.VectorSelector) parser.Expr { return vs })
		return promexpr.Times(overSubquery("count_over_time", promexpr.Aggregate(parser.COUNT, by, series), cell, step), float64(step)/float64(cell))
	}
}
