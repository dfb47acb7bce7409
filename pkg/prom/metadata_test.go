package prom

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMetricTypesAreThoseThatAllTargetsAgreeOn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/metadata" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"status":"success","data":{"up":[{"type":"gauge","help":"","unit":""}],` +
			`"x":[{"type":"counter","help":"a"},{"type":"counter","help":"b"}],"y":[{"type":"counter"},{"type":"gauge"}],"http.requests":[{"type":"histogram"}]}}`))
	}))
	t.Cleanup(server.Close)
	client, err := NewWith(server.URL, server.Client(), Options{})
	require.NoError(t, err)
	types, err := client.MetricTypes(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"up": "gauge", "x": "counter", "http.requests": "histogram"}, types)

	without := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(without.Close)
	client, err = NewWith(without.URL, without.Client(), Options{})
	require.NoError(t, err)
	_, err = client.MetricTypes(t.Context())
	require.Error(t, err)
}
