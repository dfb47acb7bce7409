package prom

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

const one = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[0,"1"]}]}}`

var plain = dialect.For(dialect.Prometheus, "3.16.0", false, dialect.Options{})

// The server fails the given number of times in the given way, then succeeds.
func TestWhatIsSentAgain(t *testing.T) {
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code); _, _ = fmt.Fprint(w, body) }
	}
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	midway := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = fmt.Fprint(w, one[:20])
	}
	for _, tt := range []struct {
		name      string
		fail      http.HandlerFunc
		failures  int64
		requested int64
		reason    Reason
		ok        bool
	}{
		{"429", status(429, "slow down"), 2, 3, 0, true},
		{"502", status(502, "<html>bad gateway</html>"), 1, 2, 0, true},
		{"503", status(503, "no healthy upstream"), 3, 4, 0, true},
		{"504", status(504, ""), 1, 2, 0, true},
		{"504 for ever", status(504, ""), 99, 4, Timeout, false},
		{"429 for ever", status(429, ""), 99, 4, Busy, false},
		{"reset", reset, 2, 3, 0, true},
		{"closed in the middle of an answer", midway, 2, 3, 0, true},
		{"closed in the middle, for ever", midway, 99, 4, Unreachable, false},
		{"400", status(400, `{"status":"error","errorType":"bad_data","error":"parse error"}`), 1, 1, BadQuery, false},
		{"401", status(401, "no org id"), 1, 1, Unauthorized, false},
		{"403", status(403, ""), 2, 2, Unauthorized, false}, // retried as GET: gateways may forbid methods
		{"404", status(404, ""), 1, 1, BadResponse, false},
		{
			"422", status(422, `{"status":"error","errorType":"execution","error":"found duplicate series"}`), 1, 1,
			ServerFault, false,
		},
		{
			"blocks on their way",
			status(500,
				`{"status":"error","errorType":"internal","error":"failed to fetch some blocks (err-mimir-store-consistency-check-failed)"}`), 2, 3, 0, true,
		},
		{"500", status(500, "oops"), 1, 1, ServerFault, false},
		{
			"a query that timed out",
			status(503, `{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`),
			1, 1, Timeout, false,
		},
		{
			"a limit under 503",
			status(503, `{"status":"error","errorType":"execution","error":"exceeded series limit: 5"}`), 1, 1, Limit,
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var requested atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.FormValue("query") != "up" {
					t.Errorf("the query was not sent again: %q", r.Form)
				}
				if requested.Add(1) <= tt.failures {
					tt.fail(w, r)
					return
				}
				_, _ = fmt.Fprint(w, one)
			}))
			defer srv.Close()
			m, _, err := knownProduct(t, srv, plain).Query(t.Context(), "up", time.Unix(0, 0))
			require.Equal(t, tt.requested, requested.Load())
			if tt.ok {
				require.NoError(t, err)
				require.Len(t, m, 1)
				return
			}
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.reason, e.Reason, e)
		})
	}
}

// If Retry-After exceeds the deadline, the request is not retried.
func TestRetryAfterIsHonoured(t *testing.T) {
	for _, tt := range []struct {
		after     string
		requested int64
	}{{"1", 2}, {"3600", 1}, {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 1}} {
		var requested atomic.Int64
		var first, second time.Time
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if requested.Add(1) == 1 {
				first = time.Now()
				w.Header().Set("Retry-After", tt.after)
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			second = time.Now()
			_, _ = fmt.Fprint(w, one)
		}))
		_, _, err := knownProduct(t, srv, plain).Query(t.Context(), "up", time.Unix(0, 0))
		srv.Close()
		require.Equal(t, tt.requested, requested.Load(), tt.after)
		if tt.requested == 1 {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		require.GreaterOrEqual(t, second.Sub(first), time.Second)
	}
}

func TestRetriesEndWithTheDeadline(t *testing.T) {
	var requested atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requested.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer srv.Close()
	c := knownProduct(t, srv, plain)
	c.retries = retries{attempts: 1000, first: time.Hour, most: time.Hour}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, _, err := c.Query(ctx, "up", time.Unix(0, 0))
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Busy, e.Reason)
	require.EqualValues(t, 1, requested.Load())
	require.NoError(t, ctx.Err(), "it does not wait in vain")
}

func TestAPartialAnswerIsNone(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w,
			`{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[{"metric":{},"value":[0,"1"]}]}}`)
	}))
	defer srv.Close()
	_, _, err := knownProduct(t, srv, plain).Query(t.Context(), "up", time.Unix(0, 0))
	require.EqualError(t, err,
		"Prometheus query failed: the server returned partial data: some of its storage is unavailable")
}

func TestAGzipBombIsCutOff(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write([]byte(`{"status":"success","data":"`))
	block := bytes.Repeat([]byte{' '}, 1<<20)
	for range 64 {
		_, _ = z.Write(block)
	}
	require.NoError(t, z.Close())
	require.Less(t, bomb.Len(), 1<<20)
	var requested atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requested.Add(1)
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}))
	defer srv.Close()
	for _, canRetry := range []bool{true, false} {
		requested.Store(0)
		srv.Client().Transport.(*http.Transport).DisableCompression = !canRetry
		c := knownProduct(t, srv, plain)
		c.options.MaxBody = 8 << 20
		_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Limit, e.Reason)
		require.Equal(t, Body, e.Limit)
		require.True(t, e.CanSplit())
		require.EqualValues(t, 1, requested.Load())
		require.ErrorContains(t, err, "larger than maxResponseMiB (8 MiB)")
	}
}

func TestWhatIsCompressedUnaskedIsRead(t *testing.T) {
	var answer bytes.Buffer
	z := gzip.NewWriter(&answer)
	_, _ = z.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[0,"7"]}]}}`))
	require.NoError(t, z.Close())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(answer.Bytes())
	}))
	defer srv.Close()
	srv.Client().Transport.(*http.Transport).DisableCompression = true
	m, _, err := knownProduct(t, srv, plain).Query(t.Context(), "up", time.Unix(0, 0))
	require.NoError(t, err)
	require.Len(t, m, 1)
	require.EqualValues(t, 7, m[0].Values[0].Value)
}
