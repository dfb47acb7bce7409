package prom

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

func TestExemplars(t *testing.T) {
	var requested string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/query_exemplars" {
			http.NotFound(w, r)
			return
		}
		requested = r.FormValue("query") + " " + r.FormValue("start") + " " + r.FormValue("end")
		_, _ = w.Write([]byte(`{"status":"success","warnings":["w"],"data":[{"seriesLabels":{"__name__":"x_total","code":"500"},` +
			`"exemplars":[{"labels":{"trace_id":"EpTxMJ40fUus7aGY"},"value":"6.5","timestamp":1600096945.479}]}]}`))
	}))
	t.Cleanup(server.Close)
	client := func(p dialect.Product) *Client {
		c, err := NewWith(server.URL, server.Client(), Options{Product: p})
		require.NoError(t, err)
		return c
	}
	found, warnings, err := client(dialect.Mimir).Exemplars(t.Context(), `x_total`, time.Unix(1, 0), time.Unix(2, 5e8))
	require.NoError(t, err)
	require.Equal(t, "x_total 1 2.5", requested)
	require.Equal(t, []string{"The server may have answered from a part of its data: w"}, warnings)
	require.Equal(t, []ExemplarSeries{{
		map[string]string{"__name__": "x_total", "code": "500"},
		[]Exemplar{{map[string]string{"trace_id": "EpTxMJ40fUus7aGY"}, 6.5, time.UnixMilli(1600096945479).UTC()}},
	}}, found)

	_, _, err = client(dialect.VictoriaMetrics).Exemplars(t.Context(), `x_total`, time.Unix(1, 0), time.Unix(2, 0))
	require.EqualError(t, err,
		"VictoriaMetrics does not store exemplars. Query a Prometheus, Thanos or Mimir that scrapes the same targets")
}
