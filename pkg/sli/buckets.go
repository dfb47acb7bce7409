package sli

import (
	"cmp"
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

// Bucket is a cumulative bucket of a classic histogram: the number of observations at or under the bound.
type Bucket struct {
	UpperBound float64 // in the histogram's unit; +Inf in the last
	Count      float64
}

// BucketQuantile estimates the q-quantile (0 < q < 1) of the buckets, linearly within a bucket, as
// Prometheus does. bounded is true if the quantile is in the +Inf bucket: the value is then the
// last finite bound, a lower limit. ok is false without observations or without a +Inf bucket.
//
// Buckets of several series must be summed before: a mean of quantiles is not a quantile.
func BucketQuantile(q float64, buckets []Bucket) (value float64, bounded, ok bool) {
	bs := slices.Clone(buckets)
	slices.SortFunc(bs, func(a, b Bucket) int { return cmp.Compare(a.UpperBound, b.UpperBound) })
	bs = mergeBuckets(bs)
	n := len(bs)
	if n < 2 || !math.IsInf(bs[n-1].UpperBound, 1) || !(bs[n-1].Count > 0) {
		return 0, false, false
	}
	for i := 1; i < n; i++ { // a bucket that was scraped later must not decrease
		bs[i].Count = max(bs[i].Count, bs[i-1].Count)
	}
	rank := q * bs[n-1].Count
	i := slices.IndexFunc(bs, func(b Bucket) bool { return b.Count >= rank })
	if i == n-1 {
		return bs[n-2].UpperBound, true, true
	}
	lower, below := 0.0, 0.0
	if i > 0 {
		lower, below = bs[i-1].UpperBound, bs[i-1].Count
	} else if bs[0].UpperBound <= 0 {
		return bs[0].UpperBound, false, true
	}
	inside := bs[i].Count - below
	if inside <= 0 {
		return bs[i].UpperBound, false, true
	}
	return lower + (bs[i].UpperBound-lower)*(rank-below)/inside, false, true
}

// mergeBuckets sums buckets of the same bound: "1" and "1.0" are equal.
func mergeBuckets(bs []Bucket) []Bucket {
	out := bs[:0]
	for _, b := range bs {
		if n := len(out); n > 0 && equalBounds(out[n-1].UpperBound, b.UpperBound) {
			out[n-1].Count += b.Count
		} else {
			out = append(out, b)
		}
	}
	return out
}

// BucketPresence contains queries for series of a classic histogram that have no bucket at the threshold.
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

// splitBounds returns the `le` values at the threshold, those of all observations, and the finite bounds, ascending.
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
