package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/memory"
)

func TestMoreRequestsThanAreAnsweredAtOnceWait(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	require.True(t, ds.queues.queries.TryAcquire(maxQueryRequests))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := ds.QueryData(ctx, &backend.QueryDataRequest{})
		left <- err
	}()
	leave()
	require.ErrorIs(t, <-left, context.Canceled, "who leaves does not wait")
	_, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{backend.FromAlertHeaderName: "true"},
		Queries: []backend.DataQuery{{RefID: "A", JSON: []byte("{}")}},
	})
	require.NoError(t, err, "an alert does not wait")
	answered := make(chan error)
	go func() {
		_, err := ds.QueryData(t.Context(),
			&backend.QueryDataRequest{Queries: []backend.DataQuery{{RefID: "A", JSON: []byte("{}")}}})
		answered <- err
	}()
	ds.queues.queries.Release(1)
	require.NoError(t, <-answered)
	require.False(t, ds.queues.queries.TryAcquire(2), "one was given back, and all others are taken")
	require.True(t, ds.queues.queries.TryAcquire(1), "after an answer, too")
}

// warning adds a warning of the server to all its responses.
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
	for text, partial := range map[string]bool{
		"fetch series for Addr: s connection refused": true,
		"PromQL warning: mixed":                       false, "No StoreAPIs matched for this query": false,
	} {
		_, u := serve(t, map[string]any{})
		srv := httptest.NewServer(warning(u, text))
		t.Cleanup(srv.Close)
		instance, err := NewDatasource(t.Context(),
			backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: []byte(`{"catalog":` +
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
				". An alert is not judged by it. See that all of the server's storage answers", kind)
			require.Equal(t, backend.StatusBadGateway, alerting.Status)
			require.Equal(t, backend.ErrorSourceDownstream, alerting.ErrorSource)
		}
	}
}

// callRoute sends a resource call to a route.
func callRoute(ctx context.Context, t *testing.T, ds *Datasource, r route,
	body string,
) (out backend.CallResourceResponse) {
	t.Helper()
	method, path, _ := strings.Cut(r.pattern, " ")
	url := strings.ReplaceAll(path, "{name}", "istio")
	path, _, _ = strings.Cut(url, "?")
	require.NoError(t, ds.CallResource(ctx, &backend.CallResourceRequest{
		Method: method, Path: path, URL: url, Body: []byte(body),
		PluginContext: backend.PluginContext{User: &backend.User{Role: "Viewer"}},
	}, backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
		out = *r
		return nil
	})))
	return out
}

// Every resource call returns a response for any body, also with invalid settings.
func TestResourceCallsAnswerEverything(t *testing.T) {
	broken, err := NewDatasource(t.Context(),
		backend.DataSourceInstanceSettings{URL: "http://127.0.0.1:1", JSONData: []byte(`{"cacheMiB":-1}`)})
	require.NoError(t, err)
	working, _ := serve(t, map[string]any{})
	deep := strings.Repeat("[", 100_000)
	for _, body := range []string{
		"", "null", "[]", "0", `"a"`, "{}", "{", deep, `{"slo":` + deep, `{"slo":null}`, `{"query":null}`,
		`{"query":{"inline":null}}`, `{"query":[]}`,
		`{"catalog":{}}`, `{"source":1}`, `{"selector":"\xff","label":"\u0000"}`, `{"slo":{"sli":{"events":{}}}}`,
		`{"query":{"slos":[null]},"label":"a"}`, `{"query":{"queryType":"resources"},"label":"\u0000"}`,
		`{"slo":"` + strings.Repeat("a", maxBody) + `"}`,
	} {
		for _, ds := range []*Datasource{broken.(*Datasource), working} {
			for _, r := range ds.routes() {
				answer := callRoute(t.Context(), t, ds, r, body)
				require.NotZero(t, answer.Status, r.pattern)
				require.NotEqual(t, http.StatusInternalServerError, answer.Status, "%s %.60s: %s", r.pattern, body,
					answer.Body)
				if answer.Status != http.StatusOK {
					var out struct{ Message string }
					require.NoError(t, json.Unmarshal(answer.Body, &out), r.pattern)
					require.NotEmpty(t, out.Message, r.pattern)
				}
			}
		}
	}
}

// A path that is not a route returns 404. There are no redirects, and no part of a path is sent to
// the server.
func TestResourcePathsLeadNowhereElse(t *testing.T) {
	ds, u := serve(t, map[string]any{})
	for _, path := range []string{
		"", "/", "..", "../slos", "slos/..", "./slos", "//slos", "/slos/", "slos%2f", "%2e%2e/slos", `..\slos`,
		"//evil.example.org/slos", `/\evil.example.org`, "http://evil.example.org/slos",
		"presets/../slos", "presets/%2e%2e%2fslos", "presets/a/b", "presets/" + strings.Repeat("a", 1<<16),
		"api/v1/admin/tsdb/delete_series", "labels/../../api/v1/query", "SLOS", "slos;a=b", "slos#a", "slos\x00",
	} {
		for _, method := range []string{
			http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete,
			http.MethodConnect, "get", "QUERY",
		} {
			var answer backend.CallResourceResponse
			err := ds.CallResource(t.Context(),
				&backend.CallResourceRequest{Method: method, Path: path, URL: path, Body: []byte("{}")},
				backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
					answer = *r
					return nil
				}))
			if err != nil { // invalid URL or method
				require.NotContains(t, err.Error(), "internal error", path)
				continue
			}
			require.Less(t, answer.Status, 500, "%s %s: %s", method, path, answer.Body)
			for _, to := range answer.Headers["Location"] {
				require.Regexp(t, "^/($|[^/\\\\])", to, path)
			}
		}
	}
	require.Empty(t, u.headers, "the server was queried")
}

// Clearing one's own cache does not show that the server accepts the credentials, so it evicts no
// other identity.
func TestForgettingEvictsNoOther(t *testing.T) {
	ds, _ := serve(t, map[string]any{"oauthPassThru": true})
	require.NoError(t, ask(t, ds, map[string]string{"Authorization": "Bearer a"}, `{"slos":["availability"]}`).Error)
	require.Equal(t, 1, ds.engines.recent.Len())
	for i := range 300 {
		require.NoError(t, ds.CallResource(t.Context(), &backend.CallResourceRequest{
			Method: http.MethodPost, Path: "cache/forget", URL: "cache/forget",
			Headers: map[string][]string{"Authorization": {fmt.Sprint("Bearer ", i)}},
		}, backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
			require.Equal(t, http.StatusOK, r.Status)
			return nil
		})))
	}
	require.Equal(t, 1, ds.engines.recent.Len())
	require.Equal(t, maxNewcomers, ds.engines.newcomers.Len())
}

// Waiting dashboard queries have a limit of memory. Beyond it they are rejected.
func TestQueriesBeyondTheMemoryForThemAreRefused(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	require.True(t, queryBodyHeld.TryAcquire(maxQueryBodyHeld))
	t.Cleanup(func() { queryBodyHeld.Release(maxQueryBodyHeld) })
	query := func(headers map[string]string) error {
		_, err := ds.QueryData(t.Context(),
			&backend.QueryDataRequest{Headers: headers, Queries: []backend.DataQuery{{RefID: "A", JSON: []byte("{}")}}})
		return err
	}
	require.ErrorContains(t, query(nil), "Try again in some seconds")
	require.NoError(t, query(map[string]string{backend.FromAlertHeaderName: "true"}), "an alert rule is answered")
}

// call sends a resource call and returns its response.
func call(ctx context.Context, t *testing.T, ds *Datasource, path, body string) (out backend.CallResourceResponse) {
	t.Helper()
	require.NoError(t,
		ds.CallResource(ctx,
			&backend.CallResourceRequest{Method: http.MethodPost, Path: path, URL: path, Body: []byte(body)},
			backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
				out = *r
				return nil
			})))
	return out
}

func TestResourceCallsTakeTurns(t *testing.T) {
	ds, u := serve(t, map[string]any{})
	require.True(t, ds.queues.resources.TryAcquire(maxResourceCalls))
	ctx, leave := context.WithCancel(t.Context())
	leave()
	isReading := func(r route) bool { return r.turns == ds.queues.resources }
	for _, r := range ds.routes() {
		answer := callRoute(ctx, t, ds, r, "")
		if isReading(r) {
			require.Equal(t, statusCanceled, answer.Status, r.pattern)
		}
	}
	_, err := ds.CheckHealth(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, u.requestCount())
	alerting := ask(t, ds, alert, `{"slos":["availability"]}`)
	require.NoError(t, alerting.Error, "an alert rule has turns of its own")
	require.NoError(t, ask(t, ds, nil, `{"slos":["availability"]}`).Error, "and so have dashboards")
	require.Equal(t, http.StatusOK, call(t.Context(), t, ds, "slo/validate", `{"slo":{}}`).Status, "no server is read")

	require.True(t, definitionReads.TryAcquire(maxDefinitionReads))
	t.Cleanup(func() { definitionReads.Release(maxDefinitionReads) })
	require.True(t, ds.queues.lists.TryAcquire(maxLists))
	for _, r := range ds.routes() {
		require.Equal(t, statusCanceled, callRoute(ctx, t, ds, r, "").Status, "%s waits for nothing", r.pattern)
	}
	ds.queues.resources.Release(maxResourceCalls)
	require.Equal(t, http.StatusOK, call(t.Context(), t, ds, "lookup/metrics", `{}`).Status)
}

// The bodies of waiting resource calls have a limit of memory. Beyond it they are rejected.
func TestResourceCallsBeyondTheMemoryForThemAreRefused(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	const rest = callBytes + 100
	require.True(t, resourceBodyHeld.TryAcquire(maxResourceBodyHeld-rest))
	t.Cleanup(func() { resourceBodyHeld.Release(maxResourceBodyHeld - rest) })
	refused := call(t.Context(), t, ds, "slo/validate", `{"slo":{"name":"`+strings.Repeat("a", 1000)+`"}}`)
	require.Equal(t, http.StatusServiceUnavailable, refused.Status)
	require.JSONEq(t,
		`{"message":"more than 64 MiB of requests of editors are waiting for an answer. Try again in some seconds"}`,
		string(refused.Body))
	require.Equal(t, http.StatusOK, call(t.Context(), t, ds, "slo/validate", `{"slo":{}}`).Status)
	require.True(t, resourceBodyHeld.TryAcquire(rest), "all of it was given back")
	resourceBodyHeld.Release(rest)
}

// PromQL and regular expressions in any input have a limit of cost.
func TestPromQLFromOutsideIsBounded(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	slo := func(selector string) string {
		return `{"name":"a","objective":99,"window":"1d","sli":{"events":{"total":` + quoted(selector) + `,"bad":"x"}}}`
	}
	deep := strings.Repeat("(", 400_000) + "x" + strings.Repeat(")", 400_000)
	for name, selector := range map[string]string{
		"deep": deep, "minus": strings.Repeat("-", 4000) + "x",
		"regexp": `x{a=~".{999}.{999}"}`,
	} {
		for path, body := range map[string]string{
			"lookup/labels":  `{"selector":` + quoted(selector) + `}`,
			"lookup/values":  `{"label":"a","selector":` + quoted(selector) + `}`,
			"lookup/buckets": `{"selector":` + quoted(selector) + `}`,
			"labels":         `{"slo":` + slo(selector) + `}`,
			"preview":        `{"query":{"inline":` + slo(selector) + `}}`,
			"keys":           `{"query":{"inline":` + slo(selector) + `}}`,
			"values":         `{"label":"a","query":{"inline":` + slo(selector) + `}}`,
		} {
			answer := call(t.Context(), t, ds, path, body)
			require.Equal(t, http.StatusBadRequest, answer.Status, "%s %s: %.300s", name, path, answer.Body)
			require.Regexp(t, "has [0-9]+ (bytes|operators|repet.*). At most|bytes are too much. At most 65536",
				string(answer.Body), "%s %s", name, path)
		}
		imported := call(t.Context(), t, ds, "import",
			`{"source":`+quoted("version: prometheus/v1\nservice: a\nslos:\n- name: a\n  objective: 99\n  sli:\n    events:\n"+
				"      error_query: '"+selector+"'\n      total_query: 'sum(rate(x[{{.window}}]))'\n  alerting: {name: a}\n")+`}`)
		require.Contains(t, string(imported.Body), ". At most", name)
	}
	filtered := call(t.Context(), t, ds, "keys",
		`{"query":{"slos":["availability"],"filters":[{"label":"a","op":"=~","value":".{999}.{999}"}]}}`)
	require.Contains(t, string(filtered.Body), "1998 repetitions")
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// Results of resources and editors also count towards the memory limit.
func TestAllAnswersTakeRoom(t *testing.T) {
	before := answerLimiter
	t.Cleanup(func() { answerLimiter = before })
	ds := over(t, map[string]float64{
		`kube_deployment_spec_replicas{namespace="shop",deployment="cart"}`:             1,
		`kube_deployment_status_replicas_available{namespace="shop",deployment="cart"}`: 1,
		`istio_requests_total{reporter="destination",destination_workload="a"}`:         1,
	})
	queries := []string{`{"queryType":"resources"}`, `{"queryType":"resources","resources":{"format":"timeseries"}}`}
	for _, text := range queries {
		require.NoError(t, askNow(t, ds, text).Error)
	}
	values := `{"query":{"queryType":"resources"},"label":"namespace"}`
	require.Equal(t, http.StatusOK, call(t.Context(), t, ds, "values", values).Status)
	answerLimiter = memory.NewAnswerLimiter(1)
	for _, text := range queries {
		require.ErrorContains(t, askNow(t, ds, text).Error, "The answer is too large")
	}
	refused := call(t.Context(), t, ds, "values", values)
	require.Equal(t, http.StatusServiceUnavailable, refused.Status)
	require.Contains(t, string(refused.Body), "The answer is too large")
	suggested := callRoute(t.Context(), t, ds, route{pattern: "GET /presets/istio?suggest=1"}, "")
	require.Contains(t, string(suggested.Body), "The answer is too large")
}

// Results of dashboards share a memory limit. One that can never fit is rejected, one that does not
// fit yet waits. Alert rules neither wait nor are rejected.
func TestAnswersTakeRoom(t *testing.T) {
	before := answerLimiter
	t.Cleanup(func() { answerLimiter = before })
	ds, _ := serve(t, map[string]any{})
	answerLimiter = memory.NewAnswerLimiter(1000)
	refused := ask(t, ds, nil, `{"slos":["availability"]}`)
	require.ErrorContains(t, refused.Error, "The answer is too large: it needs about 1 MiB")
	require.Equal(t, backend.Status(http.StatusServiceUnavailable), refused.Status)
	require.NoError(t, ask(t, ds, alert, `{"slos":["availability"]}`).Error)

	SetMemoryLimit(64 << 20)
	other := answerLimiter.Start()
	require.NoError(t, other.Grow(t.Context(), 16<<20))
	ctx, leave := context.WithCancel(t.Context())
	waited := make(chan backend.DataResponse)
	query := func(ctx context.Context) {
		res, err := ds.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{{
			RefID: "A", JSON: []byte(`{"slos":["availability"]}`),
			TimeRange: backend.TimeRange{From: end.Add(-time.Hour), To: end},
		}}})
		if err != nil {
			waited <- backend.DataResponse{Error: err}
			return
		}
		waited <- res.Responses["A"]
	}
	go query(ctx)
	leave()
	require.Error(t, (<-waited).Error, "its client has left")
	go query(t.Context())
	other.Release()
	require.NoError(t, (<-waited).Error)
}
