package counting

import (
	"context"
	"errors"
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom"
)

// stream hands all samples of the selections to the sink: by remote read where
// the server streams samples, else by range selectors.
func (r *Reader) stream(ctx context.Context, selections []prom.Selection, sink prom.SampleSink, stats *traffic) error {
	if r.estimator != Borders {
		streams, err := r.source.CanStreamSamples(ctx)
		if err != nil {
			return err
		}
		if streams {
			got, err := r.source.StreamSamples(ctx, selections, sink)
			stats.noteStream(selections, got)
			if !errors.Is(err, prom.ErrNoSampleStream) {
				return err
			}
		}
	}
	sink.Reset()
	return r.query(ctx, selections, sink, stats)
}

// query hands all samples of the selections to the sink, by range selectors.
func (r *Reader) query(ctx context.Context, selections []prom.Selection, sink prom.SampleSink, stats *traffic) error {
	for i, s := range selections {
		matrix, err := r.instant(ctx, rangeOf(s.Matchers, s.To.Sub(s.From).Milliseconds()), s.To.UnixMilli(), stats)
		if err != nil {
			return err
		}
		for _, series := range matrix {
			if err := sink.Series(i, asLabels(series.Metric), &queriedSeries{series: series, from: s.From.UnixMilli(), i: -1, j: -1}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *traffic) noteStream(selections []prom.Selection, got prom.StreamStats) {
	for i, s := range selections {
		samples := 0
		if i == 0 {
			samples = int(got.Samples)
		}
		t.note(rangeOf(s.Matchers, s.To.Sub(s.From).Milliseconds()).String(), nil, samples)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests += got.Requests - len(selections)
}

// queriedSeries iterates over the answer to a range selector, floats and
// histograms in the order of time, after from.
type queriedSeries struct {
	series *model.SampleStream
	from   int64 // Unix milliseconds
	i, j   int   // of the floats, and of the histograms
	now    chunkenc.ValueType
}

// Next implements prom.SampleIterator.
func (q *queriedSeries) Next() chunkenc.ValueType {
	for {
		floats, histograms := q.series.Values[q.i+1:], q.series.Histograms[q.j+1:]
		switch {
		case len(floats)+len(histograms) == 0:
			q.now = chunkenc.ValNone
			return q.now
		case len(histograms) == 0 || len(floats) > 0 && floats[0].Timestamp < histograms[0].Timestamp:
			q.i++
			q.now = chunkenc.ValFloat
		default:
			q.j++
			q.now = chunkenc.ValFloatHistogram
		}
		if q.AtT() > q.from {
			return q.now
		}
	}
}

// At is the float.
func (q *queriedSeries) At() (int64, float64) {
	p := q.series.Values[q.i]
	return int64(p.Timestamp), float64(p.Value)
}

// AtHistogram is not needed: all histograms are floats here.
func (q *queriedSeries) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	return q.AtT(), nil
}

// AtFloatHistogram has the count only; countUpTo knows the buckets.
func (q *queriedSeries) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return q.AtT(), &histogram.FloatHistogram{Count: float64(q.series.Histograms[q.j].Histogram.Count)}
}

// AtT is the time of the sample.
func (q *queriedSeries) AtT() int64 {
	if q.now == chunkenc.ValFloat {
		return int64(q.series.Values[q.i].Timestamp)
	}
	return int64(q.series.Histograms[q.j].Timestamp)
}

// AtST is unknown: the API does not show start timestamps.
func (q *queriedSeries) AtST() int64 { return 0 }

// Err is never.
func (q *queriedSeries) Err() error { return nil }

// countUpToJSON is countUpTo for a histogram as the API shows it.
func countUpToJSON(h *model.SampleHistogram, bound float64) (sum float64) {
	if math.IsInf(bound, 1) {
		return float64(h.Count)
	}
	exponential := isExponential(h.Buckets)
	for _, b := range h.Buckets {
		lower, upper, count := float64(b.Lower), float64(b.Upper), float64(b.Count)
		if part, complete := countWithin(lower, upper, count, bound, !exponential); complete {
			sum += part
		} else {
			return sum + part
		}
	}
	return sum
}

// isExponential reports whether all bounds above 0 grow by a power of two of a
// power of two, as in every schema but that of custom bounds.
func isExponential(buckets model.HistogramBuckets) bool {
	for _, b := range buckets {
		if b.Lower <= 0 || math.IsInf(float64(b.Upper), 0) {
			continue
		}
		schema := -math.Log2(math.Log2(float64(b.Upper / b.Lower)))
		if math.Abs(schema-math.Round(schema)) > 1e-6 {
			return false
		}
	}
	return true
}
