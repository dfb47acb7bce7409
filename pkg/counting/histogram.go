package counting

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom"
)

// NativeError reports a native histogram in place of counters.
type NativeError struct{ Metric labels.Labels }

func (e *NativeError) Error() string {
	return fmt.Sprintf("%s is a native histogram, not a counter. A latency SLI counts its observations", e.Metric)
}

// UserMistake is true: the definition selects the wrong series.
func (*NativeError) UserMistake() bool { return true }

// errBothForms means that a histogram has samples in classic and in native form: both must be read
// before either is counted.
var errBothForms = errors.New("a histogram has classic and native samples")

// histogramKey returns a key of a histogram, independent of its form.
func histogramKey(l labels.Labels) uint64 {
	return hashLabels(l, func(name string) bool { return name == model.BucketLabel || name == model.MetricNameLabel })
}

// bucketLabels returns the labels of the classic form for a bucket of a native histogram.
func bucketLabels(native labels.Labels, le string) labels.Labels {
	b := labels.NewBuilder(native)
	b.Set(model.MetricNameLabel, native.Get(model.MetricNameLabel)+"_bucket").Set(model.BucketLabel, le)
	return b.Labels()
}

func (p *pass) nativeSeries(selector int, metric labels.Labels, samples prom.SampleIterator) error {
	key := histogramKey(metric)
	if p.classic[key] && p.merged == nil {
		return errBothForms
	}
	bounds := p.q.Selectors[selector].Bounds
	followers := make([]*seriesCounter, len(bounds))
	buckets := make([]*bucketSamples, len(bounds))
	for i, bound := range bounds {
		if own := bucketLabels(metric, bound.LE); p.merged != nil {
			buckets[i] = p.merged.bucket(selector, own)
		} else {
			followers[i] = p.newSeriesCounter(selector, own)
		}
	}
	var h *histogram.FloatHistogram
	var integer *histogram.Histogram
	for {
		var at int64
		switch samples.Next() {
		case chunkenc.ValNone:
			for _, f := range followers {
				if f != nil {
					f.end()
				}
			}
			if err := samples.Err(); err != nil {
				return err
			}
			return p.err
		case chunkenc.ValFloat:
			continue // a metric with the name without a suffix
		case chunkenc.ValHistogram:
			at, integer = samples.AtHistogram(integer)
			h = integer.ToFloat(h)
		case chunkenc.ValFloatHistogram:
			at, h = samples.AtFloatHistogram(h)
		}
		p.samples++
		if h.Count-h.Count != 0 {
			continue // a staleness marker, or not finite
		}
		for i, bound := range bounds {
			s := Sample{T: at, V: countUpTo(h, bound.Value), Start: samples.AtST()}
			if q, ok := samples.(*queriedSeries); ok {
				s.V = countUpToJSON(q.histogram(), bound.Value)
			}
			switch {
			case buckets[i] != nil:
				buckets[i].native = append(buckets[i].native, s)
			case followers[i] != nil:
				followers[i].sample(s)
			}
		}
	}
}

// countUpTo returns the number of observations at or below a bound. It interpolates within a bucket
// like PromQL's histogram_fraction: linear between custom bounds and around zero, else exponential.
func countUpTo(h *histogram.FloatHistogram, bound float64) (sum float64) {
	if math.IsInf(bound, 1) {
		return h.Count
	}
	custom := histogram.IsCustomBucketsSchema(h.Schema)
	for it := h.AllBucketIterator(); it.Next(); {
		b := it.At()
		part, complete := countWithin(b.Lower, b.Upper, b.Count, bound, custom)
		sum += part
		if !complete {
			break
		}
	}
	return sum
}

// countWithin returns how many of a bucket's observations are at or below a bound. complete: all of them.
func countWithin(lower, upper, count, bound float64, linear bool) (part float64, complete bool) {
	switch {
	case upper <= bound || upper-bound <= 1e-9*math.Abs(bound): // 0.3 and 300 ms differ in the last bit
		return count, true
	case lower >= bound || math.IsInf(lower, 0) || math.IsInf(upper, 0):
		return 0, false // an unbounded bucket cannot be interpolated
	case linear || lower <= 0:
		return count * (bound - lower) / (upper - lower), false
	}
	return count * math.Log(bound/lower) / math.Log(upper/lower), false
}

// mergedHistogram collects the samples of histograms in both forms.
type mergedHistogram struct {
	series map[uint64]*bucketSamples // by the key of the classic form
	order  []*bucketSamples
}

// bucketSamples are the samples of one bucket.
type bucketSamples struct {
	selector        int
	labels          labels.Labels
	classic, native []Sample
}

func (m *mergedHistogram) bucket(selector int, metric labels.Labels) *bucketSamples {
	key := seriesKey(metric)
	b := m.series[key]
	if b == nil {
		b = &bucketSamples{selector: selector, labels: metric}
		m.series[key] = b
		m.order = append(m.order, b)
	}
	return b
}

func (m *mergedHistogram) count(p *pass) error {
	slices.SortFunc(m.order, func(a, b *bucketSamples) int {
		return cmp.Or(cmp.Compare(a.selector, b.selector), strings.Compare(a.labels.String(), b.labels.String()))
	})
	for _, b := range m.order {
		f := p.newSeriesCounter(b.selector, b.labels)
		if f == nil {
			continue
		}
		f.addAll(mergeForms(b.classic, b.native))
		f.end()
	}
	return p.err
}

// mergeForms merges the samples of a histogram that was stored in both forms, consecutively or at
// once: the classic samples, and native samples from times without classic ones.
func mergeForms(classic, native []Sample) []Sample {
	byTime := func(a, b Sample) int { return cmp.Compare(a.T, b.T) }
	slices.SortStableFunc(classic, byTime) // two spellings of a bound are two series
	out := slices.Clone(classic)
	for _, s := range native {
		i, same := slices.BinarySearchFunc(classic, s, byTime)
		within := i > 0 && i < len(classic) && classic[i].T-classic[i-1].T <= lookback
		if !same && !within {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, byTime)
	return out
}
