package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Ratio counts slices of time: a slice is good when its share of good events reaches the target.
type Ratio struct {
	Total  string // selector or expression of counters; exactly one of Bad and Good is set
	Bad    string
	Good   string
	Target float64 // least share of good events, 0 < t <= 1
	Slice  time.Duration
}

// Traits implements Indicator.
func (i *Ratio) Traits() Traits { return sliceTraits(KindRatio, i.Total, i.Slice) }

// Inputs implements Indicator.
func (i *Ratio) Inputs() []Input {
	return []Input{
		{"total", &i.Total, Counter, false},
		{"bad", &i.Bad, Counter, true},
		{"good", &i.Good, Counter, true},
	}
}

func readRatio(d reader, o decode.Object) Indicator {
	r := Ratio{Slice: d.slice(o, defaultSlice)}
	r.Total, r.Bad, r.Good = d.totalAndPart(o)
	r.Target = float64(ReadPercent(d.Decoder, o.Require("target", "target: 95"), "95"))
	return &r
}

// Count counts the slices in which the share of good events reaches the target. A slice without a
// series of good (or bad) events has 0 of them. A slice without any event is not counted. A slice
// without a sample uses the events of the next longer span that contains one.
func (i *Ratio) Count(by []string, seen *ServerFacts) (Counting, error) {
	interval, err := seen.interval(i.Total)
	if err != nil {
		return Counting{}, err
	}
	total, err := promexpr.Parse(i.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.ratio.total: %w", err)
	}
	part, err := promexpr.Parse(i.Bad + i.Good)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.ratio: %w", err)
	}
	reader := sliceReader{by, lookback(interval)}
	var share parser.Expr
	var before time.Duration
	for _, span := range sampleSpans(i.Slice, interval) {
		one := reader.share(total, part, span)
		if share == nil {
			share = one
		} else {
			share = promexpr.On(by, parser.LOR, share,
				promexpr.On(by, parser.LUNLESS, one, sampledGroups(total, by, before)))
		}
		before = span
	}
	// A share of bad events is compared directly: 1 - bad/total would be rounded twice.
	op, target := parser.ItemType(parser.GTE), i.Target
	if i.Good == "" {
		op, target = parser.LTE, roundDigits(1-i.Target)
	}
	return countSlices(share, op, target, i.Slice, by), nil
}

// share returns PromQL of part/total over a span, by group, if total increased.
func (r sliceReader) share(total, part parser.Expr, span time.Duration) parser.Expr {
	all := promexpr.Binary(parser.GTR, r.growth(total, total, span), promexpr.Number(0))
	none := promexpr.Binary(parser.MUL, promexpr.Number(0), all)
	return promexpr.On(r.by, parser.LOR, promexpr.On(r.by, parser.DIV, r.growth(part, total, span), all), none)
}

// sampledGroups returns the groups with a sample in a span.
func sampledGroups(e parser.Expr, by []string, span time.Duration) parser.Expr {
	return promexpr.Aggregate(parser.GROUP, by, anySeries(e, by, func(vs *parser.VectorSelector) parser.Expr {
		// excludes the left end on all servers
		return promexpr.Over("present_over_time", promexpr.Plain(vs), span-time.Millisecond)
	}))
}

// sampleSpans returns the slice and, if the interval of samples exceeds it, the multiples of it
// that contain one sample, with and without jitter.
func sampleSpans(slice, interval time.Duration) []time.Duration {
	out := []time.Duration{slice}
	if interval == 0 {
		interval = time.Minute
	}
	if interval < slice { // every slice contains a sample
		return out
	}
	for _, apart := range []time.Duration{interval, interval + interval/2} {
		if span := (apart + slice - 1).Truncate(slice); span > out[len(out)-1] {
			out = append(out, span)
		}
	}
	return out
}
