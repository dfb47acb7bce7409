package prom

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// Responses of real servers, verbatim in the parts that matter.
var servers = map[string]map[string]string{
	"Prometheus 3.16.0": {
		"/api/v1/status/buildinfo": `{"status":"success","data":{"version":"3.16.0","revision":"","goVersion":"go1.26.8"}}`,
		"/api/v1/query":            `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"1"]}]}}`,
	},
	"Prometheus 2.42.0+ds": {
		"/api/v1/status/buildinfo": `{"status":"success","data":{"version":"2.42.0+ds","revision":"2.42.0+ds-5+deb12u1","goVersion":"go1.19.8"}}`,
		"/api/v1/query":            `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"2"]}]}}`,
	},
	"Thanos 0.42.4": {
		"/api/v1/status/buildinfo": `{"status":"success","data":{"version":"0.42.4","revision":"","goVersion":"go1.26.8"}}`,
		"/api/v1/stores":           `{"status":"success","data":{}}`,
		"/api/v1/query":            `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"1"]}]}}`,
	},
	"Mimir 3.0.5": {
		"/api/v1/status/buildinfo": `{"status":"success","data":{"application":"Grafana Mimir","version":"3.0.5","goVersion":"go1.26.8"}}`,
		"/api/v1/query":            `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"1"]}]}}`,
	},
	"VictoriaMetrics": {
		"/api/v1/status/buildinfo": `{"status":"success","data":{"version":"2.24.0"}}`,
		"/api/v1/query":            `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"1"]}]},"stats":{"seriesFetched": "0"}}`,
	},
	"Prometheus-compatible server": { // behind a gateway that only passes queries
		"/api/v1/query": `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795341600,"1"]}]}}`,
	},
}

func serve(t *testing.T, answers map[string]string, requested *atomic.Int64) *httptest.Server {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requested.Add(1)
		if body, ok := answers[r.URL.Path]; ok {
			_, _ = fmt.Fprint(w, body)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestServersAreDetectedOnce(t *testing.T) {
	for want, answers := range servers {
		t.Run(want, func(t *testing.T) {
			var requested atomic.Int64
			srv := serve(t, answers, &requested)
			c, err := NewWith(srv.URL+"/", srv.Client(), Options{})
			require.NoError(t, err)
			got, err := c.Dialect(t.Context())
			require.NoError(t, err)
			require.Equal(t, want, got.String())
			require.Equal(t, want == "Prometheus 2.42.0+ds", got.ClosedRanges)
			require.Equal(t, want == "VictoriaMetrics" || got.Product == dialect.Unknown, got.DailySeries)
			before := requested.Load()
			_, err = c.Dialect(t.Context())
			require.NoError(t, err)
			require.Equal(t, before, requested.Load())
		})
	}
}

// An invalid build information is cached only if it repeats. A single failure decides nothing.
func TestAGarbledAnswerIsNotRemembered(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v1/status/buildinfo": "Prometheus-compatible server",
		"/api/v1/stores":           "Prometheus-compatible server", "/api/v1/query": "",
	} {
		for _, garbage := range []string{`{"status":"success","data":{"ver`, "<html>", ""} {
			answers := map[string]string{path: garbage}
			for p, body := range servers["Thanos 0.42.4"] {
				if p != path {
					answers[p] = body
				}
			}
			var requested atomic.Int64
			srv := serve(t, answers, &requested)
			c, err := NewWith(srv.URL, srv.Client(), Options{})
			require.NoError(t, err)
			for range 2 {
				got, err := c.Dialect(t.Context())
				require.Equal(t, want == "", err != nil, "%s: %v", path, err)
				if want != "" {
					require.Equal(t, want, got.String(), "%s: queried in the way that is right on all", path)
				}
			}
			answers[path] = servers["Thanos 0.42.4"][path]
			got, err := c.Dialect(t.Context())
			require.NoError(t, err)
			require.Equal(t, "Thanos 0.42.4", got.String(), path)
		}
	}
	var requested atomic.Int64
	srv := serve(t,
		map[string]string{
			"/api/v1/status/buildinfo": "<html>",
			"/api/v1/query":            servers["Thanos 0.42.4"]["/api/v1/query"],
		}, &requested)
	c, err := NewWith(srv.URL, srv.Client(), Options{})
	require.NoError(t, err)
	for range 10 {
		_, err := c.Dialect(t.Context())
		require.NoError(t, err)
	}
	require.EqualValues(t, 2*maxReadFailures, requested.Load(),
		"a gateway that answers with a page is not queried again and again")
}

func TestTheSettingsDefineWhatAGatewayHides(t *testing.T) {
	var requested atomic.Int64
	srv := serve(t, servers["Prometheus-compatible server"], &requested)
	c, err := NewWith(srv.URL, srv.Client(), Options{Product: dialect.Thanos})
	require.NoError(t, err)
	got, err := c.Dialect(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Thanos", got.String())
}

func TestNothingIsAssumedAboutAServerOutOfReach(t *testing.T) {
	up := false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !up {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprint(w, servers["Prometheus 2.42.0+ds"][r.URL.Path])
	}))
	defer srv.Close()
	c, err := NewWith(srv.URL, srv.Client(), Options{})
	require.NoError(t, err)
	c.retries.first = time.Millisecond
	_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, Busy, e.Reason)
	up = true
	got, err := c.Dialect(t.Context())
	require.NoError(t, err)
	require.True(t, got.ClosedRanges)
}
