package prom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// Responses that real servers do not give on demand. See tests/ for those that they give.
func TestFailuresAreNamed(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		reason  Reason
		message string
	}{
		{
			"too many samples", 422,
			`{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}`, Limit,
			"Prometheus query failed: query processing would load too many samples into memory in query execution. Narrow the selector, group by fewer labels, or raise the server's limit",
		},
		{
			"Mimir limit", 422,
			`{"status":"error","errorType":"execution","error":"the query exceeded the maximum number of series (limit: 5 series) (err-mimir-max-series-per-query)"}`, Limit,
			"Prometheus query failed: the query exceeded the maximum number of series (limit: 5 series) (err-mimir-max-series-per-query). Narrow the selector, group by fewer labels, or raise the server's limit",
		},
		{
			"bad query", 400, `{"status":"error","errorType":"bad_data","error":"parse error"}`, BadQuery,
			"Prometheus query failed: parse error",
		},
		{
			"server timeout", 503,
			`{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`, Timeout,
			"Prometheus query failed: query timed out in expression evaluation. Raise the data source timeout, shorten the window, or group by fewer labels",
		},
		{
			"no credentials", 401, "no org id", Unauthorized,
			"Prometheus query failed: client error: 401: no org id. Check the data source's authentication settings",
		},
		{
			"rate limit", 429, "slow down", Busy,
			"Prometheus query failed: client error: 429: slow down. The server is overloaded or restarting. Try again shortly",
		},
		{
			"bad gateway", 502, "<html>oops</html>", Busy,
			"Prometheus query failed: server error: 502: <html>oops</html>. The server is overloaded or restarting. Try again shortly",
		},
		{"a page of a proxy", 200, "<html>please log in</html>", BadResponse, ""},
		{"cut off", 200, `{"status":"success","data":{"resultType":"vector","result":[{"met`, BadResponse, ""},
		{
			"a long page of another alphabet", 502, strings.Repeat("é", 200), Busy,
			"Prometheus query failed: server error: 502: " + strings.Repeat("é", 160) +
				".... The server is overloaded or restarting. Try again shortly",
		},
		{
			"Latin-1", 502, "gest\xf6rt", Busy,
			"Prometheus query failed: server error: 502: gest\uFFFDrt. The server is overloaded or restarting. Try again shortly",
		},
		{
			"not found", 404, "404 page not found", BadResponse,
			"Prometheus query failed: client error: 404: 404 page not found. The data source URL does not seem to be a Prometheus API. Is a path prefix missing?",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = fmt.Fprint(w, tt.body)
			}))
			defer srv.Close()
			c := knownProduct(t, srv, dialect.For(dialect.Prometheus, "3.16.0", false, dialect.Options{}))
			_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.reason, e.Reason, err.Error())
			if tt.message != "" {
				require.EqualError(t, err, tt.message)
			}
		})
	}
}

// knownProduct returns a client for a known product, with short pauses between retries.
func knownProduct(t *testing.T, srv *httptest.Server, d dialect.Dialect) *Client {
	c, err := NewWith(srv.URL, srv.Client(), Options{})
	require.NoError(t, err)
	c.knownProduct(d)
	return c
}

func (c *Client) knownProduct(d dialect.Dialect) {
	c.detector.known, c.detector.until = d, time.Now().Add(time.Hour)
	c.retries = retries{attempts: 4, first: time.Millisecond, most: 4 * time.Millisecond}
}

func TestNoServer(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	c, err := NewWith("http://user:secret@"+srv.Listener.Addr().String(), http.DefaultClient, Options{})
	require.NoError(t, err)
	_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Unreachable, e.Reason)
	require.NotContains(t, err.Error(), "secret")
	require.ErrorContains(t, err, "Check that the server is up")
}

func TestSlowServer(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	hc := srv.Client()
	hc.Timeout = 50 * time.Millisecond
	c, err := NewWith(srv.URL, hc, Options{})
	require.NoError(t, err)
	_, _, err = c.QueryRange(t.Context(), "up", Range{time.Unix(0, 0), time.Unix(60, 0), time.Minute})
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Timeout, e.Reason, err.Error())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = c.Query(ctx, "up", time.Unix(0, 0))
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, errors.As(err, new(*Error)))
}

func TestARedirectToAnotherHostIsRefused(t *testing.T) {
	requested := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requested = true }))
	defer other.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	c, err := NewWith(srv.URL, srv.Client(), Options{})
	require.NoError(t, err)
	_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
	require.EqualError(t, err,
		"Prometheus query failed: redirect to another host ("+other.Listener.Addr().String()+") refused. "+
			"Set the data source URL to the final address. The data source URL does not seem to be a Prometheus API. Is a path prefix missing?")
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, BadResponse, e.Reason)
	require.False(t, requested)
}

func TestAHostCalledRedirectIsNoRedirect(t *testing.T) {
	c, err := NewWith("http://redirect.invalid", &http.Client{Transport: lost{}}, Options{})
	require.NoError(t, err)
	_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Unreachable, e.Reason)
	require.EqualError(t, err,
		"Prometheus query failed: lookup redirect.invalid: no such host. Check that the server is up and that the data source URL is right")
}

// lost is a network on which every connection fails.
type lost struct{}

func (lost) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("lookup %s: no such host", r.URL.Host)
}

func TestWarningsClassifyMissingData(t *testing.T) {
	notices := markWarnings([]string{
		"fetch series for Addr: 10.0.0.1:10905 connection refused", "remote_read: 500",
		"PromQL warning: encountered a mix of histograms and floats",
		"No StoreAPIs matched for this query",
	}, nil)
	partial := make([]bool, len(notices))
	for i, w := range notices {
		partial[i] = Partial(w)
	}
	require.Equal(t, []bool{true, true, false, false}, partial)
	require.Equal(t, "No StoreAPIs matched for this query", notices[3])
	require.Empty(t, markWarnings(nil, nil))
}

func TestWarningsAboutLabelValuesAreKept(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"status":"success","data":["0.3","+Inf"],"warnings":["store a is down"]}`)
	}))
	defer srv.Close()
	c, err := NewWith(srv.URL, srv.Client(), Options{})
	require.NoError(t, err)
	values, warnings, err := c.LabelValues(t.Context(), "le", "x_bucket", time.Unix(0, 0), time.Unix(60, 0))
	require.NoError(t, err)
	require.Equal(t, []string{"0.3", "+Inf"}, values)
	require.Equal(t, []string{"The server may have answered from a part of its data: store a is down"}, warnings)
}
