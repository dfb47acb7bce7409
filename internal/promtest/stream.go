package promtest

import (
	"context"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom"
)

// CanStreamSamples returns true unless WithoutStream was called.
func (p *Server) CanStreamSamples(context.Context) (bool, error) { return !p.noStream, p.failure() }

// Floats returns one sample at a time.
func (b *boundedSamples) Floats() []prom.Sample {
	t, v := b.At()
	return []prom.Sample{{T: t, V: v, Start: b.AtST()}}
}

// ListSeries returns nil: StreamSamples requires no list.
func (p *Server) ListSeries(context.Context, []prom.Selection) (*prom.SeriesList, error) {
	return &prom.SeriesList{Requests: 1}, p.failure()
}

// StreamSamples passes the stored samples to the sink, as remote read does.
func (p *Server) StreamSamples(ctx context.Context, _ *prom.SeriesList, selections []prom.Selection,
	sink prom.SampleSink,
) (stats prom.StreamStats, err error) {
	if err := p.failure(); err != nil {
		return stats, err
	}
	stats.Requests = 1
	sink.Reset()
	for i, s := range selections {
		from, to := s.From.UnixMilli(), s.To.UnixMilli()
		q, err := p.storage.Querier(from+1, to)
		if err != nil {
			return stats, err
		}
		set := q.Select(ctx, true, &storage.SelectHints{Start: from + 1, End: to}, s.Matchers...)
		for set.Next() {
			stats.Series++
			samples := &boundedSamples{Iterator: set.At().Iterator(nil), from: from, to: to, read: &stats.Samples}
			if err := sink.Series(i, set.At().Labels(), samples); err != nil {
				_ = q.Close()
				return stats, err
			}
		}
		_ = q.Close()
		if err := set.Err(); err != nil {
			return stats, err
		}
	}
	return stats, ctx.Err()
}

// boundedSamples skips samples outside of (from, to], and stale markers.
type boundedSamples struct {
	chunkenc.Iterator
	from, to int64
	read     *int64
}

func (b *boundedSamples) Next() chunkenc.ValueType {
	for {
		kind := b.Iterator.Next()
		switch kind {
		case chunkenc.ValNone:
			return kind
		case chunkenc.ValFloat:
			if _, v := b.At(); value.IsStaleNaN(v) {
				continue
			}
		case chunkenc.ValHistogram:
			if _, h := b.AtHistogram(nil); value.IsStaleNaN(h.Sum) {
				continue
			}
		case chunkenc.ValFloatHistogram:
			var h *histogram.FloatHistogram
			if _, h = b.AtFloatHistogram(nil); value.IsStaleNaN(h.Sum) {
				continue
			}
		}
		if t := b.AtT(); t > b.from && t <= b.to {
			*b.read++
			return kind
		}
	}
}

// asHistogram converts a native histogram to the type of the API.
func asHistogram(t int64, h *histogram.FloatHistogram) model.SampleHistogramPair {
	out := &model.SampleHistogram{Count: model.FloatString(h.Count), Sum: model.FloatString(h.Sum)}
	for it := h.AllBucketIterator(); it.Next(); {
		if b := it.At(); b.Count != 0 {
			out.Buckets = append(out.Buckets, &model.HistogramBucket{
				Lower: model.FloatString(b.Lower), Upper: model.FloatString(b.Upper), Count: model.FloatString(b.Count),
			})
		}
	}
	return model.SampleHistogramPair{Timestamp: model.Time(t), Histogram: out}
}
