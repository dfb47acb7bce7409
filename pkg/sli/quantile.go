package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Quantile counts slices of time: a slice is good when the quantile of its observations is below the limit.
type Quantile struct {
	Histogram string // as Latency.Histogram
	Unit      string
	Quantile  float64 // 0 < q < 1
	Below     time.Duration
	Slice     time.Duration
}

// Traits implements Indicator.
func (i *Quantile) Traits() Traits { return sliceTraits(KindQuantile, i.Histogram, i.Slice) }

// Inputs implements Indicator.
func (i *Quantile) Inputs() []Input {
	return []Input{{"histogram", &i.Histogram, Histogram, false}}
}

func readQuantile(d reader, o decode.Object) Indicator {
	q := Quantile{Quantile: P95Quantile, Slice: d.slice(o, 5*time.Minute)}
	q.Histogram, q.Unit = d.histogram(o)
	if at := o.Get("quantile"); !at.IsAbsent() {
		var ok bool
		if q.Quantile, ok = d.Number(at, "0.95"); ok && (q.Quantile <= 0 || q.Quantile >= 1) {
			d.Report(at, "a quantile lies between 0 and 1, for example 0.95")
		}
	}
	q.Below = d.limit(o, "below")
	return &q
}

// Count counts the slices with a quantile below a limit. A slice without observations is not measured.
func (i *Quantile) Count(by []string, seen *ServerFacts) (Counting, error) {
	var found Layout
	if seen != nil {
		var err error
		if found, err = seen.Layout(i.Histogram); err != nil {
			return Counting{}, err
		}
	}
	native := found.IsOnlyNative()
	vs, err := histogramOf(i.Histogram, native)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.quantile.%w", err)
	}
	var growth parser.Expr
	if native {
		growth = promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, max(i.Slice, minIncreaseRange)))
	} else {
		growth = sliceReader{by: append([]string{model.BucketLabel}, by...)}.growth(vs, vs, i.Slice)
	}
	quantile := promexpr.Call("histogram_quantile", promexpr.Number(i.Quantile), growth)
	return countSlices(quantile, parser.LSS, inUnit(i.Below, i.Unit), i.Slice, by), nil
}
