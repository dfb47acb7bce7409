package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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
	limit := inUnit(i.Below, i.Unit)
	if native {
		growth := promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, max(i.Slice, minIncreaseRange)))
		return countSlices(i.of(growth), parser.LSS, limit, i.Slice, by), nil
	}
	quantile := i.of(sliceReader{by: append([]string{model.BucketLabel}, by...)}.growth(vs, vs, i.Slice))
	if quantile, err = i.whereKnown(quantile, vs, by, found); err != nil {
		return Counting{}, err
	}
	return countSlices(quantile, parser.LSS, limit, i.Slice, by), nil
}

func (i *Quantile) of(growth parser.Expr) parser.Expr {
	return promexpr.Call("histogram_quantile", promexpr.Number(i.Quantile), growth)
}

// whereKnown leaves out quantiles of buckets that do not decide: without a finite bucket at or above
// the limit, histogram_quantile() returns the highest bound for any duration, and classic buckets do
// not contain the observations of series that are only native.
func (i *Quantile) whereKnown(quantile parser.Expr, vs *parser.VectorSelector, by []string, found Layout) (parser.Expr,
	error,
) {
	limit := inUnit(i.Below, i.Unit)
	_, all, have := splitBounds(found.LEs, limit)
	if len(have) == 0 {
		return quantile, nil
	}
	above := slices.DeleteFunc(slices.Clone(found.LEs), func(le string) bool {
		bound, err := strconv.ParseFloat(le, 64)
		return err != nil || math.IsInf(bound, 1) || bound < limit && !equalBounds(bound, limit)
	})
	if len(above) == 0 {
		return nil, fmt.Errorf("sli.quantile.below is above every bucket, so that no slice could be bad: %w",
			&NoBucketError{i.Below, Selector(vs.LabelMatchers), i.Unit, have})
	}
	buckets := func(les []string) *parser.VectorSelector {
		return promexpr.Selector(append(slices.Clone(vs.LabelMatchers), promexpr.OneOf(model.BucketLabel, les...)))
	}
	count := func(e parser.Expr) parser.Expr { return promexpr.Aggregate(parser.COUNT, by, e) }
	known := promexpr.On(by, parser.LAND, quantile, count(buckets(above)))
	if !found.Native {
		return known, nil
	}
	native, err := histogramOf(i.Histogram, true)
	onlyNative := promexpr.Binary(parser.LUNLESS, promexpr.Call("histogram_count", native), buckets(all))
	onlyNative.VectorMatching.MatchingLabels = []string{model.BucketLabel} // ignoring
	return promexpr.On(by, parser.LUNLESS, known, count(onlyNative)), err
}
