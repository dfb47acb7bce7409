package prom_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/tsdbutil"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/prom"
)

const (
	prometheus3 = `{"version":"3.16.0","goVersion":"go1.26.8"}`
	counters    = `load 1m
  a_total{pod="p"} 0+1x1000
  a_total{pod="q",cluster="other"} _x100 5+2x300 stale _x50 0+3x200
  b_total{cluster="here"} 0+1x1000
  b_total 0+2x1000
  h {{count:5 sum:1 buckets:[1 2 1]}}x500
`
)

// reader is a server that counts its requests by kind, and its client.
type reader struct {
	*prom.Client
	reads, queries atomic.Int64
}

func newReader(t *testing.T, buildinfo, config string, adds map[string]string,
	around func(http.Handler) http.Handler,
) *reader {
	t.Helper()
	server := promtest.Load(t, counters)
	api := server.Remote(server.Handler(buildinfo), config, adds)
	if around != nil {
		api = around(api)
	}
	r := &reader{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Path == "/api/v1/read":
			r.reads.Add(1)
		case req.URL.Path == "/api/v1/query" && req.Method == http.MethodPost: // GET: detection of the product
			r.queries.Add(1)
		}
		api.ServeHTTP(w, req)
	}))
	t.Cleanup(srv.Close)
	var err error
	r.Client, err = prom.NewWith(srv.URL, http.DefaultClient, prom.Options{})
	require.NoError(t, err)
	r.FastRetries(3)
	return r
}

// collector records a line for each sample.
type collector struct {
	resets int
	lines  []string
	fail   func(metric labels.Labels) error
	skip   bool // reads only the first sample of a series
}

func (c *collector) Reset() { c.resets, c.lines = c.resets+1, nil }

func (c *collector) Series(selection int, metric labels.Labels, samples prom.SampleIterator) error {
	if c.fail != nil {
		return c.fail(metric)
	}
	line := func(at int64, value any) {
		c.lines = append(c.lines, fmt.Sprintf("%d %s %d %v", selection, metric, at, value))
	}
	for kind := samples.Next(); kind != chunkenc.ValNone; kind = samples.Next() {
		switch kind {
		case chunkenc.ValFloat:
			for _, s := range samples.Floats() {
				line(s.T, s.V)
				if c.skip {
					return samples.Err()
				}
			}
		case chunkenc.ValHistogram:
			at, h := samples.AtHistogram(nil)
			line(at, "integer "+h.String())
		default:
			at, h := samples.AtFloatHistogram(nil)
			line(at, "float "+h.String())
		}
	}
	return samples.Err()
}

// streamSamples lists the series of the selections and reads them.
func streamSamples(ctx context.Context, c streamer, selections []prom.Selection,
	sink prom.SampleSink,
) (prom.StreamStats, error) {
	list, err := c.ListSeries(ctx, selections)
	if err != nil {
		return prom.StreamStats{}, err
	}
	stats, err := c.StreamSamples(ctx, list, selections, sink)
	stats.Requests += list.Requests
	return stats, err
}

type streamer interface {
	ListSeries(ctx context.Context, selections []prom.Selection) (*prom.SeriesList, error)
	StreamSamples(ctx context.Context, list *prom.SeriesList, selections []prom.Selection,
		sink prom.SampleSink) (prom.StreamStats, error)
}

func selection(t testing.TB, selector string, from, to time.Duration) prom.Selection {
	ms, err := parser.NewParser(parser.Options{}).ParseMetricSelector(selector)
	require.NoError(t, err)
	return prom.Selection{Matchers: ms, From: epoch.Add(from), To: epoch.Add(to)}
}

// truth returns the results of the range selectors, in the order of the stream.
func truth(t *testing.T, s *promtest.Server, selections ...prom.Selection) (lines []string) {
	for i, sel := range selections {
		expr := fmt.Sprintf("%s[%dms]", (&parser.VectorSelector{LabelMatchers: sel.Matchers}).String(),
			sel.To.Sub(sel.From).Milliseconds())
		m, _, err := s.Query(t.Context(), expr, sel.To)
		require.NoError(t, err)
		for _, series := range m {
			b := labels.NewScratchBuilder(0)
			for n, v := range series.Metric {
				b.Add(string(n), string(v))
			}
			b.Sort()
			for _, p := range series.Values {
				lines = append(lines, fmt.Sprintf("%d %s %d %v", i, b.Labels(), p.Timestamp, float64(p.Value)))
			}
		}
	}
	return lines
}

func sorted(lines []string) []string {
	out := slices.Clone(lines)
	slices.Sort(out)
	return out
}

func TestSamplesOfSeveralSelectionsInOneRequest(t *testing.T) {
	external := map[string]string{"cluster": "here", "replica": "1"}
	for _, tt := range []struct {
		name, config string
		adds         map[string]string
	}{
		{"no external labels", "global: {}\n", nil},
		{"external labels", "global:\n  external_labels: {cluster: here, replica: '1'}\n", external},
	} {
		t.Run(tt.name, func(t *testing.T) {
			selections := []prom.Selection{
				selection(t, `a_total{pod=~".+"}`, time.Hour, 9*time.Hour),
				selection(t, `a_total{pod="p"}`, time.Hour, 9*time.Hour),
				selection(t, `nothing`, time.Hour, 9*time.Hour),
				selection(t, `a_total`, 5*time.Hour, 5*time.Hour+time.Minute),
				selection(t, `a_total{pod="q"}`, 10*time.Minute, 20*time.Minute),
			}
			r := newReader(t, prometheus3, tt.config, tt.adds, nil)
			ok, err := r.CanStreamSamples(t.Context())
			require.NoError(t, err)
			require.True(t, ok)
			var got collector
			stats, err := streamSamples(t.Context(), r, selections, &got)
			require.NoError(t, err)
			require.Equal(t, sorted(truth(t, promtest.Load(t, counters), selections...)), sorted(got.lines))
			require.Equal(t, 1, got.resets)
			require.EqualValues(t, len(got.lines), stats.Samples)
			require.Equal(t, 5, stats.Series, "p and q twice, p in the fourth; q has nothing in the fifth")
			require.Equal(t, 4, stats.Requests, "three lists, one for each time, and one read")
			require.EqualValues(t, 1, r.reads.Load())
			require.Zero(t, r.queries.Load())

			first := collector{skip: true} // a sink that does not read all samples continues at the next series
			_, err = streamSamples(t.Context(), r, selections[:2], &first)
			require.NoError(t, err)
			require.Len(t, first.lines, 3)
		})
	}
}

// Each selection has its own borders, to the millisecond. A stale marker is no sample.
func TestASelectionIsWhatTheRangeSelectorGives(t *testing.T) {
	r := newReader(t, prometheus3, "global: {}\n", nil, nil)
	for _, to := range []time.Duration{
		time.Hour, 400 * time.Minute, 59990 * time.Second, 70 * time.Hour, time.Minute,
		time.Minute + time.Millisecond, time.Minute - time.Millisecond,
	} {
		for _, span := range []time.Duration{time.Millisecond, time.Minute, 450 * time.Minute} {
			s := selection(t, `a_total{pod!="x",pod=~".+"}`, to-span, to)
			var got collector
			_, err := streamSamples(t.Context(), r, []prom.Selection{s}, &got)
			require.NoError(t, err)
			require.Equal(t, sorted(truth(t, promtest.Load(t, counters), s)), sorted(got.lines), "%s before %s", span,
				to)
		}
	}
}

// A proxy may hide series from /api/v1/series and not from remote read. The hidden ones are
// dropped.
func TestSeriesThatAQueryWouldNotShowAreNotTaken(t *testing.T) {
	r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/series" {
				_ = r.ParseForm()
				r.Form.Set("match[]", strings.TrimSuffix(r.Form.Get("match[]"), "}")+`,cluster="here"}`)
			}
			api.ServeHTTP(w, r)
		})
	})
	var got collector
	stats, err := streamSamples(t.Context(), r, []prom.Selection{selection(t, "b_total", 5*time.Hour, 12*time.Hour)},
		&got)
	require.NoError(t, err)
	require.Equal(t,
		truth(t, promtest.Load(t, counters), selection(t, `b_total{cluster="here"}`, 5*time.Hour, 12*time.Hour)),
		got.lines)
	require.Equal(t, 1, stats.Series)
}

// If remote read does not return what a query would, the result is an error. Cases that are
// recognizable beforehand cause no read.
func TestNoUsableRemoteRead(t *testing.T) {
	here := map[string]string{"cluster": "here"}
	const configHere = "global:\n  external_labels: {cluster: here}\n"
	body := func(status int, contentType, text string) func(http.Handler) http.Handler {
		return func(api http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/v1/read" {
					api.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(status)
				_, _ = fmt.Fprint(w, text)
			})
		}
	}
	const chunked = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
	for _, tt := range []struct {
		name, buildinfo, config, selector string
		adds                              map[string]string
		around                            func(http.Handler) http.Handler
		reads                             int64 // in four calls
		cannot                            bool  // reported by CanStreamSamples
	}{
		{name: "another product", buildinfo: `{"version":"3.0","application":"Grafana Mimir"}`, cannot: true},
		{name: "a matcher of an external label", config: configHere, adds: here, selector: `b_total{cluster=""}`},
		{name: "a label that may be either's", config: configHere, adds: here, selector: "b_total"},
		{
			name: "labels of a configuration that was changed", config: configHere,
			adds: map[string]string{"cluster": "there"}, reads: 4,
		},
		{name: "more storage behind it", config: "remote_read: [{url: http://a/}]\n", cannot: true},
		{name: "no configuration", config: " ", cannot: true},
		{name: "no remote read", around: body(404, "text/plain", "not found"), reads: 3},
		{name: "it is forbidden", around: body(403, "text/plain", "no"), reads: 3},
		{name: "a page", around: body(200, "text/html", "<html>"), reads: 3},
		{name: "samples where chunks were asked for", around: body(200, "application/x-protobuf", ""), reads: 3},
		{
			name: "an error in its midst", around: body(200, chunked, "context canceled while reading blocks\n"),
			reads: 9,
		},
		{name: "an empty answer", around: body(200, chunked, ""), reads: 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, cmp.Or(tt.buildinfo, prometheus3), cmp.Or(tt.config, "global: {scrape_interval: 15s}\n"),
				tt.adds, tt.around)
			can, err := r.CanStreamSamples(t.Context())
			require.NoError(t, err)
			require.Equal(t, !tt.cannot, can)
			for range 4 { // three failures in a row are final
				_, err := streamSamples(t.Context(), r,
					[]prom.Selection{selection(t, cmp.Or(tt.selector, "a_total"), 5*time.Hour, 12*time.Hour)},
					&collector{})
				require.ErrorIs(t, err, prom.ErrNoSampleStream)
			}
			require.Equal(t, tt.reads, r.reads.Load())
			can, err = r.CanStreamSamples(t.Context())
			require.NoError(t, err)
			require.Equal(t, !tt.cannot && (tt.reads == 0 || tt.reads == 4), can,
				"it is remembered, unless it may be another way with other series")
		})
	}
}

// Failing reads are not counted against remote read while queries fail, too. It is used again at
// once.
func TestAFaultOfAllRequestsIsNoMissingRemoteRead(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusBadGateway, http.StatusOK} {
		var reads, queries atomic.Bool
		r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if reads.Load() && r.URL.Path == "/api/v1/read" || queries.Load() && r.URL.Path == "/api/v1/query" {
					w.WriteHeader(status)
					_, _ = w.Write([]byte("<html>"))
					return
				}
				api.ServeHTTP(w, r)
			})
		})
		s := selection(t, "a_total", 5*time.Hour, 12*time.Hour)
		ask := func() error {
			_, err := streamSamples(t.Context(), r, []prom.Selection{s}, &collector{})
			return err
		}
		require.NoError(t, ask())
		reads.Store(true)
		for range 4 {
			require.Error(t, ask())
		}
		can, err := r.CanStreamSamples(t.Context())
		require.NoError(t, err)
		require.Equal(t, status == http.StatusBadGateway, can, "queries succeed: %d", status)
		queries.Store(true)
		_, _, err = r.Query(t.Context(), "a_total", time.Unix(0, 0))
		require.Error(t, err)
		reads.Store(false)
		queries.Store(false)
		require.NoError(t, ask(), "%d", status)
	}
}

func TestAServerErrorIsNoMissingRemoteRead(t *testing.T) {
	r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/read" {
				http.Error(w, "disk on fire", http.StatusInternalServerError)
				return
			}
			api.ServeHTTP(w, r)
		})
	})
	_, err := streamSamples(t.Context(), r, []prom.Selection{selection(t, "a_total", 0, time.Hour)}, &collector{})
	var e *prom.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, prom.ServerFault, e.Reason)
	require.NotErrorIs(t, err, prom.ErrNoSampleStream)
}

func TestNothingListedIsNoRead(t *testing.T) {
	r := newReader(t, prometheus3, "global: {}\n", nil, nil)
	got := collector{lines: []string{"of before"}}
	stats, err := streamSamples(t.Context(), r, []prom.Selection{selection(t, "nothing", 0, time.Hour)}, &got)
	require.NoError(t, err)
	require.Empty(t, got.lines)
	require.Equal(t, 1, stats.Requests)
	require.Zero(t, r.reads.Load())
}

func TestNativeHistogramsAreHandedOverAsSuch(t *testing.T) {
	c := chunkenc.NewHistogramChunk()
	app, err := c.Appender()
	require.NoError(t, err)
	stale := &histogram.Histogram{Sum: math.Float64frombits(value.StaleNaN)}
	for i, h := range []*histogram.Histogram{tsdbutil.GenerateTestHistogram(1), tsdbutil.GenerateTestHistogram(2)} {
		_, _, app, err = app.AppendHistogram(nil, 0, (time.Hour + time.Duration(i)*time.Minute).Milliseconds(), h, true)
		require.NoError(t, err)
	}
	ended := chunkenc.NewHistogramChunk()
	app, err = ended.Appender()
	require.NoError(t, err)
	_, _, _, err = app.AppendHistogram(nil, 0, (62 * time.Minute).Milliseconds(), stale, true)
	require.NoError(t, err)
	r := answering(t, func(r *http.Request) []byte {
		return marker(t, r,
			seriesFrame(0, "p", floats(59*time.Minute, 7), prompb.Chunk{Type: prompb.Chunk_HISTOGRAM, Data: c.Bytes()},
				prompb.Chunk{Type: prompb.Chunk_HISTOGRAM, Data: ended.Bytes()}))
	})
	var got collector
	_, err = streamSamples(t.Context(), r,
		[]prom.Selection{selection(t, `a_total{pod="p"}`, 30*time.Minute, 90*time.Minute)}, &got)
	require.NoError(t, err)
	const p = `0 {__name__="a_total", pod="p"} `
	require.Equal(t,
		[]string{
			p + "3540000 7", p + "3600000 integer " + tsdbutil.GenerateTestHistogram(1).String(),
			p + "3660000 integer " + tsdbutil.GenerateTestHistogram(2).String(),
		}, got.lines)

	r = newReader(t, prometheus3, "global: {}\n", nil, nil)
	_, err = streamSamples(t.Context(), r, []prom.Selection{selection(t, "h", 0, 2*time.Minute)}, &got)
	require.NoError(t, err)
	const h = `0 {__name__="h"} `
	require.Equal(t,
		[]string{
			h + "60000 float {count:5, sum:1, (0.5,1]:1, (1,2]:2, (2,4]:1}",
			h + "120000 float {count:5, sum:1, (0.5,1]:1, (1,2]:2, (2,4]:1}",
		}, got.lines)
}

// frame encodes one part of a chunked response.
func frame(r *prompb.ChunkedReadResponse) []byte {
	text, err := r.Marshal()
	if err != nil {
		panic(err)
	}
	out := binary.AppendUvarint(nil, uint64(len(text)))
	out = binary.BigEndian.AppendUint32(out, crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
	return append(out, text...)
}

// bordersOf returns the offsets between the frames of a response.
func bordersOf(body []byte) (at []int) {
	for rest := body; len(rest) > 0; {
		at = append(at, len(body)-len(rest))
		size, n := binary.Uvarint(rest)
		rest = rest[n+crc32.Size+int(size):]
	}
	return at
}

// record returns the body of a response to remote read.
func record(api http.Handler, w http.ResponseWriter, r *http.Request) []byte {
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, r)
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	return rec.Body.Bytes()
}

// A stream that ends early is an error, even if HTTP reports success: at every frame border, at
// every byte of the first frame, and with every kind of end.
func TestAStreamThatEndsEarlyIsNoShortAnswer(t *testing.T) {
	selections := []prom.Selection{
		selection(t, "a_total", time.Hour, 9*time.Hour),
		selection(t, "b_total", time.Hour, 9*time.Hour),
	}
	var cut atomic.Int64
	var whole atomic.Pointer[[]byte]
	for name, end := range map[string]func(w http.ResponseWriter, r *http.Request, body []byte){
		"chunked, ended well, as by a proxy that reads by HTTP/1.0": func(w http.ResponseWriter, _ *http.Request,
			body []byte,
		) {
			w.(http.Flusher).Flush()
			_, _ = w.Write(body)
		},
		"with its length": func(w http.ResponseWriter, _ *http.Request, body []byte) {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			_, _ = w.Write(body)
		},
		"the connection is the answer": func(w http.ResponseWriter, _ *http.Request, body []byte) {
			raw(w, "HTTP/1.0 200 OK\r\nContent-Type: "+w.Header().Get("Content-Type")+"\r\n\r\n"+string(body))
		},
		"chunked, and the server is killed": func(w http.ResponseWriter, _ *http.Request, body []byte) {
			raw(w,
				fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n",
					w.Header().Get("Content-Type"), len(body), body))
		},
		"an error as text after it": func(w http.ResponseWriter, _ *http.Request, body []byte) {
			_, _ = w.Write(body)
			_, _ = io.WriteString(w, "query aborted: the storage is gone\n")
		},
		"zeros after it": func(w http.ResponseWriter, _ *http.Request, body []byte) {
			_, _ = w.Write(append(slices.Clone(body), make([]byte, 64)...))
		},
	} {
		t.Run(name, func(t *testing.T) {
			around := func(api http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/api/v1/read" {
						api.ServeHTTP(w, r)
						return
					}
					body := record(api, w, r)
					whole.Store(&body)
					end(w, r, body[:min(int(cut.Load()), len(body))])
				})
			}
			cut.Store(1 << 30)
			want := collector{}
			plain := newReader(t, prometheus3, "global: {}\n", nil, nil)
			_, err := streamSamples(t.Context(), plain, selections, &want)
			require.NoError(t, err)

			_, _ = streamSamples(t.Context(), newReader(t, prometheus3, "global: {}\n", nil, around), selections,
				&collector{})
			body := *whole.Load()
			borders := bordersOf(body)
			require.Greater(t, len(borders), 20)
			cuts := slices.Clone(borders)
			for n := range borders[1] + 1 {
				cuts = append(cuts, n)
			}
			r := newReader(t, prometheus3, "global: {}\n", nil, around)
			complete := 0
			for _, n := range cuts {
				cut.Store(int64(n))
				var got collector
				r.FastRetries(2)
				r.ForgetRefusals()
				_, err := streamSamples(t.Context(), r, selections, &got)
				if err == nil { // a part of the end marker arrived
					require.Equal(t, want.lines, got.lines, "cut at %d of %d", n, len(body))
					complete++
					continue
				}
				require.Equal(t, 2, got.resets, "it is tried again: %v", err)
				if !strings.Contains(name, "killed") {
					require.ErrorIs(t, err, prom.ErrNoSampleStream)
				}
			}
			require.Less(t, complete, len(borders)/2, "of the end marker's own frames")
		})
	}
}

// A retry starts over: samples of the failed attempt are discarded.
func TestAStreamThatBrokeOnceIsReadAgain(t *testing.T) {
	var n atomic.Int64
	r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/v1/read" || n.Add(1) > 1 {
				api.ServeHTTP(w, r)
				return
			}
			body := record(api, w, r)
			_, _ = w.Write(body[:bordersOf(body)[5]])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler) // as Prometheus ends a stream after a failure
		})
	})
	s := selection(t, "a_total", time.Hour, 9*time.Hour)
	var got collector
	_, err := streamSamples(t.Context(), r, []prom.Selection{s}, &got)
	require.NoError(t, err)
	require.Equal(t, 2, got.resets)
	require.Equal(t, sorted(truth(t, promtest.Load(t, counters), s)), sorted(got.lines))
}

// marker returns a response that ends with the series selected last, after the given frames.
func marker(t *testing.T, r *http.Request, frames ...[]byte) []byte {
	q, err := promtest.ReadRequest(r)
	require.NoError(t, err)
	last := q.Queries[len(q.Queries)-1]
	var lset []prompb.Label
	for _, m := range last.Matchers {
		if m.Value != "" {
			lset = append(lset, prompb.Label{Name: m.Name, Value: m.Value})
		}
	}
	end := frame(&prompb.ChunkedReadResponse{
		QueryIndex:    int64(len(q.Queries) - 1),
		ChunkedSeries: []*prompb.ChunkedSeries{{Labels: lset, Chunks: []prompb.Chunk{floats(0, 1)}}},
	})
	return bytes.Join(append(frames, end), nil)
}

// floats returns a chunk with one sample a minute.
func floats(from time.Duration, values ...float64) prompb.Chunk {
	c := chunkenc.NewXORChunk()
	app, err := c.Appender()
	if err != nil {
		panic(err)
	}
	for i, v := range values {
		app.Append(0, (from + time.Duration(i)*time.Minute).Milliseconds(), v)
	}
	return prompb.Chunk{
		Type: prompb.Chunk_XOR, Data: c.Bytes(), MinTimeMs: from.Milliseconds(),
		MaxTimeMs: (from + time.Duration(len(values)-1)*time.Minute).Milliseconds(),
	}
}

func seriesFrame(query int64, name string, chunks ...prompb.Chunk) []byte {
	return frame(&prompb.ChunkedReadResponse{QueryIndex: query, ChunkedSeries: []*prompb.ChunkedSeries{{
		Labels: []prompb.Label{{Name: "__name__", Value: "a_total"}, {Name: "pod", Value: name}}, Chunks: chunks,
	}}})
}

func answering(t *testing.T, frames func(r *http.Request) []byte) *reader {
	return newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/v1/read" {
				api.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse")
			_, _ = w.Write(frames(r))
		})
	})
}

// The sink receives samples in the server's order, with duplicates and overlaps. Samples outside of
// the selection are dropped.
func TestSamplesComeAsTheServerSendsThem(t *testing.T) {
	r := answering(t, func(r *http.Request) []byte {
		return marker(t, r, seriesFrame(0, "p", floats(59*time.Minute, 1, 2, 3), floats(61*time.Minute, 9, 4)),
			seriesFrame(0, "p", floats(62*time.Minute, 5), floats(70*time.Minute, 6)),
			seriesFrame(0, "p"), seriesFrame(0, "unlisted", floats(61*time.Minute, 7)),
			seriesFrame(1, "p", floats(62*time.Minute, 8)))
	})
	s := selection(t, `a_total{pod="p"}`, 59*time.Minute, 69*time.Minute)
	var got collector
	stats, err := streamSamples(t.Context(), r, []prom.Selection{s, s}, &got)
	require.NoError(t, err)
	const p = `{__name__="a_total", pod="p"}`
	require.Equal(t,
		[]string{
			"0 " + p + " 3600000 2", "0 " + p + " 3660000 3", "0 " + p + " 3660000 9", "0 " + p + " 3720000 4",
			"0 " + p + " 3720000 5", "1 " + p + " 3720000 8",
		}, got.lines)
	require.Equal(t, 2, stats.Series)
	require.EqualValues(t, 6, stats.Samples)
}

func TestAStreamThatMakesNoSenseIsAnError(t *testing.T) {
	good := seriesFrame(0, "p", floats(time.Hour, 1, 2, 3))
	damaged := slices.Clone(good)
	damaged[len(damaged)-1] ^= 1
	checksum := slices.Clone(good)
	checksum[2] ^= 1
	short := floats(time.Hour, 1, 2, 3)
	short.Data = short.Data[:len(short.Data)-8]
	for name, frames := range map[string][][]byte{
		"a damaged frame":               {good, damaged},
		"a damaged checksum":            {good, checksum},
		"a frame of an exabyte":         {good, []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x0f????")},
		"a length of more than 64 bits": {bytes.Repeat([]byte{0xff}, 20)},
		"no protobuf": {append([]byte{1},
			append(binary.BigEndian.AppendUint32(nil, crc32.Checksum([]byte{0xff}, crc32.MakeTable(crc32.Castagnoli))),
				0xff)...)},
		"a chunk that is cut":        {seriesFrame(0, "p", short)},
		"a chunk without a header":   {seriesFrame(0, "p", prompb.Chunk{Type: prompb.Chunk_XOR, Data: []byte{0}})},
		"an unknown encoding":        {seriesFrame(0, "p", prompb.Chunk{Type: 99, Data: []byte{0, 1, 2, 3}})},
		"no encoding":                {seriesFrame(0, "p", prompb.Chunk{Data: []byte{0, 1, 2, 3}})},
		"a query that was not asked": {seriesFrame(7, "p", floats(time.Hour, 1))},
		"a negative query":           {seriesFrame(-1, "p", floats(time.Hour, 1))},
		"queries out of order": {
			seriesFrame(1, "p", floats(time.Hour, 1)),
			seriesFrame(0, "p", floats(time.Hour, 1)),
		},
		"a series twice":                  {good, seriesFrame(0, "q", floats(time.Hour, 1)), good},
		"a series for another":            {seriesFrame(0, "renamed", floats(time.Hour, 1))},
		"the same, in an unlisted series": {seriesFrame(0, "unlisted", short)},
	} {
		t.Run(name, func(t *testing.T) {
			r := answering(t, func(r *http.Request) []byte { return marker(t, r, frames...) })
			s := selection(t, `a_total`, 30*time.Minute, 90*time.Minute)
			_, err := streamSamples(t.Context(), r, []prom.Selection{s, s}, &collector{})
			if name == "the same, in an unlisted series" { // it is not decoded
				require.ErrorIs(t, err, prom.ErrNoSampleStream, "p is missing")
				return
			}
			require.ErrorIs(t, err, prom.ErrNoSampleStream)
		})
	}
}

// A stream has a limit of bytes, and only one frame in memory. The server sends frames without end.
func TestAStreamIsBoundedByItsBytesAndHoldsOneFrame(t *testing.T) {
	values := make([]float64, 120)
	for i := range values {
		values[i] = float64(i) * 1.1
	}
	block := seriesFrame(0, "p", slices.Repeat([]prompb.Chunk{floats(time.Hour, values...)}, 1000)...)
	r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/v1/read" {
				api.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse")
			for {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		})
	})
	r.LimitBody(16 << 20)
	count := counting{}
	stats, err := streamSamples(t.Context(), r,
		[]prom.Selection{selection(t, `a_total{pod="p"}`, 30*time.Minute, 90*time.Minute)}, &count)
	var e *prom.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, prom.Limit, e.Reason)
	require.Equal(t, prom.Body, e.Limit)
	require.True(t, e.CanSplit())
	require.NotErrorIs(t, err, prom.ErrNoSampleStream, "less of it can be read")
	require.Greater(t, count.samples, 100_000)
	require.LessOrEqual(t, stats.Bytes, int64(16<<20+1<<20))
}

type counting struct{ samples int }

func (c *counting) Reset() { c.samples = 0 }

func (c *counting) Series(_ int, _ labels.Labels, samples prom.SampleIterator) error {
	for kind := samples.Next(); kind != chunkenc.ValNone; kind = samples.Next() {
		c.samples++
		if kind == chunkenc.ValFloat {
			c.samples += len(samples.Floats()) - 1
		}
	}
	return nil // StreamSamples detects the broken stream
}

func TestTheSinkMayRefuse(t *testing.T) {
	r := newReader(t, prometheus3, "global: {}\n", nil, nil)
	refusal := errors.New("two writers")
	got := collector{fail: func(labels.Labels) error { return refusal }}
	_, err := streamSamples(t.Context(), r, []prom.Selection{selection(t, "a_total", time.Hour, 9*time.Hour)}, &got)
	require.Equal(t, refusal, err)
	require.Equal(t, 1, got.resets)
	_, err = streamSamples(t.Context(), r, []prom.Selection{selection(t, "a_total", time.Hour, 9*time.Hour)},
		&collector{})
	require.NoError(t, err)
}

func TestRemoteReadsAreFewerThanPrometheusAnswersAtATime(t *testing.T) {
	const atATime = 10 // --storage.remote.read-concurrent-limit
	var now, most atomic.Int64
	release := make(chan struct{})
	r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/read" {
				most.Store(max(most.Load(), now.Add(1)))
				<-release
				defer now.Add(-1)
			}
			api.ServeHTTP(w, r)
		})
	})
	var wg sync.WaitGroup
	for _, c := range []*prom.Client{r.Client, r.ForAlerts(), r.ForViewer()} {
		for range 20 {
			wg.Go(func() {
				_, err := streamSamples(context.Background(), c,
					[]prom.Selection{selection(t, "a_total", time.Hour, 9*time.Hour)}, &collector{})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	require.Eventually(t, func() bool { return now.Load() == 8 }, time.Minute, time.Millisecond)
	close(release)
	wg.Wait()
	require.EqualValues(t, 8, most.Load())
	require.LessOrEqual(t, most.Load(), int64(atATime-2), "others read, too")
}

// With a list of series from another time, a read returns all samples, or ErrStaleList.
func TestAListOfAnotherTimeLosesNothing(t *testing.T) {
	server := promtest.Load(t, counters)
	r := newReader(t, prometheus3, "global: {}\n", nil, nil)
	random := rand.New(rand.NewPCG(1, 2))
	span := func() (from, to time.Duration) {
		from = time.Duration(random.IntN(1100)) * time.Minute
		return from, from + time.Duration(1+random.IntN(300))*time.Minute
	}
	served, stale := 0, 0
	for range 60 {
		selector := []string{"a_total", "b_total", `a_total{pod="q"}`}[random.IntN(3)]
		from, to := span()
		list, err := r.ListSeries(t.Context(), []prom.Selection{selection(t, selector, from, to)})
		require.NoError(t, err)
		for range 4 {
			from, to := span()
			var got collector
			_, err := r.StreamSamples(t.Context(), list, []prom.Selection{selection(t, selector, from, to)}, &got)
			if errors.Is(err, prom.ErrStaleList) {
				stale++
				continue
			}
			require.NoError(t, err)
			served++
			require.Equal(t, sorted(truth(t, server, selection(t, selector, from, to))), sorted(got.lines),
				"%s in (%s, %s]", selector, from, to)
		}
	}
	require.Greater(t, served, 60)
	require.Greater(t, stale, 30)
}
