package prom

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// Selection selects the samples of one selector in (From, To], with millisecond precision.
type Selection struct {
	Matchers []*labels.Matcher
	From, To time.Time
}

// SampleSink receives the samples of StreamSamples.
type SampleSink interface {
	// Reset discards all received data. It is called before each attempt, including the first.
	Reset()
	// Series is called once for each series, selection after selection. samples is valid during the
	// call and only moves forward. It omits samples outside (From, To] and staleness markers;
	// order, duplicates and overlaps are those of the server. If the stream breaks, samples ends
	// and its Err is set: StreamSamples then returns an error, whatever Series returns. Series must
	// not send a request, because it holds a slot, and must copy a histogram that it keeps.
	Series(selection int, metric labels.Labels, samples SampleIterator) error
}

// Sample is a value at a time.
type Sample struct {
	T     int64 // Unix milliseconds
	V     float64
	Start int64 // start of the counter, Unix milliseconds; 0 unknown
}

// SampleIterator iterates over the samples of one series.
type SampleIterator interface {
	// Next moves to the next floats (chunkenc.ValFloat) or the next histogram. It returns
	// chunkenc.ValNone at the end and after an error.
	Next() chunkenc.ValueType
	Floats() []Sample // valid until the next call of Next; never empty
	AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram)
	AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram)
	AtST() int64 // start timestamp of the histogram; 0 unknown
	Err() error
}

// StreamStats is the cost of one call of StreamSamples.
type StreamStats struct {
	Requests int
	Series   int   // passed to the sink
	Samples  int64 // passed to the sink
	Bytes    int64 // received
}

// ErrNoSampleStream means that a server or proxy has no remote read that is equivalent to queries.
// Samples must be queried.
var ErrNoSampleStream = errors.New("no usable remote read")

// CanStreamSamples reports whether StreamSamples can be used, according to the configuration of the server.
func (c *Client) CanStreamSamples(ctx context.Context) (bool, error) {
	d, err := c.dialect(ctx)
	if err != nil {
		return false, err
	}
	_, ok, err := c.streamConfig(ctx, d)
	return ok, err
}

// StreamSamples reads samples by Prometheus' remote read protocol,
// https://prometheus.io/docs/prometheus/latest/querying/remote_read_api: stored chunks take a tenth
// of the time of JSON, on both sides. Memory is that of one frame and a hash for each series. The
// received data is valid only if the error is nil.
//
// External labels, which the server adds to its responses, are removed. Only series of the list are passed
// to the sink: a proxy may restrict all requests but this one. A list of earlier or longer selections with
// the same matchers is valid until a new series appears; then the error is ErrStaleList.
//
// A stream that ends early must not count as a short response. A proxy that uses HTTP/1.0 to the
// server, as nginx did by default, does not distinguish a broken connection from the end. So the
// last query of the request selects a series that is known to exist: servers answer the queries in
// order, and its arrival proves that all earlier data is complete.
func (c *Client) StreamSamples(ctx context.Context, list *SeriesList, selections []Selection,
	sink SampleSink,
) (stats StreamStats, err error) {
	err = c.withSlot(ctx, "read", func(ctx context.Context, d dialect.Dialect) error {
		if err := c.reads.Acquire(ctx, 1); err != nil {
			return err
		}
		defer c.reads.Release(1)
		stats, err = c.streamSamples(ctx, d, list, selections, sink)
		return err
	})
	return stats, err
}

func (c *Client) streamSamples(ctx context.Context, d dialect.Dialect, list *SeriesList, selections []Selection,
	sink SampleSink,
) (stats StreamStats, err error) {
	isReused := list.isReused(selections)
	switch {
	case list.Len() == 0 && isReused:
		return stats, ErrStaleList
	case list.Len() == 0:
		sink.Reset()
		return stats, nil
	}
	body, err := list.request(selections)
	if err != nil {
		return stats, err
	}
	stats.Requests++
	var s *sampleStream
	_, err = c.send(ctx, request{
		op: "read", path: "/api/v1/read", plain: true, body: body,
		header: http.Header{
			"Content-Type": {"application/x-protobuf"}, "Content-Encoding": {"snappy"},
			"X-Prometheus-Remote-Read-Version": {"0.1.0"},
		},
		read: func(resp *http.Response, in *bodyLimiter) error {
			stats.Series, stats.Samples = 0, 0
			if resp.Header.Get("Content-Type") != chunkedType {
				return ErrNoSampleStream
			}
			sink.Reset()
			s = &sampleStream{
				frames: frameReader{in: bufio.NewReaderSize(in, readBuffer)}, body: in, list: list,
				selections: selections, isReused: isReused,
				seen: make(map[uint64]int, list.Len()), sink: sink, stats: &stats,
			}
			err := s.readAll()
			stats.Bytes += in.read
			if s.refused != nil {
				return nil
			}
			return err
		},
	}, d)
	switch {
	case s != nil && s.refused != nil:
		return stats, s.refused
	case err == nil:
		list.setEnd(s.newest, s.newestAt)
		c.remote.failures.Store(0)
		return stats, nil
	case ctx.Err() != nil:
		return stats, err
	case isReused && (errors.Is(err, ErrStaleList) || errors.Is(err, errNoEnd)):
		return stats, ErrStaleList
	case errors.Is(err, ErrStaleList):
		c.remote.forget()
		return stats, ErrNoSampleStream
	case isRefusal(err), errors.Is(err, ErrNoSampleStream):
		c.remote.noteFailure()
		return stats, ErrNoSampleStream
	case errors.Is(err, errIncomplete):
		c.remote.noteFailure()
		return stats, fmt.Errorf("%w: %w", ErrNoSampleStream, err)
	}
	return stats, err
}

// ErrStaleList means that the received series differ from the list.
var ErrStaleList = errors.New("remote read returns other series than those that are listed")

// errNoEnd means that the series that ends the stream did not arrive.
var errNoEnd = incomplete("its last series is missing")

// SeriesList contains the series that queries return, and the series that ends a stream. It is safe
// for concurrent use.
type SeriesList struct {
	Requests int // of the list itself

	spans  []Selection // without matchers: the listed ranges
	adds   external
	hashes map[uint64]bool // of the labels
	names  map[string]bool

	mu    sync.Mutex
	end   labels.Labels // the series that ends a stream
	endIn Selection     // a range with a sample of it
	taken bool          // from a stream: endIn contains one sample
}

// Len is the number of series. A nil list has none.
func (l *SeriesList) Len() int {
	if l == nil {
		return 0
	}
	return len(l.hashes)
}

// ListSeries lists the series of selections, once for each distinct range. It returns
// ErrNoSampleStream if StreamSamples cannot be used.
func (c *Client) ListSeries(ctx context.Context, selections []Selection) (list *SeriesList, err error) {
	err = c.withSlot(ctx, "series", func(ctx context.Context, d dialect.Dialect) error {
		adds, ok, err := c.streamConfig(ctx, d)
		if err != nil {
			return err
		}
		if !ok || adds.hasMatcher(selections) {
			return ErrNoSampleStream
		}
		list = &SeriesList{adds: adds, hashes: map[uint64]bool{}, names: map[string]bool{}}
		return list.load(ctx, c, d, selections)
	})
	return list, err
}

func (l *SeriesList) load(ctx context.Context, c *Client, d dialect.Dialect, selections []Selection) error {
	type span struct{ from, to time.Time }
	matches := map[span][]string{}
	for _, s := range selections {
		at := span{s.From, s.To}
		if matches[at] == nil {
			l.spans = append(l.spans, Selection{From: s.From, To: s.To})
		}
		matches[at] = append(matches[at], (&parser.VectorSelector{LabelMatchers: s.Matchers}).String())
	}
	for _, at := range l.spans {
		args := within(nil, "", at.From.Add(time.Millisecond), at.To)
		args["match[]"] = matches[span{at.From, at.To}]
		l.Requests++
		a, err := c.send(ctx, request{op: "series", path: "/api/v1/series", args: args}, d)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(a.warnings, Partial) {
			return ErrNoSampleStream
		}
		for _, s := range a.sets {
			own := labelsOf(s)
			l.hashes[own.Hash()] = true
			for name, value := range s {
				l.names[string(name)] = true
				if added, adds := l.adds.labels[string(name)]; adds && added == string(value) {
					return ErrNoSampleStream // a series itself has a label that the server adds to others
				}
			}
			if own.Len() > l.end.Len() {
				l.end, l.endIn = own, at
			}
		}
	}
	return nil
}

func labelsOf(set model.LabelSet) labels.Labels {
	b := labels.NewScratchBuilder(len(set))
	for name, value := range set {
		b.Add(string(name), string(value))
	}
	b.Sort()
	return b.Labels()
}

// isReused reports whether the list was made for other ranges than those of the selections, or has
// ended a stream before.
func (l *SeriesList) isReused(selections []Selection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taken || slices.ContainsFunc(selections, func(s Selection) bool {
		return !slices.ContainsFunc(l.spans, func(o Selection) bool { return o.From.Equal(s.From) && o.To.Equal(s.To) })
	})
}

// setEnd makes streams end with one received sample, instead of a whole series.
func (l *SeriesList) setEnd(series labels.Labels, at int64) {
	if at == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end, l.endIn, l.taken = series, Selection{From: time.UnixMilli(at - 1), To: time.UnixMilli(at)}, true
}

// chunkLength is greater than the time between the first and the last sample of a chunk: a series
// is listed by its chunks, one of which may have no sample in the requested range.
const chunkLength = 2 * time.Hour

// request encodes the request for the chunks with the samples, and for the series that ends the stream.
func (l *SeriesList) request(selections []Selection) ([]byte, error) {
	l.mu.Lock()
	end := l.endIn
	if !l.taken {
		end = Selection{From: end.From.Add(-chunkLength), To: end.To.Add(chunkLength)}
	}
	for name := range l.names {
		end.Matchers = append(end.Matchers,
			&labels.Matcher{Type: labels.MatchEqual, Name: name, Value: l.end.Get(name)})
	}
	l.mu.Unlock()
	chunks := []prompb.ReadRequest_ResponseType{prompb.ReadRequest_STREAMED_XOR_CHUNKS}
	r := prompb.ReadRequest{AcceptedResponseTypes: chunks}
	for _, s := range append(slices.Clone(selections), end) {
		q := &prompb.Query{StartTimestampMs: s.From.UnixMilli() + 1, EndTimestampMs: s.To.UnixMilli()}
		for _, m := range s.Matchers {
			// the same numbers
			q.Matchers = append(q.Matchers,
				&prompb.LabelMatcher{Type: prompb.LabelMatcher_Type(m.Type), Name: m.Name, Value: m.Value})
		}
		r.Queries = append(r.Queries, q)
	}
	body, err := r.Marshal()
	return snappy.Encode(nil, body), err
}

// sampleStream passes the series of a response to the sink. The chunks of a series may be in
// several frames.
type sampleStream struct {
	frames frameReader
	body   *bodyLimiter
	list   *SeriesList
	sink   SampleSink
	stats  *StreamStats

	selections []Selection
	isReused   bool           // the list was made for another time range
	seen       map[uint64]int // by hash of the labels: the last selection with the series, from 1
	newest     labels.Labels  // the series with the newest sample
	newestAt   int64          // Unix milliseconds

	frame    prompb.ChunkedReadResponse
	next     int // index of the next series of the frame
	chunks   chunkReader
	floats   []Sample // of the present chunk
	builder  labels.ScratchBuilder
	unlisted bool  // a series is not in the list
	err      error // of the stream
	refused  error // of the sink
}

func (s *sampleStream) readAll() error {
	query, ended := 0, false
	for {
		head := s.fragment()
		switch {
		case s.err == io.EOF: //nolint:errorlint // wrapped, it is not the end
			if s.body.err != nil {
				return s.body.err
			}
			if !ended {
				return errNoEnd
			}
			return s.complete()
		case s.err != nil:
			return s.err
		}
		at := int(s.frame.QueryIndex)
		if at < query || at > len(s.selections) {
			return incomplete("queries are not answered in their order")
		}
		query = at
		ended = query == len(s.selections)
		if err := s.series(query, head); err != nil {
			return err
		}
	}
}

// fragment returns the next series of the response, or the next part of one; nil after an error.
func (s *sampleStream) fragment() *prompb.ChunkedSeries {
	for s.err == nil && s.next == len(s.frame.ChunkedSeries) {
		s.next = 0
		switch err := s.frames.next(&s.frame); {
		case s.body.err != nil:
			s.err = s.body.err
		default:
			s.err = err
		}
	}
	if s.err != nil {
		return nil
	}
	s.next++
	return s.frame.ChunkedSeries[s.next-1]
}

// series passes one series to the sink, and ends at the next series.
func (s *sampleStream) series(query int, head *prompb.ChunkedSeries) error {
	it := &sampleIterator{stream: s, query: query, labels: head.Labels, chunks: head.Chunks}
	if query < len(s.selections) {
		selection := s.selections[query]
		it.from, it.to = selection.From.UnixMilli(), selection.To.UnixMilli()
		metric := s.metric(head.Labels)
		s.floats = s.floats[:0]
		hash := metric.Hash()
		switch {
		case !s.list.hashes[hash] && s.isReused:
			return ErrStaleList // it may be new
		case !s.list.hashes[hash]:
			s.unlisted = true
		case s.seen[hash] == query+1:
			return ErrStaleList // received twice
		default:
			s.seen[hash] = query + 1
			s.stats.Series++
			if err := s.sink.Series(query, metric, it); err != nil && it.err == nil {
				s.refused = err
				return err
			}
			s.stats.Samples += it.samples
			if n := len(s.floats); n > 0 && s.floats[n-1].T > s.newestAt {
				s.newest, s.newestAt = metric, s.floats[n-1].T
			}
		}
	}
	return it.discard()
}

// metric returns a series' labels without those that the server adds.
func (s *sampleStream) metric(ls []prompb.Label) labels.Labels {
	s.builder.Reset()
	for _, l := range ls {
		if value, added := s.list.adds.labels[l.Name]; !added || value != l.Value {
			s.builder.Add(l.Name, l.Value)
		}
	}
	s.builder.Sort()
	return s.builder.Labels()
}

// complete checks the received series against the list. A new series may be missing in the list, and a
// listed series may have no sample in the range. Both at once means that the labels differ from the list.
func (s *sampleStream) complete() error {
	if s.unlisted && len(s.seen) < s.list.Len() {
		return ErrStaleList
	}
	return nil
}

// sampleIterator iterates over the samples of one series, chunk by chunk.
type sampleIterator struct {
	chunkenc.Iterator // of the present chunk
	stream            *sampleStream
	query             int
	labels            []prompb.Label
	from, to          int64 // samples in (from, to]
	chunks            []prompb.Chunk
	samples           int64
	done              bool
	err               error
	integer           *histogram.Histogram
	float             *histogram.FloatHistogram
}

func (i *sampleIterator) Next() chunkenc.ValueType {
	for !i.done {
		if i.Iterator == nil && !i.open() {
			break
		}
		kind := i.Iterator.Next()
		switch kind {
		case chunkenc.ValFloat:
			i.readFloats()
		case chunkenc.ValNone:
		default:
			if at := i.AtT(); at > i.from && at <= i.to && !i.isStale(kind) {
				i.samples++
				return kind
			}
			continue
		}
		if err := i.Iterator.Err(); err != nil {
			i.fail(incomplete("a chunk cannot be decoded"))
			break
		}
		i.Iterator = nil
		if kind == chunkenc.ValFloat && len(i.stream.floats) > 0 {
			i.samples += int64(len(i.stream.floats))
			return kind
		}
	}
	return chunkenc.ValNone
}

// readFloats reads the whole chunk. This loop is most of the cost of a read.
func (i *sampleIterator) readFloats() {
	floats, it := i.stream.floats[:0], i.Iterator
	for kind := chunkenc.ValFloat; kind == chunkenc.ValFloat; kind = it.Next() {
		t, v := it.At()
		if t <= i.from || t > i.to || value.IsStaleNaN(v) {
			continue
		}
		s := Sample{T: t, V: v}
		if i.stream.chunks.hasStarts {
			s.Start = it.AtST()
		}
		floats = append(floats, s)
	}
	i.stream.floats = floats
}

func (i *sampleIterator) Floats() []Sample { return i.stream.floats }

// isStale reports whether a histogram is a staleness marker.
func (i *sampleIterator) isStale(kind chunkenc.ValueType) bool {
	if kind == chunkenc.ValHistogram {
		_, i.integer = i.AtHistogram(i.integer)
		return value.IsStaleNaN(i.integer.Sum)
	}
	_, i.float = i.AtFloatHistogram(i.float)
	return value.IsStaleNaN(i.float.Sum)
}

// open moves to the next chunk. It returns false after the last.
func (i *sampleIterator) open() bool {
	if !i.more() {
		return false
	}
	i.Iterator, i.err = i.stream.chunks.open(i.chunks[0])
	i.chunks = i.chunks[1:]
	if i.err != nil {
		i.fail(i.err)
	}
	return !i.done
}

// more waits for the next chunk of the series, which may be in another frame.
func (i *sampleIterator) more() bool {
	for len(i.chunks) == 0 && !i.done {
		s := i.stream
		next := s.fragment()
		switch {
		case s.err != nil:
			if i.done = true; s.err != io.EOF { //nolint:errorlint // wrapped, it is not the end
				i.err = s.err
			}
		case int(s.frame.QueryIndex) != i.query || !slices.EqualFunc(i.labels, next.Labels, sameLabel):
			s.next-- // another series
			i.done = true
		default:
			i.chunks = next.Chunks
		}
	}
	return !i.done
}

func sameLabel(a, b prompb.Label) bool { return a.Name == b.Name && a.Value == b.Value }

func (i *sampleIterator) discard() error {
	for i.more() {
		i.chunks = nil
	}
	return i.err
}

func (i *sampleIterator) fail(err error) { i.done, i.err, i.stream.err = true, err, err }

func (i *sampleIterator) Err() error { return i.err }
