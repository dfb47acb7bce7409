package sli

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Recorded uses the series of existing recording rules: the share of bad (or good) events and, if
// recorded, the rate of all events.
type Recorded struct {
	Ratio string // selector
	Good  bool   // Ratio is the share of good events
	Total string // selector; "": every slice has the same weight
	Slice time.Duration
}

// Traits implements Indicator.
func (i *Recorded) Traits() Traits {
	t := Traits{Kind: KindRecorded, Source: cmp.Or(i.Total, i.Ratio), Grain: i.Slice}
	if i.Total == "" {
		t.Slice = i.Slice
	}
	return t
}

// Inputs implements Indicator.
func (i *Recorded) Inputs() []Input {
	return []Input{{"ratio", &i.Ratio, Gauge, false}, {"total", &i.Total, Gauge, false}}
}

func readRecorded(d reader, o decode.Object) Indicator {
	r := Recorded{Slice: d.slice(o, 5*time.Minute)}
	r.Ratio, _ = d.selector(o.Require("ratio", `ratio: 'slo:sli_error:ratio_rate5m{sloth_id="x"}'`))
	r.Good = o.Choice("of", "unknown %s. The ratio is the share of bad (the default) or good events", "bad",
		"good") == "good"
	r.Total, _ = d.selector(o.Get("total"))
	return &r
}

// Count weights every value of the recorded ratio by the time between two values and, if recorded,
// by the rate of events.
func (i *Recorded) Count(by []string, seen *ServerFacts) (Counting, error) {
	interval, err := seen.interval(i.Ratio)
	if err != nil {
		return Counting{}, err
	}
	recorded, err := promexpr.ParseSelector(i.Ratio)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.ratio: %w", err)
	}
	step, reader := commonStep(i.Slice, interval), sliceReader{by, lookback(interval)}
	ratio := promexpr.Aggregate(parser.AVG, by,
		promexpr.Binary(parser.GTE, reader.value(recorded), promexpr.Number(math.Inf(-1))))
	if i.Good {
		ratio = promexpr.Binary(parser.SUB, promexpr.Number(1), ratio)
	}
	id := "recorded " + strconv.FormatBool(i.Good) + " " + i.Slice.String() + " " + step.String() + "\n" +
		recorded.String()
	sum := func(e parser.Expr, factor float64) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			return promexpr.Times(overSubquery("sum_over_time", e, cell, step), factor)
		}
	}
	number := func(e parser.Expr, factor float64) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			return promexpr.Times(overSubquery("count_over_time", e, cell, step), factor)
		}
	}
	covered := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr { return number(e, float64(step)/float64(cell))(cell) }
	}
	if i.Total == "" {
		weight := float64(step) / float64(i.Slice)
		c := newServerCounting(id, by, number(ratio, weight), sum(ratio, weight), covered(ratio))
		c.Notices = []string{"without total every recorded ratio has the same weight, busy or idle: a mean of ratios"}
		return c, nil
	}
	vs, err := promexpr.ParseSelector(i.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.recorded.total: %w", err)
	}
	rate := promexpr.Aggregate(parser.SUM, by, reader.value(vs))
	seconds := step.Seconds()
	total := promexpr.On(by, parser.LAND, rate, ratio)
	bad := promexpr.On(by, parser.MUL, rate, ratio)
	idle := promexpr.Binary(parser.EQLC, rate, promexpr.Number(0)) // has no ratio
	measured := covered(promexpr.Binary(parser.LOR, total, idle))
	return newServerCounting(id+"\n"+vs.String(), by, sum(total, seconds), sum(bad, seconds), measured), nil
}

// commonStep is the greatest common divisor of slice and interval: at this step every recorded
// value of a slice is read equally often.
func commonStep(slice, interval time.Duration) time.Duration {
	if interval == 0 {
		interval = time.Minute
	}
	for interval > 0 {
		slice, interval = interval, slice%interval
	}
	return slice
}
