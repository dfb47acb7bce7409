package counting

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
)

// BenchmarkPass counts a million samples from chunks.
func BenchmarkPass(b *testing.B) {
	const series, chunks, perChunk = 100, 84, 120
	stored := make([]*chunkenc.XORChunk, chunks)
	at, v := origin.UnixMilli(), 0.0
	for i := range stored {
		stored[i] = chunkenc.NewXORChunk()
		app, err := stored[i].Appender()
		if err != nil {
			b.Fatal(err)
		}
		for range perChunk {
			at, v = at+15_000, v+7
			app.Append(0, at, v)
		}
	}
	q := CountersOf([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "requests_total")},
		[]string{"workload"}, AllSeries())
	run := cells.Run{Level: cells.Hour, From: origin.Unix(), To: origin.Unix() + 42*3600}
	b.ReportAllocs()
	for b.Loop() {
		p := newPass(q, []cells.Run{run}, evidence{})
		p.sources = []form{{}}
		for i := range series {
			metric := labels.FromStrings("__name__", "requests_total", "instance", string(rune('a'+i)), "workload", "w")
			if err := p.Series(0, metric, &chunkSamples{chunks: stored}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(series*chunks*perChunk), "ns/sample")
}

// chunkSamples iterates over the samples of consecutive chunks.
type chunkSamples struct {
	chunkenc.Iterator
	chunks []*chunkenc.XORChunk
	floats []Sample
}

func (c *chunkSamples) Next() chunkenc.ValueType {
	if len(c.chunks) == 0 {
		return chunkenc.ValNone
	}
	c.Iterator, c.chunks, c.floats = c.chunks[0].Iterator(c.Iterator), c.chunks[1:], c.floats[:0]
	for c.Iterator.Next() == chunkenc.ValFloat {
		t, v := c.At()
		c.floats = append(c.floats, Sample{T: t, V: v})
	}
	return chunkenc.ValFloat
}

func (c *chunkSamples) Floats() []Sample { return c.floats }

// BenchmarkChurn counts 120 generations of three pods. Each has a counter of all requests, and one
// of errors that begins later. They are scraped every minute for 6 hours.
func BenchmarkChurn(b *testing.B) {
	source := &storedSource{}
	end := origin.Add(30 * 24 * time.Hour)
	for i, at := 0, origin; at.Before(end); i, at = i+1, at.Add(6*time.Hour) {
		for pod := range 3 {
			for code, from := range map[string]int{"200": 0, "500": 7} {
				chunk := chunkenc.NewXORChunk()
				app, err := chunk.Appender()
				if err != nil {
					b.Fatal(err)
				}
				for m := from; m < 6*60; m++ {
					app.Append(0, at.Add(time.Duration(m)*time.Minute).UnixMilli()+int64(m*37%100), float64(7*(m-from)))
				}
				name := strconv.Itoa(i) + "-" + strconv.Itoa(pod)
				source.series = append(source.series, storedSeries{
					labels.FromStrings("__name__", "requests_total", "job", "shop", "instance", name, "pod", name,
						"code", code, "workload", "w"), chunk,
				})
			}
		}
	}
	q := CountersOf([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "requests_total")},
		[]string{"workload"},
		AllSeries(), AllSeries(labels.MustNewMatcher(labels.MatchRegexp, "code", "5..")))
	runs := []cells.Run{{Level: cells.Hour, From: origin.Unix(), To: end.Unix()}}
	reader := newReader(source, Samples)
	b.ReportAllocs()
	for b.Loop() {
		got, err := (&fetch{reader: reader, request: cells.Request{Now: end.Unix() + 3600}}).countSamples(b.Context(),
			q, runs)
		if err != nil || got.Samples == 0 {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(source.series)), "µs/series")
}

// storedSource is a server without samples before its first one.
type storedSource struct {
	series []storedSeries
	floats []Sample
}

type storedSeries struct {
	labels labels.Labels
	chunk  *chunkenc.XORChunk
}

func (s *storedSource) CanStreamSamples(context.Context) (bool, error) { return true, nil }

func (s *storedSource) ListSeries(context.Context, []prom.Selection) (*prom.SeriesList, error) {
	return &prom.SeriesList{}, nil
}

func (s *storedSource) StreamSamples(_ context.Context, _ *prom.SeriesList, selections []prom.Selection,
	sink prom.SampleSink,
) (stats prom.StreamStats, err error) {
	sink.Reset()
	for _, series := range s.series {
		if !accepts(selections[0].Matchers, series.labels) {
			continue
		}
		samples := &chunkSamples{chunks: []*chunkenc.XORChunk{series.chunk}, floats: s.floats}
		if err := sink.Series(0, series.labels, samples); err != nil {
			return stats, err
		}
		s.floats = samples.floats
		stats.Samples += int64(series.chunk.NumSamples())
	}
	return stats, nil
}

func (s *storedSource) QueryRange(context.Context, string, prom.Range) (model.Matrix, []string, error) {
	return nil, nil, nil
}

func (s *storedSource) Query(context.Context, string, time.Time) (model.Matrix, []string, error) {
	return nil, nil, nil
}

func (s *storedSource) Series(context.Context, string, time.Time, time.Time) ([]model.LabelSet, []string, error) {
	return nil, nil, nil
}

func (s *storedSource) LabelValues(context.Context, string, string, time.Time, time.Time) (values, warnings []string,
	err error,
) {
	return nil, nil, nil
}
