package isolation

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/promtest"
)

const mimir = `{"application":"Grafana Mimir","version":"3.0.5","goVersion":"go1.26.8"}`

// now is the end of the recorded samples.
var now = time.Now().Truncate(time.Minute).Add(-time.Minute)

// recording returns thirteen hours of one workload. One of oneIn requests fails.
func recording(workload string, oneIn int) promtest.Recording {
	rec := promtest.Recording{}
	ok, failed := fmt.Sprintf(`requests_total{code="200",workload=%q}`, workload),
		fmt.Sprintf(`requests_total{code="500",workload=%q}`, workload)
	for minute := range 781 {
		ms := now.Add(time.Duration(minute-780) * time.Minute).UnixMilli()
		rec[ok] = append(rec[ok], promtest.Sample{Ms: ms, V: float64(1000 * minute)})
		rec[failed] = append(rec[failed], promtest.Sample{Ms: ms, V: float64(1000 * minute / oneIn)})
	}
	return rec
}

// shared is one address with different data for each user, selected by a request header. Requests
// without it are rejected.
type shared struct {
	*httptest.Server
	mu      sync.Mutex
	owners  map[string]http.Handler // by value of the header
	headers []http.Header           // of all requests
	strict  bool                    // rejects unknown tenants
}

func share(t *testing.T, header string, owners map[string]http.Handler) *shared {
	s := &shared{owners: owners}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.headers = append(s.headers, r.Header.Clone())
		h := s.owners[r.Header.Get(header)]
		s.mu.Unlock()
		if h == nil || s.strict && r.Header.Get("X-Scope-OrgID") == "burnline-tenant-check" {
			http.Error(w, "no org id", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shared) seen() []http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]http.Header{}, s.headers...)
}

func (s *shared) forget(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.owners, owner)
}

func owner(t *testing.T, workload string, oneIn int) http.Handler {
	return promtest.New(t, recording(workload, oneIn)).Handler(mimir)
}

func source(t *testing.T, uid, url, jsonData string, secrets map[string]string) *pluginhost.DataSource {
	t.Helper()
	s, err := pluginhost.NewDataSource(pluginID, uid, uid, url, nil)
	require.NoError(t, err)
	s.Save(url, []byte(jsonData), secrets)
	return s
}

const summary = `{"queryType":"summary","inline":{"name":"availability","objective":99,"window":"12h","by":["workload"],
	"sli":{"events":{"total":"requests_total","bad":"requests_total{code=\"500\"}"}}}}`

// ask sends one query with the headers of a viewer.
func ask(t *testing.T, s *pluginhost.DataSource, headers map[string]string, json string) backend.DataResponse {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	res, err := host.QueryData(ctx,
		&backend.QueryDataRequest{PluginContext: s.Context(), Headers: headers, Queries: []backend.DataQuery{{
			RefID: "A", QueryType: "summary", JSON: []byte(json), Interval: time.Minute, MaxDataPoints: 100,
			TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
		}}})
	require.NoError(t, err)
	return res.Responses["A"]
}

// seesOnly asserts that a result is of one workload.
func seesOnly(t *testing.T, answer backend.DataResponse, workload string, bad float64) {
	t.Helper()
	require.NoError(t, answer.Error)
	require.Len(t, answer.Frames, 1)
	frame := answer.Frames[0]
	require.Equal(t, 1, frame.Rows(), "rows")
	field, _ := frame.FieldByName("workload")
	require.NotNil(t, field)
	require.Equal(t, workload, field.At(0))
	counted, _ := frame.FieldByName("bad")
	require.NotNil(t, counted)
	value, err := counted.NullableFloatAt(0)
	require.NoError(t, err)
	require.InDelta(t, bad, *value, 1e-6)
}

// serveAll serves the same data to all users.
func serveAll(t *testing.T, h http.Handler) (url string) {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
