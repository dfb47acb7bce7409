package sli

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

const (
	// previousLookback is how far back the previous value of a counter is searched when the server counts.
	previousLookback = time.Hour
	// minIncreaseRange is the least range of increase(): it must contain two samples.
	minIncreaseRange = 5 * time.Minute
	// presenceGrain is the step at which the presence of series is checked.
	presenceGrain = 5 * time.Minute
)

// growthOf returns PromQL of the increase of an expression of counters in a cell, by group. Per
// counter, it is the difference of the last values in the cell and before it; increase() if the
// counter was reset in the cell; the whole value after a reset between two cells, and for a new
// counter. A counter is new only if `before`, an expression of the counters of all events, had
// values earlier. Otherwise its first value is a baseline.
func growthOf(e, before parser.Expr, by []string, cell time.Duration) parser.Expr {
	known := anySeries(before, by, func(vs *parser.VectorSelector) parser.Expr { return valueBefore(vs, cell) })
	return sumOf(e, by, func(vs *parser.VectorSelector) parser.Expr {
		plain := promexpr.Plain(vs)
		now, before := promexpr.Over("last_over_time", plain, cell), valueBefore(vs, cell)
		rise := promexpr.Binary(parser.GTE, promexpr.Binary(parser.SUB, now, before), promexpr.Number(0))
		reset := promexpr.Binary(parser.GTR, promexpr.Over("resets", plain, cell), promexpr.Number(0))
		estimate := promexpr.Binary(parser.LAND, promexpr.Over("increase", plain, cell), reset)
		return promexpr.Binary(parser.LOR, estimate, promexpr.Binary(parser.LOR, rise, whereAnySeries(now, known)))
	})
}

func valueBefore(vs *parser.VectorSelector, cell time.Duration) parser.Expr {
	return promexpr.Over("last_over_time", promexpr.Offset(vs, cell), previousLookback)
}

// sliceReader builds PromQL of counters at the ends of slices of time.
type sliceReader struct {
	by []string
	// lookback is the maximum age of a value; 0: that of a plain selector.
	lookback time.Duration
}

func (r sliceReader) value(vs *parser.VectorSelector) parser.Expr {
	if r.lookback == 0 {
		return vs
	}
	return promexpr.Over("last_over_time", vs, r.lookback)
}

// growth returns PromQL of the increase of an expression of counters over a span, by group, from
// the values at its ends. After a reset it adds the highest value before and the value after the
// reset; increases between two resets are missing. A counter is new only if `before` had values.
func (r sliceReader) growth(e, before parser.Expr, span time.Duration) parser.Expr {
	known := anySeries(before, r.by,
		func(vs *parser.VectorSelector) parser.Expr { return r.value(promexpr.Offset(vs, span)) })
	return sumOf(e, r.by, func(vs *parser.VectorSelector) parser.Expr {
		now, then := r.value(promexpr.Plain(vs)), r.value(promexpr.Offset(vs, span))
		rise := promexpr.Binary(parser.GTE, promexpr.Binary(parser.SUB, now, then), promexpr.Number(0))
		highest := promexpr.Binary(parser.SUB, promexpr.Over("max_over_time", promexpr.Plain(vs), span), then)
		again := promexpr.Binary(parser.ADD, now, promexpr.Call("clamp_min", highest, promexpr.Number(0)))
		return promexpr.Binary(parser.LOR, promexpr.Binary(parser.LOR, rise, again), whereAnySeries(now, known))
	})
}

// increaseOf returns the estimate of other tools: increase() over the cell, or its share of five minutes.
func increaseOf(e parser.Expr, by []string, cell time.Duration) parser.Expr {
	span := max(cell, minIncreaseRange)
	return promexpr.Times(sumOf(e, by, func(vs *parser.VectorSelector) parser.Expr {
		return promexpr.Over("increase", promexpr.Plain(vs), span)
	}), float64(cell)/float64(span))
}

// coverageOf returns the share of a cell in which the groups of an expression had series.
func coverageOf(e parser.Expr, by []string) counting.CellExpr {
	return func(cell time.Duration) parser.Expr {
		step := min(cell, presenceGrain)
		series := anySeries(e, by, func(vs *parser.VectorSelector) parser.Expr { return vs })
		return promexpr.Times(overSubquery("count_over_time", promexpr.Aggregate(parser.COUNT, by, series), cell, step),
			float64(step)/float64(cell))
	}
}
