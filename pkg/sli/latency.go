package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

const bucketSuffix = "_bucket"

// BucketSelector is the selector of a histogram's buckets, whether it was
// written with the suffix or without.
func BucketSelector(l catalog.Latency) ([]*labels.Matcher, error) {
	ms, err := parse(l.Histogram)
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	ms = slices.Clone(ms)
	for i, m := range ms {
		if m.Name == model.MetricNameLabel {
			name := strings.TrimSuffix(m.Value, bucketSuffix) + bucketSuffix
			ms[i] = labels.MustNewMatcher(labels.MatchEqual, m.Name, name)
		}
	}
	return ms, nil
}

// NoBucketError says that no bucket ends at the threshold. A count between two
// buckets would be a guess, so there is none.
type NoBucketError struct {
	Threshold time.Duration
	Histogram string
	Unit      string
	Have      []float64 // ascending, without +Inf
}

func (e *NoBucketError) Error() string {
	if len(e.Have) == 0 {
		return fmt.Sprintf("no histogram found: %s has no buckets in this window; check the metric name and labels", e.Histogram)
	}
	have := make([]string, len(e.Have))
	for i, b := range e.Have {
		have[i] = strconv.FormatFloat(b, 'g', -1, 64)
	}
	return fmt.Sprintf("latency threshold %s has no bucket in %s (have %s, in %s)", e.Threshold, e.Histogram, strings.Join(have, ", "), e.Unit)
}

// Latency counts the observations of a histogram, and those at or under the
// threshold. les are the `le` values of its classic form that exist; they are
// compared as numbers, because Prometheus 2 writes "1" where 3 writes "1.0" and a
// window may hold both. native: some series are in native form. A series counts
// by whichever form has samples.
func Latency(l catalog.Latency, by, les []string, native bool) (Counting, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	at := threshold(l)
	under, all, have := bounds(les, at)
	if native && len(les) == 0 {
		under, all = promexpr.Spellings(at), []string{"+Inf"}
	}
	if len(under) == 0 || len(all) == 0 {
		return Counting{}, fmt.Errorf("sli.latency.threshold: %w", &NoBucketError{l.Threshold, Selector(ms), l.Unit, have})
	}
	if l.Increase {
		total, good := buckets(l, ms)
		return expressions(total, good, true, true, by), nil
	}
	bucket := func(les ...string) *labels.Matcher { return promexpr.OneOf(model.BucketLabel, les...) }
	q := counting.Of(append(ms, bucket(slices.Concat(under, all)...)), by, counting.All(bucket(all...)), counting.All(bucket(under...)))
	c := Counting{Good: true}
	if native {
		s := &q.Selectors[0]
		if s.Native, err = nativeSelector(l); err != nil {
			return Counting{}, err
		}
		s.Bounds = []counting.Bound{{LE: all[0], Value: math.Inf(1)}, {LE: under[0], Value: at}}
		c.Notices = []string{interpolates}
	}
	c.Query = q
	return c, nil
}

// Buckets reads a whole histogram: its groups are by and `le`. les are the values
// of `le` that exist. native: some series are in native form; they are counted at
// the same bounds.
func Buckets(l catalog.Latency, by, les []string, native bool) (counting.Counters, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return counting.Counters{}, err
	}
	q := counting.Of(ms, append(slices.Clone(by), model.BucketLabel), counting.All())
	if !native {
		return q, nil
	}
	s := &q.Selectors[0]
	if s.Native, err = nativeSelector(l); err != nil {
		return counting.Counters{}, err
	}
	for _, le := range les {
		if v, err := strconv.ParseFloat(le, 64); err == nil && !slices.ContainsFunc(s.Bounds, func(b counting.Bound) bool { return b.Value == v }) {
			s.Bounds = append(s.Bounds, counting.Bound{LE: le, Value: v})
		}
	}
	return q, nil
}

// threshold is the threshold in the histogram's unit.
func threshold(l catalog.Latency) float64 { return inUnit(l.Threshold, l.Unit) }

func inUnit(d time.Duration, unit string) float64 {
	if unit == "ms" {
		return float64(d) / float64(time.Millisecond)
	}
	return d.Seconds()
}

// same compares bucket bounds; 300 ms and 0.3 differ in the last bit.
func same(a, b float64) bool {
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return a == b
	}
	return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}
