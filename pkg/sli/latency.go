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
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Latency counts observations over a threshold in a histogram: a classic one by its buckets, a
// native one by interpolation.
type Latency struct {
	Histogram string        // PromQL selector as written, with or without the suffix "_bucket", without an `le` matcher
	Threshold time.Duration // > 0
	Unit      string        // of the histogram's `le`: "s" or "ms"
	Increase  bool          // count with increase(), as other tools do
}

// Traits implements Indicator.
func (i *Latency) Traits() Traits { return Traits{Kind: KindLatency, Source: i.Histogram} }

// Inputs implements Indicator.
func (i *Latency) Inputs() []Input { return []Input{{"histogram", &i.Histogram, Histogram, false}} }

func readLatency(d reader, o decode.Object) Indicator {
	l := Latency{Increase: isIncrease(o)}
	l.Histogram, l.Unit = d.histogram(o)
	l.Threshold = d.limit(o, "threshold")
	return &l
}

// ReadP95 reads a histogram with a target, the field p95 of an SLO. It returns nil, and reports a
// problem, if the node is invalid.
func ReadP95(d *decode.Decoder, n decode.Node) *Latency {
	o, ok := d.Object(n, "a mapping with histogram and target", []string{"histogram", "target", "unit"})
	if !ok {
		return nil
	}
	var l Latency
	l.Histogram, l.Unit = reader{d}.histogram(o)
	l.Threshold = reader{d}.limit(o, "target")
	return &l
}

// limit reads a duration to which observations are compared.
func (d reader) limit(o decode.Object, name string) time.Duration {
	at := o.Require(name, name+": 300ms")
	limit, ok := d.Duration(at, "300ms")
	if ok && limit <= 0 {
		d.Report(at, "must be above 0, for example 300ms")
	}
	return limit
}

// Count counts the observations of a histogram, and those at or under the threshold. `le` values
// are compared as numbers, because Prometheus 2 exports "1" where 3 exports "1.0", and a window may
// contain both. A series counts in whichever form, classic or native, has samples. Without facts,
// the bucket is the one at the threshold, in any spelling.
func (i *Latency) Count(by []string, seen *ServerFacts) (Counting, error) {
	ms, err := BucketSelector(i.Histogram)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	if seen == nil {
		total, good := buckets(*i, ms)
		return countExpressions(total, good, true, i.Increase, by), nil
	}
	found, err := seen.Layout(i.Histogram)
	if err != nil {
		return Counting{}, err
	}
	if i.Increase && found.IsOnlyNative() {
		return nativeIncrease(*i, by)
	}
	return i.count(ms, by, found)
}

func (i *Latency) count(ms []*labels.Matcher, by []string, found Layout) (Counting, error) {
	l, les, native := *i, found.LEs, found.Native
	at := threshold(l)
	under, all, have := splitBounds(les, at)
	if native && len(les) == 0 {
		under, all = promexpr.Spellings(at), []string{"+Inf"}
	}
	if len(under) == 0 || len(all) == 0 {
		return Counting{},
			fmt.Errorf("sli.latency.threshold: %w", &NoBucketError{l.Threshold, Selector(ms), l.Unit, have})
	}
	if l.Increase {
		total, good := buckets(l, ms)
		return countExpressions(total, good, true, true, by), nil
	}
	bucket := func(les ...string) *labels.Matcher { return promexpr.OneOf(model.BucketLabel, les...) }
	q := counting.CountersOf(append(ms, bucket(slices.Concat(under, all)...)), by, counting.AllSeries(bucket(all...)),
		counting.AllSeries(bucket(under...)))
	c := Counting{Good: true}
	if native {
		s := &q.Selectors[0]
		var err error
		if s.Native, err = histogramMatchers(l.Histogram, ""); err != nil {
			return Counting{}, err
		}
		s.Bounds = []counting.Bound{{LE: all[0], Value: math.Inf(1)}, {LE: under[0], Value: at}}
		c.Notices = []string{noticeInterpolated}
	}
	c.Query = q
	return c, nil
}

func buckets(l Latency, ms []*labels.Matcher) (total, good *parser.VectorSelector) {
	bucket := func(bound float64) *parser.VectorSelector {
		return promexpr.Selector(append(slices.Clone(ms), promexpr.Bound(bound)))
	}
	return bucket(math.Inf(1)), bucket(threshold(l))
}

// LatencySelectors returns selectors of a classic histogram: observations at or under the
// threshold, and all observations.
func LatencySelectors(l Latency) (good, total string, err error) {
	ms, err := BucketSelector(l.Histogram)
	if err != nil {
		return "", "", fmt.Errorf("sli.latency.%w", err)
	}
	all, under := buckets(l, ms)
	return Selector(under.LabelMatchers), Selector(all.LabelMatchers), nil
}

const bucketSuffix = "_bucket"

// BucketSelector returns the matchers of a histogram's buckets, for a name with the suffix or without.
func BucketSelector(histogram string) ([]*labels.Matcher, error) {
	return histogramMatchers(histogram, bucketSuffix)
}

// histogramMatchers are the matchers of a histogram, with the suffix of its name replaced.
func histogramMatchers(histogram, suffix string) ([]*labels.Matcher, error) {
	ms, err := parseMatchers(histogram)
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	ms = slices.Clone(ms)
	for i, m := range ms {
		if m.Name == model.MetricNameLabel {
			ms[i] = promexpr.Equal(m.Name, strings.TrimSuffix(m.Value, bucketSuffix)+suffix)
		}
	}
	return ms, nil
}

// NoBucketError means that no bucket ends at the threshold. There is no count, because a count
// between two buckets would be a guess.
type NoBucketError struct {
	Threshold time.Duration
	Histogram string
	Unit      string
	Have      []float64 // ascending, without +Inf
}

func (e *NoBucketError) Error() string {
	if len(e.Have) == 0 {
		return fmt.Sprintf("no histogram found: %s has no buckets in this window. Check the metric name and labels",
			e.Histogram)
	}
	have := make([]string, len(e.Have))
	for i, b := range e.Have {
		have[i] = strconv.FormatFloat(b, 'g', -1, 64)
	}
	return fmt.Sprintf("latency threshold %s has no bucket in %s (have %s, in %s)", e.Threshold, e.Histogram,
		strings.Join(have, ", "), e.Unit)
}

// Buckets returns a query of all buckets, grouped by `by` and `le`. les are the existing `le`
// values. With native, series of native histograms are counted at the same bounds.
func Buckets(l Latency, by, les []string, native bool) (counting.Counters, error) {
	ms, err := BucketSelector(l.Histogram)
	if err != nil {
		return counting.Counters{}, err
	}
	q := counting.CountersOf(ms, append(slices.Clone(by), model.BucketLabel), counting.AllSeries())
	if !native {
		return q, nil
	}
	s := &q.Selectors[0]
	if s.Native, err = histogramMatchers(l.Histogram, ""); err != nil {
		return counting.Counters{}, err
	}
	for _, le := range les {
		if v, err := strconv.ParseFloat(le, 64); err == nil &&
			!slices.ContainsFunc(s.Bounds, func(b counting.Bound) bool { return b.Value == v }) {
			s.Bounds = append(s.Bounds, counting.Bound{LE: le, Value: v})
		}
	}
	return q, nil
}

func threshold(l Latency) float64 { return inUnit(l.Threshold, l.Unit) }

func inUnit(d time.Duration, unit string) float64 {
	if unit == "ms" {
		return float64(d) / float64(time.Millisecond)
	}
	return d.Seconds()
}

// equalBounds compares bucket bounds with a tolerance: 300 ms and 0.3 differ in the last bit.
func equalBounds(a, b float64) bool {
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return a == b
	}
	return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}

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
