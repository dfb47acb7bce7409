package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// BucketPresence contains queries for series of a classic histogram that have no bucket at the
// threshold.
type BucketPresence struct {
	Histogram string        // the metric's name
	Bound     string        // the `le` of the threshold
	Missing   counting.Sums // coverage of a group: the share of the time in which some of its series lack the bucket
	// PromQL at an instant: the number of a group's series, and of those with the bucket, by `le`
	Now string
	all []string
}

// IsAll reports whether an `le` is the bucket of all observations. Otherwise it is the bucket of
// the threshold.
func (p BucketPresence) IsAll(le string) bool { return slices.Contains(p.all, le) }

// NewBucketPresence returns queries at the end of each cell. les are the existing `le` values.
func NewBucketPresence(l Latency, by, les []string) (BucketPresence, error) {
	ms, err := BucketSelector(l.Histogram)
	if err != nil {
		return BucketPresence{}, fmt.Errorf("sli.latency.%w", err)
	}
	under, all, _ := splitBounds(les, threshold(l))
	if len(under) == 0 || len(all) == 0 {
		return BucketPresence{}, fmt.Errorf("sli.latency: no bucket at %s", l.Threshold)
	}
	count := func(les, by []string) parser.Expr {
		return promexpr.Aggregate(parser.COUNT, by,
			promexpr.Selector(append(slices.Clone(ms), promexpr.OneOf(model.BucketLabel, les...))))
	}
	enough := promexpr.On(by, parser.GTE, count(under, by), count(all, by))
	absent := promexpr.On(by, parser.LUNLESS, count(all, by), enough)
	return BucketPresence{
		Histogram: promexpr.Metric(ms), Bound: under[0], all: all,
		Missing: counting.Sums{
			ID: "lacking\n" + absent.String(), By: by,
			// 1
			Coverage: func(time.Duration) parser.Expr {
				return promexpr.Binary(parser.POW, absent,
					promexpr.Number(0))
			},
		},
		Now: count(slices.Concat(under, all), append(slices.Clone(by), model.BucketLabel)).String(),
	}, nil
}

// splitBounds returns the `le` values at the threshold, those of the bucket of all observations,
// and the finite bounds, ascending.
func splitBounds(les []string, at float64) (under, all []string, have []float64) {
	for _, le := range les {
		bound, err := strconv.ParseFloat(le, 64)
		switch {
		case err != nil:
		case math.IsInf(bound, 1):
			all = append(all, le)
		default:
			have = append(have, bound)
			if equalBounds(bound, at) {
				under = append(under, le)
			}
		}
	}
	slices.Sort(have)
	return under, all, slices.Compact(have)
}
