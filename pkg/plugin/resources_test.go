package plugin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const prometheus3 = `{"version":"3.16.0","application":"prometheus"}`

// over returns a data source of samples that end now.
func over(t *testing.T, samples map[string]float64) *Datasource {
	t.Helper()
	rec := promtest.Recording{}
	now := time.Now()
	for name, v := range samples {
		for m := 120; m >= 0; m-- {
			rec[name] = append(rec[name],
				promtest.Sample{Ms: now.Add(-time.Duration(m) * time.Minute).UnixMilli(), V: v})
		}
	}
	srv := httptest.NewServer(promtest.New(t, rec).Handler(prometheus3))
	t.Cleanup(srv.Close)
	instance, err := NewDatasource(t.Context(),
		backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: []byte(`{}`)})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	return ds
}

func askNow(t *testing.T, ds *Datasource, text string) backend.DataResponse {
	t.Helper()
	now := time.Now()
	res, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
		RefID: "A", JSON: []byte(text), Interval: time.Minute,
		TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
	}}})
	require.NoError(t, err)
	return res.Responses["A"]
}

// A data source without SLOs returns resources of workloads. A notice names the source of missing
// signals.
func TestResourcesNeedNoSLO(t *testing.T) {
	ds := over(t, map[string]float64{
		`kube_deployment_spec_replicas{namespace="shop",deployment="cart"}`:             4,
		`kube_deployment_status_replicas_available{namespace="shop",deployment="cart"}`: 3,
	})
	answer := askNow(t, ds, `{"queryType":"resources"}`)
	require.NoError(t, answer.Error)
	f := answer.Frames[0]
	require.Equal(t, 1, f.Rows())
	replicas, _ := f.FieldByName("replicas")
	v, _ := replicas.NullableFloatAt(0)
	require.InDelta(t, 0.75, *v, 1e-9)
	require.Contains(t, f.Meta.ExecutedQueryString,
		"max by (cluster, namespace, exported_namespace, deployment, instance, job) (kube_deployment_spec_replicas)")
	var notices []string
	for _, n := range f.Meta.Notices {
		notices = append(notices, n.Text)
	}
	require.Contains(t, strings.Join(notices, "\n"), "there is no container_cpu_usage_seconds_total")
	require.Contains(t, strings.Join(notices, "\n"), "kube-state-metrics is there")

	wrong := askNow(t, ds, `{"queryType":"resources","resources":{"signals":["disk"]}}`)
	require.ErrorContains(t, wrong.Error, "resources.signals: there is no signal")
	require.Equal(t, backend.StatusBadRequest, wrong.Status)
}

func TestAnEmptyClusterHasANoticeOfMissingMetrics(t *testing.T) {
	answer := askNow(t, over(t, map[string]float64{"up": 1}),
		`{"queryType":"resources","resources":{"format":"timeseries"}}`)
	require.NoError(t, answer.Error)
	require.Len(t, answer.Frames, 1)
	require.Zero(t, answer.Frames[0].Rows())
	require.Len(t, answer.Frames[0].Meta.Notices, 5)
	for _, n := range answer.Frames[0].Meta.Notices {
		require.Contains(t, n.Text, "To turn it on: ")
	}
}

func TestValuesOfWorkloads(t *testing.T) {
	ds := over(t, map[string]float64{
		`kube_deployment_spec_replicas{namespace="shop",deployment="cart"}`:                                               1,
		`kube_deployment_status_replicas_available{namespace="shop",deployment="cart"}`:                                   1,
		`container_memory_working_set_bytes{namespace="ml",pod="llm-0",container="vllm"}`:                                 1,
		`kube_pod_owner{namespace="ml",pod="llm-0",owner_kind="StatefulSet",owner_name="llm",owner_is_controller="true"}`: 1,
	})
	ask := func(path, body string) string {
		var got backend.CallResourceResponse
		err := ds.CallResource(t.Context(),
			&backend.CallResourceRequest{Method: http.MethodPost, Path: path, Body: []byte(body)},
			backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
				got = *r
				return nil
			}))
		require.NoError(t, err)
		return strings.TrimSpace(string(got.Body))
	}
	require.JSONEq(t, `{"values":["ml","shop"]}`,
		ask("values", `{"query":{"queryType":"resources"},"label":"namespace"}`))
	require.JSONEq(t, `{"values":["llm"]}`,
		ask("values",
			`{"query":{"queryType":"resources","filters":[{"label":"namespace","value":"ml"}]},"label":"workload"}`))
	require.JSONEq(t, `{"labels":["cluster","namespace","workload","workload_type","pod"]}`,
		ask("keys", `{"query":{"queryType":"resources"}}`))
	require.Contains(t, ask("values", `{"query":{"queryType":"resources"},"label":"code"}`), `workloads have no label`)
}

func TestSignalsAreListed(t *testing.T) {
	w := httptest.NewRecorder()
	handler(listSignals).serve(w, httptest.NewRequest(http.MethodGet, "/signals", nil))
	var got struct{ Signals []signalInfo }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.Greater(t, len(got.Signals), 40)
	require.Equal(t, "replicas", got.Signals[0].Name)
}
