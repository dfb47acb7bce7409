package counting

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/cells"
)

// BenchmarkPass counts a million samples out of chunks.
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
	q := Of([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "requests_total")}, []string{"workload"}, All())
	run := cells.Run{Level: cells.Hour, From: origin.Unix(), To: origin.Unix() + 42*3600}
	b.ReportAllocs()
	for b.Loop() {
		p := newPass(q, []cells.Run{run}, evidence{})
		p.sources = []source{{}}
		for i := range series {
			metric := labels.FromStrings("__name__", "requests_total", "instance", string(rune('a'+i)), "workload", "w")
			if err := p.Series(0, metric, &chunkSamples{chunks: stored}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(series*chunks*perChunk), "ns/sample")
}

// chunkSamples iterates over chunks, one after the other.
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
		t, v := c.Iterator.At()
		c.floats = append(c.floats, Sample{T: t, V: v})
	}
	return chunkenc.ValFloat
}

func (c *chunkSamples) Floats() []Sample { return c.floats }
