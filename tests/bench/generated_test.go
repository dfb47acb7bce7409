//go:build suite

package bench

import (
	"context"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// generated is a storage of computed counters, with one sample every stepMS. So a benchmark of our
// own code needs no gigabytes, and still gets its numbers from Prometheus' own engine.
type generated struct {
	stepMS int64
	series []generatedSeries
}

type generatedSeries struct {
	labels  labels.Labels
	perStep float64 // events
}

func (g *generated) Querier(mint, maxt int64) (storage.Querier, error) {
	return generatedQuerier{g, mint, maxt}, nil
}

type generatedQuerier struct {
	of         *generated
	mint, maxt int64
}

func (q generatedQuerier) Select(_ context.Context, _ bool, _ *storage.SelectHints,
	matchers ...*labels.Matcher,
) storage.SeriesSet {
	set := &generatedSet{}
	for _, s := range q.of.series {
		if matches(s.labels, matchers) {
			set.series = append(set.series, generatedEntry{s, q})
		}
	}
	return set
}

func matches(l labels.Labels, matchers []*labels.Matcher) bool {
	for _, m := range matchers {
		if !m.Matches(l.Get(m.Name)) {
			return false
		}
	}
	return true
}

func (generatedQuerier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string,
	annotations.Annotations, error,
) {
	return nil, nil, nil
}

func (generatedQuerier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string,
	annotations.Annotations, error,
) {
	return nil, nil, nil
}

func (generatedQuerier) Close() error { return nil }

type generatedSet struct {
	series []generatedEntry
	next   int
}

func (s *generatedSet) Next() bool                      { s.next++; return s.next <= len(s.series) }
func (s *generatedSet) At() storage.Series              { return s.series[s.next-1] }
func (*generatedSet) Err() error                        { return nil }
func (*generatedSet) Warnings() annotations.Annotations { return nil }

type generatedEntry struct {
	generatedSeries
	query generatedQuerier
}

func (e generatedEntry) Labels() labels.Labels { return e.labels }

func (e generatedEntry) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	step := e.query.of.stepMS
	first := (e.query.mint + step - 1) / step
	return storage.NewListSeriesIterator(&generatedSamples{
		first: first, count: int(e.query.maxt/step - first + 1), stepMS: step, perStep: e.perStep,
	})
}

// generatedSamples are the samples of a series in the range of a query. The result of Get is valid
// until the next Get, as the iterator requires.
type generatedSamples struct {
	first   int64 // step since the epoch
	count   int
	stepMS  int64
	perStep float64
	at      generatedSample
}

func (s *generatedSamples) Len() int { return max(s.count, 0) }

// Get computes a whole number of events, as a counter that began at the epoch.
func (s *generatedSamples) Get(i int) chunks.Sample {
	step := s.first + int64(i)
	s.at = generatedSample{atMS: step * s.stepMS, events: float64(int64(float64(step) * s.perStep))}
	return &s.at
}

type generatedSample struct {
	atMS   int64
	events float64
}

func (s *generatedSample) T() int64                    { return s.atMS }
func (*generatedSample) ST() int64                     { return 0 }
func (s *generatedSample) F() float64                  { return s.events }
func (*generatedSample) H() *histogram.Histogram       { return nil }
func (*generatedSample) FH() *histogram.FloatHistogram { return nil }
func (*generatedSample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s *generatedSample) Copy() chunks.Sample         { c := *s; return &c }
