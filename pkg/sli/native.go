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

	"github.com/burnline/burnline/pkg/catalog"
)

// NativeSelector is the selector of a native histogram, which has no suffix.
func NativeSelector(l catalog.Latency) (string, error) {
	ms, err := nativeSelector(l)
	return Selector(ms), err
}

func nativeSelector(l catalog.Latency) ([]*labels.Matcher, error) {
	ms, err := parse(l.Histogram)
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

// NativeLatency counts the observations of a native histogram: how many there were is a counter at the borders of cells; how
// many were at or under the threshold is that times histogram_fraction, which interpolates within a bucket.
func NativeLatency(l catalog.Latency, by []string) (Counting, error) {
	vs, err := histogramOf(l.Histogram, true)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	at := threshold(l)
	if l.Increase {
		return nativeIncrease(vs, at, by), nil
	}
	now := func(cell time.Duration) parser.Expr { return over("last_over_time", plain(vs), cell) }
	count := func(h parser.Expr) parser.Expr { return call("histogram_count", h) }
	// The comparison drops the fraction of nothing, which is not a number.
	under := func(h parser.Expr) parser.Expr {
		fraction := call("histogram_fraction", number(math.Inf(-1)), number(at), h)
		return binary(parser.GTE, binary(parser.MUL, fraction, count(h)), number(0))
	}
	total := func(cell time.Duration) parser.Expr {
		before := previous(vs, cell)
		estimate := count(over("increase", plain(vs), cell))
		return aggregate(parser.SUM, by, resetIn(vs, cell, estimate, difference(count(now(cell)), count(before), before)))
	}
	good := func(cell time.Duration) parser.Expr {
		before := previous(vs, cell)
		risen := binary(parser.GTE, binary(parser.SUB, count(now(cell)), count(before)), number(0))
		// A histogram that got coarser moves its interpolation a little; only its count tells a reset.
		rise := binary(parser.LAND, call("clamp_min", binary(parser.SUB, under(now(cell)), under(before)), number(0)), risen)
		estimate := under(over("increase", plain(vs), cell))
		return aggregate(parser.SUM, by, resetIn(vs, cell, estimate, binary(parser.LOR, rise, whereAny(under(now(cell)), before))))
	}
	c := serverCounted(fmt.Sprintf("native %g\n%s", at, vs), by, total, good, present(vs, by))
	c.Good = true
	c.Notices = []string{interpolates}
	return c, nil
}

const interpolates = "a native histogram: the good events are interpolated where the threshold lies within a bucket"

func nativeIncrease(vs *parser.VectorSelector, at float64, by []string) Counting {
	growth := func(cell time.Duration) parser.Expr {
		return aggregate(parser.SUM, by, over("increase", plain(vs), max(cell, leastRange)))
	}
	share := func(cell time.Duration) float64 { return float64(cell) / float64(max(cell, leastRange)) }
	total := func(cell time.Duration) parser.Expr {
		return times(call("histogram_count", growth(cell)), share(cell))
	}
	good := func(cell time.Duration) parser.Expr {
		fraction := call("histogram_fraction", number(math.Inf(-1)), number(at), growth(cell))
		return times(binary(parser.MUL, fraction, call("histogram_count", growth(cell))), share(cell))
	}
	c := serverCounted(fmt.Sprintf("native increase %g\n%s", at, vs), by, total, good, present(vs, by))
	c.Good = true
	c.Notices = []string{interpolates, estimates}
	return c
}
