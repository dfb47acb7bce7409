package sli

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// NativeSelector returns the selector of a native histogram, which has no suffix.
func NativeSelector(histogram string) (string, error) {
	ms, err := nativeMatchers(histogram)
	return Selector(ms), err
}

func nativeMatchers(histogram string) ([]*labels.Matcher, error) {
	ms, err := parseMatchers(histogram)
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	ms = slices.Clone(ms)
	for i, m := range ms {
		if m.Name == model.MetricNameLabel {
			ms[i] = labels.MustNewMatcher(labels.MatchEqual, m.Name, strings.TrimSuffix(m.Value, bucketSuffix))
		}
	}
	return ms, nil
}

// nativeLatency counts the observations of a native histogram. The count is a counter at the
// borders of cells. Observations at or under the threshold are that count times histogram_fraction,
// which interpolates within a bucket.
func nativeLatency(l Latency, by []string) (Counting, error) {
	vs, err := histogramOf(l.Histogram, true)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	at := threshold(l)
	if l.Increase {
		return nativeIncrease(vs, at, by), nil
	}
	now := func(cell time.Duration) parser.Expr { return promexpr.Over("last_over_time", promexpr.Plain(vs), cell) }
	count := func(h parser.Expr) parser.Expr { return promexpr.Call("histogram_count", h) }
	// The comparison removes the fraction of an empty histogram, which is NaN.
	under := func(h parser.Expr) parser.Expr {
		fraction := promexpr.Call("histogram_fraction", promexpr.Number(math.Inf(-1)), promexpr.Number(at), h)
		return promexpr.Binary(parser.GTE, promexpr.Binary(parser.MUL, fraction, count(h)), promexpr.Number(0))
	}
	total := func(cell time.Duration) parser.Expr {
		before := valueBefore(vs, cell)
		estimate := count(promexpr.Over("increase", promexpr.Plain(vs), cell))
		return promexpr.Aggregate(parser.SUM, by, estimateAtReset(vs, cell, estimate, riseOrValue(count(now(cell)), count(before), before)))
	}
	good := func(cell time.Duration) parser.Expr {
		before := valueBefore(vs, cell)
		risen := promexpr.Binary(parser.GTE, promexpr.Binary(parser.SUB, count(now(cell)), count(before)), promexpr.Number(0))
		// A histogram that becomes coarser changes its interpolation slightly, so only the count
		// shows a reset.
		rise := promexpr.Binary(parser.LAND, promexpr.Call("clamp_min", promexpr.Binary(parser.SUB, under(now(cell)), under(before)), promexpr.Number(0)), risen)
		estimate := under(promexpr.Over("increase", promexpr.Plain(vs), cell))
		return promexpr.Aggregate(parser.SUM, by, estimateAtReset(vs, cell, estimate, promexpr.Binary(parser.LOR, rise, whereAnySeries(under(now(cell)), before))))
	}
	c := newServerCounting(fmt.Sprintf("native %g\n%s", at, vs), by, total, good, coverageOf(vs, by))
	c.Good = true
	c.Notices = []string{noticeInterpolated}
	return c, nil
}

const noticeInterpolated = "a native histogram: the good events are interpolated where the threshold lies within a bucket"

// NativeQuantile returns PromQL of the quantile of a native histogram over a window, by group.
func NativeQuantile(l Latency, q float64, by []string, window time.Duration) (string, error) {
	vs, err := histogramOf(l.Histogram, true)
	if err != nil {
		return "", err
	}
	return promexpr.Call("histogram_quantile", promexpr.Number(q), promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, window))).String(), nil
}

func nativeIncrease(vs *parser.VectorSelector, at float64, by []string) Counting {
	growth := func(cell time.Duration) parser.Expr {
		return promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", promexpr.Plain(vs), max(cell, minIncreaseRange)))
	}
	share := func(cell time.Duration) float64 { return float64(cell) / float64(max(cell, minIncreaseRange)) }
	total := func(cell time.Duration) parser.Expr {
		return promexpr.Times(promexpr.Call("histogram_count", growth(cell)), share(cell))
	}
	good := func(cell time.Duration) parser.Expr {
		fraction := promexpr.Call("histogram_fraction", promexpr.Number(math.Inf(-1)), promexpr.Number(at), growth(cell))
		return promexpr.Times(promexpr.Binary(parser.MUL, fraction, promexpr.Call("histogram_count", growth(cell))), share(cell))
	}
	c := newServerCounting(fmt.Sprintf("native increase %g\n%s", at, vs), by, total, good, coverageOf(vs, by))
	c.Good = true
	c.Notices = []string{noticeInterpolated, noticeEstimated}
	return c
}
