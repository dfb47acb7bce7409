package prom

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/tsdbutil"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

// sum adds up all samples and stores none.
type sum struct {
	samples int64
	total   float64
	h       *histogram.Histogram
	f       *histogram.FloatHistogram
}

func (s *sum) Reset() { s.samples, s.total = 0, 0 }

func (s *sum) Series(_ int, _ labels.Labels, samples SampleIterator) error {
	for kind := samples.Next(); kind != chunkenc.ValNone; kind = samples.Next() {
		s.samples++
		switch kind {
		case chunkenc.ValFloat:
			s.samples += int64(len(samples.Floats()) - 1)
			for _, at := range samples.Floats() {
				s.total += at.V
			}
		case chunkenc.ValHistogram:
			_, s.h = samples.AtHistogram(s.h)
		default:
			_, s.f = samples.AtFloatHistogram(s.f)
		}
	}
	return samples.Err()
}

// streamOver reads a response to one selection of the series pod="0" to pod="9".
func streamOver(tb testing.TB, body []byte, sink SampleSink) error {
	limiter := &bodyLimiter{ctx: tb.Context(), body: bytes.NewReader(body), limit: 64 << 20}
	list := &SeriesList{hashes: map[uint64]bool{}}
	for i := range 10 {
		list.hashes[labels.FromStrings("pod", fmt.Sprint(i)).Hash()] = true
	}
	s := &sampleStream{
		frames: frameReader{in: bufio.NewReaderSize(limiter, readBuffer)}, body: limiter, list: list, sink: sink,
		stats:      &StreamStats{},
		selections: []Selection{{From: time.UnixMilli(0), To: time.UnixMilli(math.MaxInt64 / 2)}},
		seen:       map[uint64]int{},
	}
	return s.readAll()
}

func frameOf(tb testing.TB, query int64, pod string, chunks ...prompb.Chunk) []byte {
	text, err := (&prompb.ChunkedReadResponse{
		QueryIndex: query,
		ChunkedSeries: []*prompb.ChunkedSeries{{
			Labels: []prompb.Label{{Name: "pod", Value: pod}},
			Chunks: chunks,
		}},
	}).Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return sealed(text)
}

func sealed(text []byte) []byte {
	return append(binary.BigEndian.AppendUint32(binary.AppendUvarint(nil, uint64(len(text))),
		crc32.Checksum(text, castagnoli)), text...)
}

func chunkOf(tb testing.TB, encoding chunkenc.Encoding, samples int, from int64) prompb.Chunk {
	c, err := chunkenc.NewEmptyChunk(encoding)
	if err != nil {
		tb.Fatal(err)
	}
	app, err := c.Appender()
	if err != nil {
		tb.Fatal(err)
	}
	for i := range samples {
		at := from + int64(i)*15000
		switch encoding {
		case chunkenc.EncHistogram, chunkenc.EncHistogramST:
			_, _, app, err = app.AppendHistogram(nil, 0, at, tsdbutil.GenerateTestHistogram(int64(i)), true)
		case chunkenc.EncFloatHistogram, chunkenc.EncFloatHistogramST:
			_, _, app, err = app.AppendFloatHistogram(nil, 0, at, tsdbutil.GenerateTestFloatHistogram(int64(i)), true)
		default:
			app.Append(0, at, float64(i*i%977*40))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return prompb.Chunk{
		Type: prompb.Chunk_Encoding(encoding), Data: c.Bytes(), MinTimeMs: from,
		MaxTimeMs: from + int64(samples-1)*15000,
	}
}

// FuzzChunkStream: every input gives samples or an error. A truncated stream, or one with a flipped
// bit, never gives different samples.
func FuzzChunkStream(f *testing.F) {
	end := frameOf(f, 1, "end", chunkOf(f, chunkenc.EncXOR, 1, 0))
	for _, e := range []chunkenc.Encoding{
		chunkenc.EncXOR, chunkenc.EncXOR2, chunkenc.EncHistogram,
		chunkenc.EncFloatHistogram, chunkenc.EncHistogramST, chunkenc.EncFloatHistogramST,
	} {
		one := chunkOf(f, e, 5, 1)
		f.Add(append(frameOf(f, 0, "0", one, one), end...), uint16(3), uint8(1))
		text, err := (&prompb.ChunkedReadResponse{ChunkedSeries: []*prompb.ChunkedSeries{{Labels: []prompb.Label{{
			Name:  "pod",
			Value: "1",
		}}, Chunks: []prompb.Chunk{one}}}}).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, uint16(0), uint8(0))
		f.Add(one.Data, uint16(e), uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16, way uint8) {
		body := data
		switch way % 3 {
		case 1: // a frame with a valid checksum and any content
			body = append(sealed(data), end...)
		case 2: // a chunk with any content
			body = append(frameOf(t, 0, "0", prompb.Chunk{Type: prompb.Chunk_Encoding(at % 8), Data: data}), end...)
		}
		var first, second sum
		if err := streamOver(t, body, &first); err != nil {
			if !errors.Is(err, errIncomplete) && !errors.Is(err, ErrStaleList) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		for _, n := range []int{int(at) % len(body), len(body) - len(end)} {
			if err := streamOver(t, body[:n], &second); err == nil && second.samples != first.samples {
				t.Fatalf("cut at %d of %d: %d samples of %d, and no error", n, len(body), second.samples, first.samples)
			}
		}
		damaged := bytes.Clone(body)
		damaged[int(at)%len(body)] ^= 1 << (way % 8)
		if err := streamOver(t, damaged, &second); err == nil &&
			(second.samples != first.samples || second.total != first.total && first.total == first.total) {
			t.Fatalf("damaged at %d: %v instead of %v, and no error", int(at)%len(body), second, first)
		}
	})
}

// FuzzAnswer: every input gives the result of encoding/json, or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"status":"success","data":{"resultType":"matrix","result":` + matrix + `},"warnings":["w"]}`,
		`{"status":"success","data":["a","b"]}`, `{"status":"success","data":[{"a":"b"}]}`,
		`{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`,
		`{"status":"error","errorType":"x","error":"y"}`,
		`{"data":{"result":[{"value":[1,"2"]}]},"status":"success"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got answer
		limiter := &bodyLimiter{
			ctx: t.Context(), body: bytes.NewReader(body), limit: 1 << 20,
			large: semaphore.NewWeighted(1),
		}
		defer limiter.done()
		if decode(limiter, &got, false) != nil {
			return
		}
		var want struct {
			Data struct {
				ResultType string       `json:"resultType"`
				Result     model.Matrix `json:"result"`
			} `json:"data"`
		}
		if err := json.Unmarshal(body, &want); err != nil {
			return // the decoder is lenient: it returns data before the mistake
		}
		if want.Data.ResultType == "matrix" && len(got.matrix) != len(want.Data.Result) {
			t.Fatalf("%d series of %d", len(got.matrix), len(want.Data.Result))
		}
	})
}

// FuzzRedact: redacted text contains no secret, in any encoding.
func FuzzRedact(f *testing.F) {
	f.Add("client error: 401: Basic c29tZW9uZTpwdw==", "someone:pw", uint8(0))
	f.Add(`key %22a+b%22 {"k":"\"a b\""}`, `"a b"`, uint8(3))
	f.Fuzz(func(t *testing.T, text, secret string, n uint8) {
		if len(text) > 1<<10 || len(secret) > 1<<8 || secret == "" {
			return
		}
		at := int(n) % (len(text) + 1)
		out := Redact(text[:at]+" "+secret+" "+text[at:], secret)
		if len(secret) >= wordBytes && bytes.Contains([]byte(out), []byte(secret)) &&
			!bytes.Contains([]byte(redacted), []byte(secret)) {
			t.Fatalf("%q is in %q", secret, out)
		}
	})
}

const benchSeries, benchChunks = 10, 240 // 288,000 samples

func BenchmarkChunkStream(b *testing.B) {
	for _, e := range []chunkenc.Encoding{chunkenc.EncXOR, chunkenc.EncXOR2} {
		b.Run(e.String(), func(b *testing.B) {
			var body []byte
			for s := range benchSeries {
				var chunks []prompb.Chunk
				for i := range benchChunks {
					chunks = append(chunks, chunkOf(b, e, 120, int64(i)*120*15000+1))
				}
				body = append(body, frameOf(b, 0, fmt.Sprint(s), chunks...)...)
			}
			body = append(body, frameOf(b, 1, "end", chunkOf(b, e, 1, 0))...)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var s sum
			for b.Loop() {
				s.Reset()
				if err := streamOver(b, body, &s); err != nil {
					b.Fatal(err)
				}
			}
			if s.samples != benchSeries*benchChunks*120 {
				b.Fatal(s.samples)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.samples), "ns/sample")
		})
	}
}

func BenchmarkAnswer(b *testing.B) {
	m := model.Matrix{}
	for s := range benchSeries {
		stream := &model.SampleStream{Metric: model.Metric{"pod": model.LabelValue(fmt.Sprint(s))}}
		for i := range benchChunks * 120 {
			stream.Values = append(stream.Values,
				model.SamplePair{Timestamp: model.Time(i * 15000), Value: model.SampleValue(i * i % 977 * 40)})
		}
		m = append(m, stream)
	}
	body, err := json.Marshal(map[string]any{
		"status": "success",
		"data":   map[string]any{"resultType": "matrix", "result": m},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var got answer
		limiter := &bodyLimiter{
			ctx: b.Context(), body: bytes.NewReader(body), limit: 1 << 30,
			large: semaphore.NewWeighted(1),
		}
		if err := decode(limiter, &got, false); err != nil {
			b.Fatal(err)
		}
		limiter.done()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(benchSeries*benchChunks*120), "ns/sample")
}

func TestChunksOfEveryEncodingAreRead(t *testing.T) {
	for _, e := range []chunkenc.Encoding{
		chunkenc.EncXOR, chunkenc.EncXOR2, chunkenc.EncHistogram,
		chunkenc.EncFloatHistogram, chunkenc.EncHistogramST, chunkenc.EncFloatHistogramST,
	} {
		for _, samples := range []int{1, 2, 7} {
			var got sum
			body := append(frameOf(t, 0, "0", chunkOf(t, e, samples, 1), chunkOf(t, chunkenc.EncXOR, 1, 1e6),
				chunkOf(t, e, samples, 2e6)), frameOf(t, 1, "end", chunkOf(t, e, 1, 0))...)
			require.NoError(t, streamOver(t, body, &got), e)
			require.EqualValues(t, 2*samples+1, got.samples, e)
		}
	}
	sparse := &histogram.Histogram{
		Schema: 3, Count: 40, ZeroThreshold: 0.001,
		PositiveSpans: []histogram.Span{{Length: 40}}, PositiveBuckets: make([]int64, 40),
	}
	c := chunkenc.NewHistogramChunk()
	app, err := c.Appender()
	require.NoError(t, err)
	_, _, _, err = app.AppendHistogram(nil, 0, 1, sparse, true)
	require.NoError(t, err)
	require.True(t, fitsBuckets(c.Bytes()[leastChunkBytes:]), "a bucket takes one bit")
	require.False(t, fitsBuckets([]byte{0, 0x47, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}))
	require.True(t, fitsBuckets(nil), "the decoder reports the end")
}
