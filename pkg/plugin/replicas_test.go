package plugin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// replica is a Prometheus with its start time, and the age of its first sample.
type replica struct {
	started     int
	hours       int
	application string // replaces Prometheus in its build information
	hidesInfo   bool   // only /status/tsdb responds
	hidesAll    bool
}

func (r replica) serve(t *testing.T, now time.Time) http.Handler {
	rec := promtest.Recording{}
	for h := r.hours * 4; h >= 0; h-- {
		for n := range 15 {
			at := now.Add(-time.Duration(h)*15*time.Minute + time.Duration(n)*time.Minute)
			rec[`up{job="a"}`] = append(rec[`up{job="a"}`], promtest.Sample{Ms: at.UnixMilli(), V: 1})
		}
	}
	info := `{"version":"3.16.0","goVersion":"go1.26"}`
	if r.application != "" {
		info = r.application
	}
	mux := http.NewServeMux()
	mux.Handle("/", promtest.New(t, rec).Handler(info))
	start := fmt.Sprintf("2026-01-01T%02d:00:00Z", r.started)
	if !r.hidesInfo && !r.hidesAll {
		mux.HandleFunc("/api/v1/status/runtimeinfo", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"status":"success","data":{"startTime":%q}}`, start)
		})
	}
	if !r.hidesAll {
		mux.HandleFunc("/api/v1/status/tsdb", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"status":"success","data":{"headStats":{"minTime":%d}}}`,
				time.Unix(int64(r.started)*3600, 0).UnixMilli())
		})
	}
	return mux
}

type connection struct{}

// balance returns the address of a balancer that uses the servers in turn, per request or per
// connection.
func balance(t *testing.T, byConnection bool, servers ...http.Handler) string {
	var n atomic.Int64
	next := func() http.Handler { return servers[int(n.Add(1))%len(servers)] }
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if byConnection {
			r.Context().Value(connection{}).(http.Handler).ServeHTTP(w, r)
			return
		}
		next().ServeHTTP(w, r)
	}))
	srv.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connection{}, next())
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}

// Save & test warns of several servers with different data at one address, for every kind of
// balancer. It does not warn of equal servers.
func TestHealthNamesAnUnequalPair(t *testing.T) {
	const mimir = `{"version":"3.0.5","application":"Grafana Mimir"}`
	processes := "2 Prometheus processes answer at this address, in turn: started at 2026-01-01T01:00:00Z; started at 2026-01-01T05:00:00Z"
	answers := "The same query has different answers: count(up) at"
	for name, tt := range map[string]struct {
		replicas []replica
		want     []string // none: no warning
	}{
		"one":                    {[]replica{{started: 1, hours: 30}}, nil},
		"one that shows nothing": {[]replica{{hours: 30, hidesAll: true}}, nil},
		"a pair of equals": {
			[]replica{{started: 1, hours: 30}, {started: 5, hours: 30}},
			[]string{processes},
		},
		"a younger replica": {
			[]replica{{started: 1, hours: 30}, {started: 5, hours: 3}},
			[]string{processes, answers, "is 1 or nothing"},
		},
		"a pair that hides its processes": {[]replica{
			{started: 1, hours: 30, hidesAll: true},
			{started: 5, hours: 3, hidesAll: true},
		}, []string{answers}},
		"a pair that hides when it began": {
			[]replica{
				{started: 1, hours: 30, hidesInfo: true},
				{started: 5, hours: 30, hidesInfo: true},
			},
			[]string{"head from 1970-01-01T01:00:00Z; head from 1970-01-01T05:00:00Z"},
		},
		"queriers without data": {[]replica{
			{started: 1, hours: 30, application: mimir},
			{started: 5, hours: 30, application: mimir},
		}, nil},
		"queriers before unequal storages": {[]replica{
			{started: 1, hours: 30, application: mimir},
			{started: 5, hours: 3, application: mimir},
		}, []string{answers}},
	} {
		now := time.Now().Truncate(time.Minute) // the same for all, so equal servers have equal samples
		var servers []http.Handler
		for _, r := range tt.replicas {
			servers = append(servers, r.serve(t, now))
		}
		for _, byConnection := range []bool{false, true} {
			instance, err := NewDatasource(t.Context(),
				backend.DataSourceInstanceSettings{URL: balance(t, byConnection, servers...), JSONData: []byte(`{}`)})
			require.NoError(t, err)
			ds := instance.(*Datasource)
			t.Cleanup(ds.Dispose)
			health, err := ds.CheckHealth(t.Context(), nil)
			require.NoError(t, err)
			require.Equal(t, backend.HealthStatusOk, health.Status, name)
			for _, text := range tt.want {
				require.Contains(t, health.Message, text, name)
			}
			if len(tt.want) == 0 {
				require.NotContains(t, health.Message, "Warning", name)
				continue
			}
			require.Contains(t, health.Message, "query the servers through Thanos", name)
		}
	}
}
