package bench

import (
	"context"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"
)

// generated is a storage that holds nothing: counters whose samples, one every stepMS, are computed when they are read.
// So a benchmark of our own code needs no gigabytes, and still gets its numbers from Prometheus' own engine.
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

func (q generatedQuerier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
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

func (generatedQuerier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (generatedQuerier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
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

func (e generatedEntry) Iterator(reuse chunkenc.Iterator) chunkenc.Iterator {
	it, ok := reuse.(*generatedIterator)
	if !ok {
		it = &generatedIterator{}
	}
	step := e.query.of.stepMS
	*it = generatedIterator{atMS: (e.query.mint+step-1)/step*step - step, maxMS: e.query.maxt, stepMS: step, perStep: e.perStep}
	return it
}

type generatedIterator struct {
	atMS, maxMS, stepMS int64
	perStep             float64
	begun               bool
}

func (i *generatedIterator) Next() chunkenc.ValueType {
	i.begun = true
	i.atMS += i.stepMS
	return i.here()
}

func (i *generatedIterator) Seek(t int64) chunkenc.ValueType {
	if !i.begun {
		i.Next()
	}
	if i.atMS < t {
		i.atMS = (t + i.stepMS - 1) / i.stepMS * i.stepMS
	}
	return i.here()
}

func (i *generatedIterator) here() chunkenc.ValueType {
	if i.atMS > i.maxMS {
		return chunkenc.ValNone
	}
	return chunkenc.ValFloat
}

// At is a whole number of events, as of a counter that began with the epoch.
func (i *generatedIterator) At() (int64, float64) {
	return i.atMS, float64(int64(float64(i.atMS/i.stepMS) * i.perStep))
}

func (i *generatedIterator) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	return i.atMS, nil
}

func (i *generatedIterator) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return i.atMS, nil
}

func (i *generatedIterator) AtT() int64 { return i.atMS }
func (*generatedIterator) AtST() int64  { return 0 }
func (*generatedIterator) Err() error   { return nil }
