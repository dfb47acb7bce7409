package tests

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

func TestHealthNamesTheServer(t *testing.T) {
	res, err := running.Host.CheckHealth(within(t), running.Source.Context())
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusOk, res.Status, res.Message)
	require.Contains(t, res.Message, "Prometheus 3.16.0")
}

func TestHealthReportsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, url, jsonData, message string
	}{
		{"nothing listens", "http://127.0.0.1:1", `{}`, "127.0.0.1:1"},
		{"no URL", "", `{}`, "the address is empty"},
		{"not Prometheus", running.Stack.TruthURL, `{}`, ""},
		{"broken catalog", running.Stack.PrometheusURL, `{"catalog":"slos: [{name: a}]"}`, "catalog"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := source(t, c.url, c.jsonData)
			res, err := running.Host.CheckHealth(within(t), source.Context())
			require.NoError(t, err)
			require.Equal(t, backend.HealthStatusError, res.Status, res.Message)
			require.Contains(t, res.Message, c.message)
		})
	}
}

func TestOneBadQueryDoesNotFailItsNeighbours(t *testing.T) {
	good := `{"queryType":"summary","slos":["availability"]}`
	bad := []struct{ refID, json, message string }{
		{"type", `{"queryType":"table"}`, "queryType"},
		{"name", `{"queryType":"summary","slos":["availibility"]}`, "availibility"},
		{"both", `{"queryType":"summary","slos":["availability"],"inline":{"name":"x"}}`, "inline"},
		{"metric", `{"queryType":"timeseries","metrics":["budgets"]}`, "metrics"},
		{"policy", `{"queryType":"summary","policy":"none-such"}`, "policy"},
		{
			"objective",
			`{"queryType":"summary","inline":{"name":"x","objective":101,"window":"30d","sli":{"events":{"total":"up","bad":"up"}}}}`, "objective",
		},
		{
			"promql",
			`{"queryType":"summary","inline":{"name":"x","objective":99,"window":"30d","sli":{"events":{"total":"up{","bad":"up"}}}}`, "total",
		},
		{"shape", `{"queryType":"summary","slos":"availability"}`, "slos"},
		{"json", `{`, ""},
	}
	queries := []query{{"first", good}}
	for _, b := range bad {
		queries = append(queries, query{b.refID, b.json})
	}
	queries = append(queries, query{"last", good})

	answers := ask(t, running.Source.Context(), settled(), queries...)
	for _, refID := range []string{"first", "last"} {
		require.NoError(t, answers[refID].Error)
		require.Equal(t, 12, answers[refID].Frames[0].Rows())
	}
	for _, b := range bad {
		answer := answers[b.refID]
		require.Error(t, answer.Error, b.refID)
		require.Contains(t, answer.Error.Error(), b.message, b.refID)
		require.Equal(t, backend.StatusBadRequest, answer.Status, "%s: %v", b.refID, answer.Error)
	}
}

func TestCatalogIsValidatedByResource(t *testing.T) {
	good := validate(t, running.Stack.Catalog)
	require.Empty(t, good.Problems)
	require.Len(t, good.SLOs, 2)
	require.Equal(t, "availability", good.SLOs[0].Name)
	require.InDelta(t, 99.9, good.SLOs[0].Objective, 1e-9)
	require.Equal(t, []string{"namespace", "workload"}, good.SLOs[0].By)

	broken := strings.Replace(running.Stack.Catalog, "objective: 99.9", "objective: ninety", 1)
	line := 1 + strings.Count(broken[:strings.Index(broken, "objective: ninety")], "\n")
	bad := validate(t, broken)
	require.NotEmpty(t, bad.Problems)
	require.Equal(t, line, bad.Problems[0].Line)
	require.Contains(t, bad.Problems[0].Path, "objective")
}

func TestResources(t *testing.T) {
	for _, c := range []struct {
		method, url, body string
		status            int
		message           string
	}{
		{http.MethodGet, "slos", "", 200, `"latency"`},
		{http.MethodGet, "policies", "", 200, `"page-and-slack"`},
		{http.MethodGet, "labels?slo=availability", "", 200, `"workload"`},
		{http.MethodGet, "labels?slo=none", "", 404, `"message"`},
		{http.MethodPost, "slo/validate", `{"slo":{"name":"x"}}`, 200, `"objective"`},
		{http.MethodPost, "catalog/validate", `{`, 400, `"message"`},
		{http.MethodPost, "lookup/metrics", `{"search":"requests"}`, 200, `"http_requests_total"`},
		{
			http.MethodPost, "lookup/metrics", `{"search":"rpc_server_call","histograms":true}`, 200,
			`["grpc_server_call_duration_seconds","rpc_server_call_duration_seconds"]`,
		},
		{http.MethodPost, "lookup/labels", `{"selector":"http_requests_total"}`, 200, `"workload"`},
		{http.MethodPost, "lookup/labels", `{"selector":"http_requests_total{"}`, 400, `is not PromQL`},
		{
			http.MethodPost, "lookup/values", `{"selector":"http_requests_total","label":"namespace","search":"SHO"}`,
			200,
			`["shop"]`,
		},
		{http.MethodPost, "lookup/buckets", `{"selector":"http_request_duration_seconds","unit":"s"}`, 200, `"300ms"`},
		{http.MethodPost, "keys", `{"query":{}}`, 200, `"workload"`},
		{
			http.MethodPost, "values", `{"query":{"slos":["availability"]},"label":"namespace"}`, 200,
			`["batch","inference","platform","shop"]`,
		},
		{
			http.MethodPost, "preview", `{"query":{"slos":["availability"],"filters":[{"label":"pod","value":"x"}]}}`,
			200,
			`http_requests_total{pod=\"x\",workload!=\"\"}[1h]`,
		},
		{http.MethodPost, "preview", `{"query":{"slos":["none"]}}`, 400, `unknown SLO`},
		{http.MethodGet, "catalog/schema", "", 200, `"burnline.dev/v1"`},
		{
			http.MethodPost, "import",
			`{"source":"version: prometheus/v1\nservice: a\nslos: [{name: b, objective: 99, sli: {raw: {error_ratio_query: c}}}]"}`, 200, `name: a-b`,
		},
		{http.MethodPost, "import", `{"source":"kind: Pod"}`, 400, `is none of`},
		{http.MethodPost, "discover", `{}`, 400, `Check that their rules run`},
		{http.MethodGet, "nothing", "", 404, ""},
	} {
		t.Run(c.method+" "+c.url, func(t *testing.T) {
			status, body := call(t, c.method, c.url, c.body)
			require.Equal(t, c.status, status, body)
			require.Contains(t, body, c.message)
		})
	}
}

func TestMetricsCountRequests(t *testing.T) {
	_ = ask(t, running.Source.Context(), settled(), query{"A", `{"queryType":"summary"}`})
	metrics, err := running.Host.CollectMetrics(within(t))
	require.NoError(t, err)
	require.Contains(t, string(metrics), "grafana_plugin_request_total")
}

func TestSavingTheSettingsTakesEffect(t *testing.T) {
	source := source(t, running.Stack.PrometheusURL, `{"catalog":""}`)
	answer := ask(t, source.Context(), settled(), query{"A", `{"slos":["availability"]}`})["A"]
	require.Error(t, answer.Error, "the catalog is empty")

	catalog, err := json.Marshal(map[string]string{"catalog": running.Stack.Catalog})
	require.NoError(t, err)
	source.Save(running.Stack.PrometheusURL, catalog, nil)
	answer = ask(t, source.Context(), settled(), query{"A", `{"slos":["availability"]}`})["A"]
	require.NoError(t, answer.Error)
	require.Equal(t, 12, answer.Frames[0].Rows())
}

// source returns a new data source, so that saved changes do not affect other tests.
func source(t *testing.T, url, jsonData string) *pluginhost.DataSource {
	t.Helper()
	source, err := pluginhost.NewDataSource(stack.DatasourceID, "of-"+strings.ReplaceAll(t.Name(), "/", "-"), t.Name(),
		url, json.RawMessage(jsonData))
	require.NoError(t, err)
	return source
}

type validation struct {
	SLOs []struct {
		Name      string
		Objective float64
		By        []string
	}
	Problems []struct {
		Line, Column  int
		Path, Message string
	}
}

func validate(t *testing.T, catalog string) validation {
	t.Helper()
	request, err := json.Marshal(map[string]string{"catalog": catalog})
	require.NoError(t, err)
	status, body := call(t, http.MethodPost, "catalog/validate", string(request))
	require.Equal(t, http.StatusOK, status, body)
	var v validation
	require.NoError(t, json.Unmarshal([]byte(body), &v))
	return v
}

func call(t *testing.T, method, url, body string) (status int, answer string) {
	t.Helper()
	path, _, _ := strings.Cut(url, "?")
	res, err := running.Host.CallResource(within(t), &backend.CallResourceRequest{
		PluginContext: running.Source.Context(), Method: method, Path: path, URL: url, Body: []byte(body),
		Headers: map[string][]string{"Content-Type": {"application/json"}},
	})
	require.NoError(t, err)
	return res.Status, string(res.Body)
}
