package promclient_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/promclient"
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

// reader is a server that counts how it was asked, and its client.
type reader struct {
	*promclient.Client
	reads, queries atomic.Int64
}

func newReader(t *testing.T, buildinfo, config string, adds map[string]string, around func(http.Handler) http.Handler) *reader {
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
		case req.URL.Path == "/api/v1/query" && req.Method == http.MethodPost: // GET asks what the server is
			r.queries.Add(1)
		}
		api.ServeHTTP(w, req)
	}))
	t.Cleanup(srv.Close)
	var err error
	r.Client, err = promclient.New(srv.URL, http.DefaultClient)
	require.NoError(t, err)
	r.FastRetries(3)
	return r
}

func byMetric(m model.Matrix) map[string][]model.SamplePair {
	out := map[string][]model.SamplePair{}
	for _, s := range m {
		out[s.Metric.String()] = s.Values
	}
	return out
}

// What comes by remote read is what the range selector gives, to the sample.
func TestLongRangesComeByRemoteReadAndAreTheSame(t *testing.T) {
	external := map[string]string{"cluster": "here", "replica": "1"}
	for _, tt := range []struct {
		name, config string
		adds         map[string]string
	}{
		{"no external labels", "global:\n  scrape_interval: 15s\n", nil},
		{"external labels", "global:\n  external_labels:\n    cluster: here\n    replica: \"1\"\n", external},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, prometheus3, tt.config, tt.adds, nil)
			truth := promtest.Load(t, counters)
			for _, at := range []time.Duration{time.Hour, 400 * time.Minute, 59990 * time.Second, 70 * time.Hour} {
				const expr = `a_total{pod!="x",pod=~".+"}[7h30m]`
				want, _, err := truth.Query(t.Context(), expr, time.Unix(0, 0).Add(at))
				require.NoError(t, err)
				got, warnings, err := r.Query(t.Context(), expr, time.Unix(0, 0).Add(at))
				require.NoError(t, err)
				require.Empty(t, warnings)
				require.Equal(t, byMetric(want), byMetric(got), at)
			}
			require.EqualValues(t, 3, r.reads.Load(), "of 70 h nothing is listed")
			require.Zero(t, r.queries.Load())
		})
	}
}

// Where remote read cannot tell what a query would, a query is asked.
func TestWhatRemoteReadCannotTellIsQueried(t *testing.T) {
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
	damaged := func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			api.ServeHTTP(rec, r)
			text := rec.Body.Bytes()
			if r.URL.Path == "/api/v1/read" {
				w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
				text = bytes.Clone(text)
				text[len(text)-3] ^= 1
			}
			_, _ = w.Write(text)
		})
	}
	const chunked = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
	for _, tt := range []struct {
		name, buildinfo, config, expr string
		adds                          map[string]string
		around                        func(http.Handler) http.Handler
		reads                         int64 // for two questions
	}{
		{name: "a short range", expr: "a_total[59m]"},
		{name: "an offset", expr: "a_total[7h] offset 1m"},
		{name: "another product", buildinfo: `{"version":"3.0","application":"Grafana Mimir"}`},
		{name: "histograms", expr: "h[7h]", reads: 2},
		{name: "a matcher of an external label", config: configHere, adds: here, expr: `b_total{cluster=""}[7h]`},
		{name: "a label that may be either's", config: configHere, adds: here, expr: "b_total[7h]"},
		{name: "labels of a configuration that was changed", config: configHere, adds: map[string]string{"cluster": "there"}, reads: 2},
		{name: "more storage behind it", config: "remote_read: [{url: http://a/}]\n"},
		{name: "no configuration", config: " "},
		{name: "no remote read", around: body(404, "text/plain", "not found"), reads: 1},
		{name: "it is forbidden", around: body(403, "text/plain", "no"), reads: 1},
		{name: "a page", around: body(200, "text/html", "<html>"), reads: 1},
		{name: "samples where chunks were asked for", around: body(200, "application/x-protobuf", ""), reads: 1},
		{name: "an error in its midst", around: body(200, chunked, "context canceled while reading blocks\n"), reads: 3},
		{name: "a damaged part", around: damaged, reads: 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, either(tt.buildinfo, prometheus3), either(tt.config, "global: {scrape_interval: 15s}\n"), tt.adds, tt.around)
			expr := either(tt.expr, "a_total[7h]")
			at := time.Unix(0, 0).Add(12 * time.Hour)
			want, _, err := promtest.Load(t, counters).Query(t.Context(), expr, at)
			require.NoError(t, err)
			for range 2 {
				got, _, err := r.Query(t.Context(), expr, at)
				require.NoError(t, err)
				require.Equal(t, byMetric(want), byMetric(got))
			}
			require.Equal(t, tt.reads, r.reads.Load())
			require.EqualValues(t, 2, r.queries.Load())
		})
	}
}

// A proxy that keeps viewers to their part narrows the requests that it knows.
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
	at := time.Unix(0, 0).Add(12 * time.Hour)
	want, _, err := promtest.Load(t, counters).Query(t.Context(), `b_total{cluster="here"}[7h]`, at)
	require.NoError(t, err)
	got, _, err := r.Query(t.Context(), "b_total[7h]", at)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, byMetric(want), byMetric(got))
	require.EqualValues(t, 1, r.reads.Load())
	require.Zero(t, r.queries.Load())
}

func either(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func TestFailuresOfRemoteReadAreToldAsSuch(t *testing.T) {
	for _, tt := range []struct {
		name   string
		way    func(w http.ResponseWriter)
		reason promclient.Reason
	}{
		{"server error", func(w http.ResponseWriter) { http.Error(w, "disk on fire", http.StatusInternalServerError) }, promclient.ServerFault},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, prometheus3, "global: {}\n", nil, func(api http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if strings.HasSuffix(req.URL.Path, "/read") {
						tt.way(w)
						return
					}
					api.ServeHTTP(w, req)
				})
			})
			_, _, err := r.Query(t.Context(), "a_total[7h]", time.Unix(36000, 0))
			var e *promclient.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.reason, e.Reason, err)
		})
	}
}
