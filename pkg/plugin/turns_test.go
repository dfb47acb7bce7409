package plugin

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

func TestMoreRequestsThanAreAnsweredAtOnceWait(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	require.True(t, ds.turns.TryAcquire(mostAtOnce))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := ds.QueryData(ctx, &backend.QueryDataRequest{})
		left <- err
	}()
	leave()
	require.ErrorIs(t, <-left, context.Canceled, "who leaves does not wait")
	_, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{backend.FromAlertHeaderName: "true"}, Queries: []backend.DataQuery{{RefID: "A", JSON: []byte("{}")}},
	})
	require.NoError(t, err, "an alert does not wait")
	answered := make(chan error)
	go func() {
		_, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{RefID: "A", JSON: []byte("{}")}}})
		answered <- err
	}()
	ds.turns.Release(1)
	require.NoError(t, <-answered)
	require.False(t, ds.turns.TryAcquire(2), "one was given back, and all others are taken")
	require.True(t, ds.turns.TryAcquire(1), "after an answer, too")
}

// warning adds a server's warning to all answers of the upstream.
func warning(u http.Handler, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		u.ServeHTTP(rec, r)
		w.WriteHeader(rec.Code)
		body := bytes.Replace(rec.Body.Bytes(), []byte(`"warnings":null`), []byte(`"warnings":[]`), 1)
		_, _ = w.Write(bytes.Replace(body, []byte(`"warnings":[]`), []byte(`"warnings":["`+text+`"]`), 1))
	})
}

func TestAnAlertIsNotJudgedByAPartOfTheData(t *testing.T) {
	for text, partial := range map[string]bool{"fetch series for Addr: s connection refused": true, "PromQL warning: mixed": false, "No StoreAPIs matched for this query": false} {
		_, u := serve(t, map[string]any{})
		srv := httptest.NewServer(warning(u, text))
		t.Cleanup(srv.Close)
		instance, err := NewDatasource(t.Context(), backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: []byte(`{"catalog":` +
			`"slos: [{name: a, objective: 90, window: 1d, by: [w], sli: {events: {total: r_total, bad: 'r_total{code=\"500\"}'}}}]"}`)})
		require.NoError(t, err)
		ds := instance.(*Datasource)
		t.Cleanup(ds.Dispose)
		for _, kind := range []string{"summary", "workloads", "timeseries", "history", "alerts"} {
			alerting := ask(t, ds, alert, `{"queryType":"`+kind+`"}`)
			panel := ask(t, ds, nil, `{"queryType":"`+kind+`"}`)
			if kind != "alerts" {
				require.NoError(t, panel.Error, kind)
				require.Contains(t, panel.Frames[0].Meta.Notices[0].Text, text)
			}
			if !partial {
				require.NoError(t, alerting.Error, kind)
				continue
			}
			require.EqualError(t, alerting.Error, "The server may have answered from a part of its data: "+text+
				". An alert is not judged by it; see that all of the server's storage answers", kind)
			require.Equal(t, backend.StatusBadGateway, alerting.Status)
			require.Equal(t, backend.ErrorSourceDownstream, alerting.ErrorSource)
		}
	}
}
