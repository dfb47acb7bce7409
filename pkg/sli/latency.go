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
	"github.com/burnline/burnline/pkg/ledger"
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

// Latency counts the observations of a classic histogram, and those at or under
// the threshold. les are the `le` values that exist; they are compared as
// numbers, because Prometheus 2 writes "1" where 3 writes "1.0" and a window may
// hold both.
func Latency(l catalog.Latency, by, les []string) (Counting, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	under, all, have := bounds(les, threshold(l))
	if len(under) == 0 || len(all) == 0 {
		return Counting{}, fmt.Errorf("sli.latency.threshold: %w", &NoBucketError{l.Threshold, Selector(ms), l.Unit, have})
	}
	q := ledger.Counters{
		Matchers: append(ms, promexpr.OneOf(model.BucketLabel, slices.Concat(under, all)...)),
		By:       by,
		Parts: []ledger.Part{
			{Name: "total", Matchers: []*labels.Matcher{promexpr.OneOf(model.BucketLabel, all...)}},
			{Name: "good", Matchers: []*labels.Matcher{promexpr.OneOf(model.BucketLabel, under...)}},
		},
	}
	c := Counting{Reads: []ledger.Reading{q}, Total: Count{0, 0}, Part: Count{0, 1}, Good: true}
	if l.Increase {
		return withIncrease(c), nil
	}
	return c, nil
}

// Buckets reads a whole histogram: its groups are by and `le`.
func Buckets(l catalog.Latency, by []string) (ledger.Counters, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return ledger.Counters{}, err
	}
	return ledger.Counters{
		Matchers: ms,
		By:       append(slices.Clone(by), model.BucketLabel),
		Parts:    []ledger.Part{{Name: "observations"}},
	}, nil
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
