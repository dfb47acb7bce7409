package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Throughput counts slices of time: a slice is good when its rate exceeds Above events per second.
type Throughput struct {
	Counter string // selector or expression of counters
	Above   float64
	Slice   time.Duration
}

// Traits implements Indicator.
func (i *Throughput) Traits() Traits { return sliceTraits(KindThroughput, i.Counter, i.Slice) }

// Inputs implements Indicator.
func (i *Throughput) Inputs() []Input { return []Input{{"counter", &i.Counter, Counter, false}} }

func readThroughput(d reader, o decode.Object) Indicator {
	t := Throughput{Slice: d.slice(o, defaultSlice)}
	t.Counter, _ = d.counters(o.Require("counter", `counter: 'requests_total{job="x"}'`))
	above := o.Require("above", "above: 50")
	if t.Above, _ = d.Number(above, "50"); t.Above < 0 {
		d.Report(above, "a rate is never below 0. Give events per second, for example 50")
	}
	return &t
}

// Count counts the slices in which the rate of events exceeds a limit.
func (i *Throughput) Count(by []string, _ *ServerFacts) (Counting, error) {
	e, err := promexpr.Parse(i.Counter)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.throughput.counter: %w", err)
	}
	return countSlices(sliceReader{by: by}.growth(e, e, i.Slice), parser.GTR, i.Above*i.Slice.Seconds(), i.Slice, by),
		nil
}
