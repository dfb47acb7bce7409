package sli

import (
	"cmp"
	"math"
	"slices"
)

// Bucket is a cumulative bucket of a classic histogram: the number of observations at or under the
// bound.
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
