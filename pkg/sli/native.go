package sli

import (
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// NativeSelector returns the selector of a native histogram, which has no suffix.
func NativeSelector(histogram string) (string, error) {
	ms, err := histogramMatchers(histogram, "")
	return Selector(ms), err
}

const noticeInterpolated = "a native histogram: the good events are interpolated where the threshold lies within a bucket"

// NativeQuantile returns PromQL of the quantile of a native histogram over a window, by group.
func NativeQuantile(l Latency, q float64, by []string, window time.Duration) (string, error) {
	vs, err := histogramOf(l.Histogram, true)
	if err != nil {
		return "", err
	}
	return promexpr.Call("histogram_quantile", promexpr.Number(q),
		promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, window))).String(), nil
}

// nativeIncrease counts the observations of a native histogram with increase(). Observations at or
// under the threshold are the count times histogram_fraction, which interpolates within a bucket.
func nativeIncrease(l Latency, by []string) (Counting, error) {
	vs, err := histogramOf(l.Histogram, true)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	at := threshold(l)
	growth := func(cell time.Duration) parser.Expr {
		return promexpr.Aggregate(parser.SUM, by,
			promexpr.Over("increase", promexpr.Plain(vs), max(cell, minIncreaseRange)))
	}
	share := func(cell time.Duration) float64 { return float64(cell) / float64(max(cell, minIncreaseRange)) }
	total := func(cell time.Duration) parser.Expr {
		return promexpr.Times(promexpr.Call("histogram_count", growth(cell)), share(cell))
	}
	good := func(cell time.Duration) parser.Expr {
		fraction := promexpr.Call("histogram_fraction", promexpr.Number(math.Inf(-1)), promexpr.Number(at),
			growth(cell))
		return promexpr.Times(promexpr.Binary(parser.MUL, fraction, promexpr.Call("histogram_count", growth(cell))),
			share(cell))
	}
	c := newServerCounting(fmt.Sprintf("native increase %g\n%s", at, vs), by, total, good, coverageOf(vs, by))
	c.Good = true
	c.Notices = []string{noticeInterpolated, noticeEstimated}
	return c, nil
}
