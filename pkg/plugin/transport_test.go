package plugin

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom"
)

func TestRequestsToAmazonAreSigned(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", "") // the SDK of AWS rejects it together with a custom HTTP client
	var signature string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signature = r.Header.Get("Authorization")
		http.NotFound(w, r)
	}))
	defer srv.Close()
	ctx := config.WithGrafanaConfig(t.Context(),
		config.NewGrafanaCfg(map[string]string{"AWS_AUTH_AllowedAuthProviders": "keys"}))
	instance, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{
		URL: srv.URL, JSONData: []byte(`{"sigV4Auth":true,"sigV4AuthType":"keys","sigV4Region":"eu-central-1"}`),
		DecryptedSecureJSONData: map[string]string{"sigV4AccessKey": "AKIDEXAMPLE", "sigV4SecretKey": "kept to itself"},
	})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	res, err := ds.CheckHealth(ctx, &backend.CheckHealthRequest{})
	require.NoError(t, err)
	require.Contains(t, res.Message, "404")
	require.True(t, strings.HasPrefix(signature, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), signature)
	require.Contains(t, signature, "/eu-central-1/aps/aws4_request")
}

func TestGrafanaDefinesTheKindsOfCredentials(t *testing.T) {
	requestCount := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requestCount = true }))
	defer srv.Close()
	ctx := config.WithGrafanaConfig(t.Context(),
		config.NewGrafanaCfg(map[string]string{"AWS_AUTH_AllowedAuthProviders": "keys"}))
	instance, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{
		URL:      srv.URL,
		JSONData: []byte(`{"sigV4Auth":true,"sigV4AuthType":"ec2_iam_role","sigV4Region":"eu-central-1"}`),
	})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	res, err := ds.CheckHealth(ctx, &backend.CheckHealthRequest{})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, res.Status)
	require.Contains(t, res.Message, "non-allowed auth method")
	require.False(t, requestCount)
}

func TestConnectionsAreUsedAgainAndOnThisMachineNothingIsCompressed(t *testing.T) {
	const rounds = 5
	var connections atomic.Int32
	meet := make(chan struct{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Empty(t, r.Header.Get("Accept-Encoding"))
		meet <- struct{}{} // waits until all are under way
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	client, _, err := newHTTPClient(t.Context(),
		backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: []byte(`{}`)})
	require.NoError(t, err)
	var free sync.WaitGroup // a connection is free shortly after its response was read
	idle := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{PutIdleConn: func(err error) {
		assert.NoError(t, err)
		free.Done()
	}})
	for range rounds {
		free.Add(prom.DefaultConcurrency)
		var wg sync.WaitGroup
		for range prom.DefaultConcurrency {
			wg.Go(func() {
				req, err := http.NewRequestWithContext(idle, http.MethodGet, srv.URL, http.NoBody)
				require.NoError(t, err)
				res, err := client.Do(req)
				if assert.NoError(t, err) {
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
			})
		}
		for range prom.DefaultConcurrency {
			<-meet
		}
		wg.Wait()
		free.Wait()
	}
	// some may be opened while another becomes free
	require.Less(t, connections.Load(), int32(2*prom.DefaultConcurrency))
}

// Every instance opens as many connections as it can use. They close when the instance is replaced
// or disposed.
func TestSavingAgainAndAgainLeavesNoConnectionsOpen(t *testing.T) {
	const savings = 64
	var mu sync.Mutex
	open, most := map[net.Conn]bool{}, 0
	meet := make(chan struct{}, prom.DefaultConcurrency)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("query") == "up" {
			meet <- struct{}{}
			for len(meet) < cap(meet) { // waits until all are under way
				time.Sleep(time.Millisecond)
			}
		}
		_, _ = io.WriteString(w,
			`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[0,"1"]}]}}`)
	}))
	srv.Config.ConnState = func(c net.Conn, s http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch s {
		case http.StateNew:
			open[c] = true
			most = max(most, len(open))
		case http.StateClosed, http.StateHijacked:
			delete(open, c)
		default:
		}
	}
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(open)
	}
	srv.Start()
	defer srv.Close()
	all := make([]*Datasource, 0, savings)
	for range savings {
		instance, err := NewDatasource(t.Context(),
			backend.DataSourceInstanceSettings{UID: "saved", URL: srv.URL, JSONData: []byte(`{}`)})
		require.NoError(t, err)
		ds := instance.(*Datasource)
		all = append(all, ds)
		var wg sync.WaitGroup
		for range prom.DefaultConcurrency {
			wg.Go(func() {
				_, _, err := ds.engines.client.Query(t.Context(), "up", time.Unix(0, 0))
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		for range prom.DefaultConcurrency {
			<-meet
		}
		require.Eventually(t, func() bool { return count() <= prom.MaxConnections }, time.Minute, time.Millisecond)
	}
	mu.Lock()
	peak := most
	mu.Unlock()
	require.LessOrEqual(t, peak, 2*prom.MaxConnections)
	require.GreaterOrEqual(t, peak, prom.DefaultConcurrency)
	for _, ds := range all { // requests of a replaced instance leave no connection open
		_, _, err := ds.engines.client.Query(t.Context(), "1", time.Unix(0, 0))
		require.NoError(t, err)
		ds.Dispose()
	}
	require.Eventually(t, func() bool { return count() == 0 }, time.Minute, time.Millisecond)
	require.NotContains(t, current.conns, "saved")
	(&Datasource{}).Dispose() // with invalid settings
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"http://localhost:9090": true, "http://127.0.0.1:9090/prometheus": true, "https://[::1]:9090": true,
		"http://127.9.9.9":       true,
		"http://prometheus:9090": false, "https://10.0.0.1": false, "http://localhost.example.org": false, "://": false,
		"": false,
	} {
		require.Equal(t, want, isLoopback(address), address)
	}
}
