package counting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// listedSeries is the list of the series of a query.
type listedSeries struct {
	*prom.SeriesList
	from time.Time
}

const (
	// listTTL is how long a list is reused, so that a refresh is one request.
	listTTL = 5 * time.Minute
	// seriesBytes is the memory of one series in a list: a hash in a map.
	seriesBytes = 24
)

// list returns the series of the selections. A cached list of an earlier and longer range is valid
// unless it is stale. With key "", the list is not cached.
func (r *Reader) list(ctx context.Context, key string, selections []prom.Selection, isStale bool,
	stats *readStats,
) (listedSeries, error) {
	if key != "" && !isStale {
		if l, ok := r.lists.Get(key); ok && !l.from.After(selections[0].From) {
			return l, nil
		}
	}
	list, err := r.source.ListSeries(ctx, selections)
	if err != nil {
		return listedSeries{}, err
	}
	stats.note("", nil, 0)
	l := listedSeries{list, selections[0].From}
	if key != "" {
		r.lists.Add(key, l, listTTL)
	}
	return l, nil
}

// stream passes all samples of the selections to the sink: from remote read if the server can
// stream samples, else from range selectors. key identifies the query; "" if it is not repeated.
func (r *Reader) stream(ctx context.Context, key string, selections []prom.Selection, sink prom.SampleSink,
	stats *readStats,
) error {
	streams, err := false, error(nil)
	if r.estimator != Borders {
		if streams, err = r.source.CanStreamSamples(ctx); err != nil {
			return err
		}
	}
	if streams {
		err := r.streamListed(ctx, key, selections, false, sink, stats)
		if errors.Is(err, prom.ErrStaleList) { // new series have appeared
			err = r.streamListed(ctx, key, selections, true, sink, stats)
		}
		if !errors.Is(err, prom.ErrNoSampleStream) {
			return err
		}
	}
	sink.Reset()
	return r.query(ctx, selections, sink, stats)
}

func (r *Reader) streamListed(ctx context.Context, key string, selections []prom.Selection, isStale bool,
	sink prom.SampleSink, stats *readStats,
) error {
	list, err := r.list(ctx, key, selections, isStale, stats)
	if err != nil {
		return err
	}
	got, err := r.source.StreamSamples(ctx, list.SeriesList, selections, sink)
	stats.noteStream(selections, got)
	return err
}

// query passes all samples of the selections to the sink, from range selectors. Selections that differ only
// in their metric are one query, so that one server answers it, even if several have the same address.
func (r *Reader) query(ctx context.Context, selections []prom.Selection, sink prom.SampleSink, stats *readStats) error {
	type metrics map[string][]int // selections by metric
	isName := func(m *labels.Matcher) bool { return m.Name == model.MetricNameLabel }
	var order []string
	of := map[string]metrics{}
	for i, s := range selections {
		rest := fmt.Sprint(slices.DeleteFunc(slices.Clone(s.Matchers), isName), s.From, s.To)
		if of[rest] == nil {
			order, of[rest] = append(order, rest), metrics{}
		}
		metric := promexpr.Metric(s.Matchers)
		of[rest][metric] = append(of[rest][metric], i)
	}
	for _, rest := range order {
		names := slices.Sorted(maps.Keys(of[rest]))
		s := selections[of[rest][names[0]][0]]
		ms := s.Matchers
		if len(names) > 1 {
			ms = append(slices.DeleteFunc(slices.Clone(ms), isName), promexpr.OneOf(model.MetricNameLabel, names...))
		}
		matrix, err := r.instant(ctx, rangeOf(ms, s.To.Sub(s.From).Milliseconds()), s.To.UnixMilli(), stats)
		if err != nil {
			return err
		}
		for _, series := range matrix {
			for _, i := range of[rest][string(series.Metric[model.MetricNameLabel])] {
				if err := sink.Series(i, asLabels(series.Metric),
					&queriedSeries{series: series, from: s.From.UnixMilli()}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *readStats) noteStream(selections []prom.Selection, got prom.StreamStats) {
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
	t.streamed += int(got.Samples)
}

// queriedSeries iterates over the response of a range selector, floats and histograms in order of
// time, after from.
type queriedSeries struct {
	series *model.SampleStream
	from   int64 // Unix milliseconds
	i, j   int   // the next float and the next histogram
	floats []Sample
}

func (q *queriedSeries) Next() chunkenc.ValueType {
	q.floats = q.floats[:0]
	floats, histograms := q.series.Values, q.series.Histograms
	for q.j < len(histograms) && int64(histograms[q.j].Timestamp) <= q.from {
		q.j++
	}
	for ; q.i < len(floats) && (q.j == len(histograms) || floats[q.i].Timestamp < histograms[q.j].Timestamp); q.i++ {
		if t := int64(floats[q.i].Timestamp); t > q.from {
			q.floats = append(q.floats, Sample{T: t, V: float64(floats[q.i].Value)})
		}
	}
	switch {
	case len(q.floats) > 0:
		return chunkenc.ValFloat
	case q.j == len(histograms):
		return chunkenc.ValNone
	}
	q.j++
	return chunkenc.ValFloatHistogram
}

func (q *queriedSeries) Floats() []Sample { return q.floats }

// AtHistogram is not used: all histograms are floats here.
func (q *queriedSeries) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	panic("counting: the API has no integer histograms")
}

// AtFloatHistogram has only the count; countUpToJSON reads the buckets.
func (q *queriedSeries) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	h := q.histogram()
	return int64(q.series.Histograms[q.j-1].Timestamp), &histogram.FloatHistogram{Count: float64(h.Count)}
}

func (q *queriedSeries) histogram() *model.SampleHistogram {
	return q.series.Histograms[q.j-1].Histogram
}

// AtST is 0: the API has no start timestamps.
func (q *queriedSeries) AtST() int64 { return 0 }

func (q *queriedSeries) Err() error { return nil }

// countUpToJSON is countUpTo for a histogram of the JSON API.
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

// isExponential reports whether all positive bounds grow by a factor 2^(2^-n), as in every schema
// except custom bounds.
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
