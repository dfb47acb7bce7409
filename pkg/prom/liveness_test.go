package prom

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// slow serves the requests that answers accepts, and returns a client with a timeout of a tenth of
// a second. Connections stay in the process, so that in a synctest bubble time passes only while
// both sides wait.
func slow(t *testing.T, answers func(r *http.Request) bool) (c *Client, requested *atomic.Int64) {
	release := make(chan struct{})
	requested = new(atomic.Int64)
	within := make(pipes)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requested.Add(1)
		if answers(r) {
			_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
			return
		}
		<-release
	})}
	go func() { _ = srv.Serve(within) }()
	transport := &http.Transport{DialContext: within.dial}
	t.Cleanup(func() {
		close(release)
		transport.CloseIdleConnections()
		_ = srv.Close()
	})
	c, err := NewWith("http://prometheus", &http.Client{Transport: transport, Timeout: 100 * time.Millisecond}, Options{})
	require.NoError(t, err)
	c.knownProduct(dialect.For(dialect.Prometheus, "3.16.0", false, dialect.Options{}))
	return c, requested
}

// pipes listens for connections within the process.
type pipes chan net.Conn

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p <- server
	return client, nil
}

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error {
	close(p)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

var hour = Range{time.Unix(0, 0), time.Unix(3600, 0), time.Minute}

func TestASlowServerGetsSmallerRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, requested := slow(t, func(r *http.Request) bool { return r.URL.Query().Get("query") == "1" })
		_, _, err := c.QueryRange(t.Context(), "up", hour)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Timeout, e.Reason)
		require.True(t, e.CanSplit(), "it lives: %v", err)
		require.ErrorContains(t, err, "Raise the data source timeout")
		require.EqualValues(t, 2, requested.Load())
	})
}

// No synctest bubble: goroutines that wait for a shared probe do not block on a channel of the
// bubble.
func TestAnUnresponsiveServerGetsNoSmallerRequests(t *testing.T) {
	c, requested := slow(t, func(*http.Request) bool { return false })
	c.http.Timeout = 2 * time.Second // all have begun by then
	failures := make(chan error, 3*DefaultConcurrency)
	var waiting sync.WaitGroup
	for range cap(failures) {
		waiting.Go(func() {
			_, _, err := c.QueryRange(t.Context(), "up", hour)
			failures <- err
		})
	}
	waiting.Wait()
	close(failures)
	for err := range failures {
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Timeout, e.Reason)
		require.False(t, e.CanSplit())
		require.ErrorContains(t, err, "did not answer a health check (query=1) either")
	}
	// The eight requests with a slot share one probe. Requests that waited for a slot are not sent.
	require.LessOrEqual(t, requested.Load(), int64(DefaultConcurrency+1))
}

func TestOneTimeoutDoesForAQueryOfManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := slow(t, func(*http.Request) bool { return false })
		c.http.Timeout = 10 * time.Second
		c.liveness.silent = time.Now() // as if another request had just timed out
		began := time.Now()
		for range 3 {
			_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
			require.ErrorContains(t, err, "did not answer a health check (query=1) either")
		}
		require.Equal(t, 3*probeTimeout, time.Since(began), "three probes")
	})
}

func TestAServerIsQueriedAgainAfterSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back atomic.Bool
		c, _ := slow(t, func(*http.Request) bool { return back.Load() })
		_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
		require.Error(t, err)
		back.Store(true)
		_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
		require.NoError(t, err)
	})
}
