package presets_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
)

// countingServer counts the requests for names.
type countingServer struct {
	*promtest.Server
	names, labels int
}

func (a *countingServer) Names(ctx context.Context, label, selector string, start, end time.Time,
	limit uint64,
) ([]string, error) {
	a.names++
	return a.Server.Names(ctx, label, selector, start, end, limit)
}

func (a *countingServer) LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	a.labels++
	return a.Server.LabelNames(ctx, selector, start, end)
}

func detect(t *testing.T, server presets.Server, name string) presets.Finding {
	t.Helper()
	p, err := presets.Find(name)
	require.NoError(t, err)
	found, err := presets.Detect(t.Context(), server, []presets.Preset{p}, time.Unix(600, 0))
	require.NoError(t, err)
	return found[0]
}

func TestAnUnknownClusterTakesOneQuestion(t *testing.T) {
	all, err := presets.All()
	require.NoError(t, err)
	server := &countingServer{Server: promtest.Load(t, "load 1m\n  something_else 1x10\n")}
	found, err := presets.Detect(t.Context(), server, all, time.Unix(600, 0))
	require.NoError(t, err)
	require.Equal(t, []int{1, 0}, []int{server.names, server.labels})
	for _, f := range found {
		require.Empty(t, f.Found, f.Name)
		require.Empty(t, f.Ready(), f.Name)
		for _, o := range f.Offers {
			require.NotEmpty(t, o.Missing, o.Name)
		}
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	f := detect(t, promtest.Load(t, "load 1m\n  istio_requests_total{reporter=\"source\"} 1x10\n"), "istio")
	require.Equal(t, []string{"istio_requests_total"}, f.Found)
	require.Equal(t,
		[]string{`istio_requests_total{destination_workload!="unknown",reporter="destination",response_code!="0"}`},
		f.Offers[0].Missing)
	require.Equal(t, []string{"istio_request_duration_milliseconds"}, f.Offers[1].Missing)
	require.Equal(t, "istio-client-availability", f.Ready()[0].Name)
	require.Len(t, f.Ready(), 1)
}

func TestLabelsThatAreNotThereAreLeftOut(t *testing.T) {
	f := detect(t, promtest.Load(t, `load 1m
  hubble_http_requests_total{cluster="a",reporter="server",status="200",destination_namespace="shop"} 1x10
`), "hubble-http")
	o := f.Offers[0]
	require.True(t, o.Ready)
	require.Equal(t, []string{"cluster", "destination_namespace"}, o.By)
	require.Equal(t, []string{"destination_workload"}, o.MissingLabels)
	require.Nil(t, o.P95)
	require.Equal(t, []string{"Without p95, because hubble_http_request_duration_seconds does not exist."}, o.Notes)
	require.False(t, f.Offers[1].Ready)
}

func TestAThresholdMovesToABucket(t *testing.T) {
	f := detect(t, promtest.Load(t, `load 1m
  traefik_service_request_duration_seconds_bucket{service="a",le="0.25"} 1x10
  traefik_service_request_duration_seconds_bucket{service="a",le="1"} 1x10
  traefik_service_request_duration_seconds_bucket{service="a",le="+Inf"} 1x10
`), "traefik")
	require.Equal(t, time.Second, f.Offers[1].SLI.(*sli.Latency).Threshold)
	require.Equal(t, []string{"Threshold 1s, because no bucket ends at 300ms."}, f.Offers[1].Notes)
	text, err := presets.Catalog(f.Ready())
	require.NoError(t, err)
	require.Equal(t, `apiVersion: burnline.dev/v1
slos:
  - name: traefik-latency
    description: requests to the service that were answered in time
    objective: 95
    window: 30d
    by:
      - service
    sli:
      latency:
        histogram: traefik_service_request_duration_seconds
        threshold: 1s
`, text)
}

func TestAHistogramWithoutUsefulBucketsIsNotOffered(t *testing.T) {
	f := detect(t, promtest.Load(t, `load 1m
  request_predict_seconds_bucket{model_name="a",le="0.0001"} 1x10
  request_predict_seconds_bucket{model_name="a",le="+Inf"} 1x10
`), "kserve")
	require.False(t, f.Offers[0].Ready)
	require.Equal(t, []string{"request_predict_seconds has no bucket at whole milliseconds"}, f.Offers[0].Missing)
}

func TestNativeHistogramsAreFoundByTheirBareName(t *testing.T) {
	f := detect(t, promtest.Load(t, `load 1m
  http_server_request_duration_seconds{job="cart"} {{schema:0 sum:1 count:1 buckets:[1]}}x10
`), "otel-http")
	require.False(t, f.Offers[0].Ready)
	require.True(t, f.Offers[1].Ready)
	require.Equal(t, []string{"job"}, f.Offers[1].By)
}

func TestWorkloadsTakeThePlaceOfJobsWhereOwnersAreKnown(t *testing.T) {
	const requests = "load 1m\n  http_requests_total{namespace=\"shop\",job=\"x\",pod=\"cart-1-a\",code=\"200\"} 1x10\n"
	f := detect(t, promtest.Load(t, requests), "go-http")
	require.Equal(t, []string{"namespace", "job"}, f.Offers[0].By)
	require.False(t, f.Offers[0].IsCountedByPods())

	f = detect(t, promtest.Load(t, requests+"  kube_pod_owner{namespace=\"shop\",pod=\"cart-1-a\"} 1x10\n"), "go-http")
	require.Equal(t, []string{"namespace", "workload"}, f.Offers[0].By)
	require.True(t, f.Offers[0].IsCountedByPods())
	require.Contains(t, f.Offers[0].Notes, "Workloads come from the owners of pods in kube-state-metrics.")
	text, err := presets.Catalog(f.Ready())
	require.NoError(t, err)
	require.Contains(t, text, "    identity: kubernetes\n")
}

// An exporter that counts failures alone has no total: every event would be bad.
func TestFailuresAloneAreNoTotal(t *testing.T) {
	for slo, m := range map[string]struct{ preset, bad, good string }{
		"obi-tcp-connect": {
			"obi-tcp",
			`obi_stat_tcp_failed_connections_total{network_tcp_handshake_role="client"}`,
			`obi_stat_tcp_successful_connections_total{network_tcp_handshake_role="client"}`,
		},
		"triton-availability": {
			"triton", `nv_inference_request_failure{model="a"}`,
			`nv_inference_request_success{model="a"}`,
		},
		"ray-serve-deployment-availability": {
			"ray-serve", `ray_serve_deployment_error_counter_total{deployment="a"}`,
			`ray_serve_deployment_request_counter_total{deployment="a"}`,
		},
	} {
		isReady := func(series ...string) bool {
			rec := promtest.Recording{}
			for _, s := range series {
				rec[s] = []promtest.Sample{{Ms: 540_000, V: 1}, {Ms: 600_000, V: 2}}
			}
			for _, o := range detect(t, promtest.New(t, rec), m.preset).Offers {
				if o.Name == slo {
					return o.Ready
				}
			}
			return false
		}
		require.False(t, isReady(m.bad), slo)
		require.True(t, isReady(m.good), slo)
		require.True(t, isReady(m.bad, m.good), slo)
	}
}
