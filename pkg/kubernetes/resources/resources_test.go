package resources

import (
	"context"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
)

// requested counts the requests to a server.
type requested struct {
	*promtest.Server
	queries, names atomic.Int64
}

func (a *requested) QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	a.queries.Add(1)
	return a.Server.QueryRange(ctx, expr, r)
}

func (a *requested) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	a.queries.Add(1)
	return a.Server.Query(ctx, expr, at)
}

func (a *requested) Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string,
	error,
) {
	a.names.Add(1)
	return a.Server.Names(ctx, label, selector, start, end, limit)
}

// cluster reads resources from samples at an instant.
type cluster struct {
	*Reader
	server *requested
	now    time.Time
}

func newCluster(t *testing.T, script string, now time.Duration) *cluster {
	t.Helper()
	return newClusterOver(t, promtest.Load(t, script), now, counting.Auto)
}

func newClusterOver(t *testing.T, server *promtest.Server, now time.Duration, estimator counting.Estimator) *cluster {
	t.Helper()
	c := &cluster{server: &requested{Server: server}, now: time.Unix(0, 0).Add(now).UTC()}
	clock := func() time.Time { return c.now }
	scope := memory.Scope{Store: memory.NewStore(64 << 20), Now: clock}
	events := cells.New(scope.Store, "", counting.NewReader(c.server, estimator, scope), cells.Options{Now: clock})
	c.Reader = NewReader(c.server, events, kubernetes.NewReader(c.server, scope),
		Options{Scope: scope, Settle: 10 * time.Minute})
	return c
}

func signals(t *testing.T, names ...string) []Signal {
	t.Helper()
	c, err := Known()
	require.NoError(t, err)
	out, err := c.FindSignals(names)
	require.NoError(t, err)
	return out
}

// table returns the table over the last hours up to the instant.
func (c *cluster) table(t *testing.T, hours int, by []string, filters []*labels.Matcher, names ...string) *Answer {
	t.Helper()
	a, err := c.Answer(t.Context(), Request{
		Signals: signals(t, names...), By: by, Filters: filters, From: c.now.Add(-time.Duration(hours) * time.Hour),
		To: c.now,
	})
	require.NoError(t, err)
	return a
}

// numbers returns the values of a signal by the values of the group labels, joined. Groups without
// a value are left out.
func numbers(a *Answer, signal string) map[string]float64 {
	out := map[string]float64{}
	for i, s := range a.Signals {
		for _, g := range a.Groups {
			if v := last(g.Values[i]); s.Name == signal && !math.IsNaN(v) {
				var words []string
				for _, label := range a.By {
					words = append(words, g.Labels[label])
				}
				out[strings.Join(words, "/")] = math.Round(v*1e6) / 1e6
			}
		}
	}
	return out
}

var byName = []string{labelNamespace, labelWorkload}

// owned returns kube_pod_owner and kube_replicaset_owner of a pod of a deployment over four hours.
func owned(namespace, deployment, pod string) string {
	set := pod[:strings.LastIndex(pod, "-")]
	return `  kube_pod_owner{namespace="` + namespace + `",pod="` + pod + `",owner_kind="ReplicaSet",owner_name="` + set + `",owner_is_controller="true"} 1x480
  kube_replicaset_owner{namespace="` + namespace + `",replicaset="` + set + `",owner_kind="Deployment",owner_name="` + deployment + `",owner_is_controller="true"} 1x480
`
}

// A pod with two containers and its pause container. cAdvisor exports a series for each of them,
// and one for the pod.
const cadvisor = `load 30s
  container_cpu_usage_seconds_total{job="kubelet",namespace="shop",pod="cart-1-a",container="app",id="/1"} 0+6x480
  container_cpu_usage_seconds_total{job="kubelet",namespace="shop",pod="cart-1-a",container="proxy",id="/2"} 0+3x480
  container_cpu_usage_seconds_total{job="kubelet",namespace="shop",pod="cart-1-a",container="POD",id="/3"} 0+3x480
  container_cpu_usage_seconds_total{job="kubelet",namespace="shop",pod="cart-1-a",id="/"} 0+12x480
  container_memory_working_set_bytes{job="kubelet",namespace="shop",pod="cart-1-a",container="app",id="/1"} 900x480
  container_memory_working_set_bytes{job="kubelet",namespace="shop",pod="cart-1-a",container="proxy",id="/2"} 100x480
  container_memory_working_set_bytes{job="kubelet",namespace="shop",pod="cart-1-a",container="POD",id="/3"} 50x480
  container_memory_working_set_bytes{job="kubelet",namespace="shop",pod="cart-1-a",id="/"} 1050x480
  kube_pod_container_resource_requests{namespace="shop",pod="cart-1-a",container="app",resource="cpu"} 0.1x480
  kube_pod_container_resource_requests{namespace="shop",pod="cart-1-a",container="app",resource="memory"} 1200x480
  kube_pod_container_resource_requests{namespace="shop",pod="cart-1-a",container="proxy",resource="memory"} 800x480
  kube_pod_container_resource_limits{namespace="shop",pod="cart-1-a",container="app",resource="memory"} 1000x480
`

func TestUseOfRequestsAndLimits(t *testing.T) {
	c := newCluster(t, cadvisor+owned("shop", "cart", "cart-1-a"), 4*time.Hour)
	a := c.table(t, 1, byName, nil, "cpu", "cpu_request", "cpu_limit", "memory", "memory_request", "memory_limit")
	require.Empty(t, a.Warnings)
	require.Equal(t, map[string]float64{"shop/cart": 0.3}, numbers(a, "cpu"),
		"without the pause container and the pod as a whole")
	require.Equal(t, map[string]float64{"shop/cart": 1000}, numbers(a, "memory"))
	require.Equal(t, map[string]float64{"shop/cart": 2}, numbers(a, "cpu_request"),
		"of the container that requests some")
	require.Equal(t, map[string]float64{"shop/cart": 0.5}, numbers(a, "memory_request"))
	require.Equal(t, map[string]float64{"shop/cart": 0.9}, numbers(a, "memory_limit"), "the nearest to its own")
	require.Empty(t, numbers(a, "cpu_limit"), "there is no limit of CPU, which is not 0")
	require.Equal(t, 7, int(c.server.queries.Load()), "each read once, and how many pods are listed")
}

func TestTwoOfAnExporterAreOne(t *testing.T) {
	script := strings.ReplaceAll(cadvisor, `kube_pod_container_resource_requests{`,
		`kube_pod_container_resource_requests{instance="ksm-1",`)
	script += strings.ReplaceAll(strings.Join(lines(cadvisor, "kube_pod_container_resource_requests"), "\n"),
		`{namespace`, `{instance="ksm-2",namespace`) + "\n"
	c := newCluster(t, script+owned("shop", "cart", "cart-1-a"), 4*time.Hour)
	a := c.table(t, 1, byName, nil, "memory_request")
	require.Equal(t, map[string]float64{"shop/cart": 0.5}, numbers(a, "memory_request"))
}

func lines(script, with string) []string {
	var out []string
	for line := range strings.Lines(script) {
		if strings.Contains(line, with) {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}
	return out
}

// Without honorLabels, rows of kube-state-metrics have its own namespace and pod. Those of the
// object are in exported_namespace and exported_pod.
func TestLabelsThatAScrapeHasRenamed(t *testing.T) {
	script := cadvisor
	for _, metric := range []string{"kube_pod_container_resource_requests", "kube_pod_container_resource_limits"} {
		script = strings.ReplaceAll(script, metric+`{namespace="shop",pod="cart-1-a",container=`,
			metric+`{namespace="monitoring",pod="ksm-1-a",container="ksm",exported_namespace="shop",exported_pod="cart-1-a",exported_container=`)
	}
	owners := strings.ReplaceAll(owned("shop", "cart", "cart-1-a"), `namespace="shop",pod=`,
		`namespace="monitoring",pod="ksm-1-a",exported_namespace="shop",exported_pod=`)
	owners = strings.ReplaceAll(owners, `namespace="shop",replicaset=`,
		`namespace="monitoring",pod="ksm-1-a",exported_namespace="shop",replicaset=`)
	replicas := `  kube_deployment_spec_replicas{namespace="monitoring",exported_namespace="shop",pod="ksm-1-a",deployment="cart"} 4x480
  kube_deployment_status_replicas_available{namespace="monitoring",exported_namespace="shop",pod="ksm-1-a",deployment="cart"} 3x480
`
	c := newCluster(t, script+owners+replicas, 4*time.Hour)
	only := []*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, "namespace", "shop|other")}
	a := c.table(t, 1, ByWorkload, only, "memory_limit", "memory_request", "replicas", "replicas_missing")
	require.Empty(t, a.Warnings)
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 0.9}, numbers(a, "memory_limit"))
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 0.5}, numbers(a, "memory_request"))
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 0.75}, numbers(a, "replicas"))
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 1}, numbers(a, "replicas_missing"))
}

func TestReplicasOfEveryKind(t *testing.T) {
	c := newCluster(t, `load 30s
  kube_deployment_spec_replicas{namespace="a",deployment="web"} 2x480
  kube_deployment_status_replicas_available{namespace="a",deployment="web"} 2x480
  kube_deployment_spec_replicas{namespace="a",deployment="off"} 0x480
  kube_deployment_status_replicas_available{namespace="a",deployment="off"} 0x480
  kube_statefulset_replicas{namespace="a",statefulset="db"} 3x480
  kube_statefulset_status_replicas_available{namespace="a",statefulset="db"} 0x480
  kube_daemonset_status_desired_number_scheduled{namespace="a",daemonset="agent"} 5x480
  kube_daemonset_status_number_available{namespace="a",daemonset="agent"} 6x480
`, 4*time.Hour)
	a := c.table(t, 1, ByWorkload, nil, "replicas", "replicas_missing")
	require.Equal(t, map[string]float64{"/a/web/deployment": 1, "/a/db/statefulset": 0, "/a/agent/daemonset": 1.2},
		numbers(a, "replicas"), "no number for 0 desired replicas")
	require.Equal(t,
		map[string]float64{
			"/a/web/deployment": 0, "/a/off/deployment": 0, "/a/db/statefulset": 3,
			"/a/agent/daemonset": 0,
		}, numbers(a, "replicas_missing"))
	require.Equal(t, "db", a.Groups[0].Labels[labelWorkload], "the most troubled first")

	whole := c.table(t, 1, []string{labelNamespace}, nil, "replicas")
	require.Equal(t, map[string]float64{"a": 0.8}, numbers(whole, "replicas"), "8 of 10")
}

// Restarts include pods that were removed. They count once with two exporters, and do not count
// again when the exporter is replaced.
func TestRestarts(t *testing.T) {
	script := `load 1m
  kube_pod_container_status_restarts_total{instance="1",namespace="a",pod="x-1-a",container="app",uid="u1"} 7x60 8x60 _x120
  kube_pod_container_status_restarts_total{instance="2",namespace="a",pod="x-1-a",container="app",uid="u1"} _x100 8x80 10x60
  kube_pod_container_status_restarts_total{instance="1",namespace="a",pod="x-1-b",container="app",uid="u2"} _x100 0x5 1x5 3x5 _x125
  kube_pod_container_status_restarts_total{instance="1",namespace="a",pod="y-0",container="app",uid="u3"} 4x120 _x120
  kube_pod_container_status_restarts_total{instance="2",namespace="a",pod="y-0",container="app",uid="u4"} _x130 0x10 1x100
` + owned("a", "x", "x-1-a") + owned("a", "x", "x-1-b") + `
  kube_pod_owner{namespace="a",pod="y-0",owner_kind="StatefulSet",owner_name="y",owner_is_controller="true"} 1x240
`
	c := newCluster(t, script, 4*time.Hour)
	a := c.table(t, 4, byName, nil, "restarts")
	require.Equal(t, map[string]float64{"a/x": 3 + 3, "a/y": 1}, numbers(a, "restarts"))
	require.Equal(t, map[string]float64{"a/x": 2, "a/y": 0},
		numbers(c.table(t, 1, byName, nil, "restarts"), "restarts"))

	over, err := c.Answer(t.Context(),
		Request{
			Signals: signals(t, "restarts"), By: byName, From: c.now.Add(-4 * time.Hour), To: c.now,
			Step: 5 * time.Minute,
		})
	require.NoError(t, err)
	sum := 0.0
	for _, v := range over.Groups[0].Values[0] {
		if !math.IsNaN(v) {
			sum += v
		}
	}
	require.InDelta(t, 6, sum, 1e-9, "the steps add up to the whole")
}

func TestDropsAndResetsBelongToWorkloads(t *testing.T) {
	script := `load 1m
  hubble_flows_processed_total{namespace="kube-system",pod="cilium-1",destination_namespace="shop",destination_workload="cart"} 0+10x240
  hubble_flows_processed_total{namespace="kube-system",pod="cilium-1",destination_namespace="shop",destination_workload="calm"} 0+10x240
  hubble_flows_processed_total{namespace="kube-system",pod="cilium-1",destination_namespace="",destination_workload=""} 0+10x240
  hubble_drop_total{namespace="kube-system",pod="cilium-1",destination_namespace="shop",destination_workload="cart",reason="STALE"} _x200 2x10 5x30
  hubble_drop_total{namespace="kube-system",pod="cilium-1",destination_namespace="shop",destination_workload="cart",reason="POLICY_DENIED"} 0+9x240
  hubble_tcp_flags_total{namespace="kube-system",pod="cilium-1",source_namespace="shop",source_workload="cart",flag="SYN"} 0+9x240
  hubble_tcp_flags_total{namespace="kube-system",pod="cilium-1",source_namespace="shop",source_workload="cart",flag="RST"} 0+1x240
` + cadvisor + owned("shop", "cart", "cart-1-a")
	c := newCluster(t, strings.ReplaceAll(script, "load 30s\n", ""), 4*time.Hour)
	a := c.table(t, 2, ByWorkload, nil, "drops", "tcp_resets", "memory")
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 5, "/shop/calm/": 0}, numbers(a, "drops"),
		"a first drop counts; seen and none is 0")
	require.Equal(t, map[string]float64{"/shop/cart/deployment": 120}, numbers(a, "tcp_resets"))
	require.Len(t, a.Groups, 2, "with its memory, and nothing of nobody")

	only := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "workload", "cart")}
	require.Len(t, c.table(t, 2, ByWorkload, only, "drops", "memory").Groups, 1)
}

func TestGPUsOfPods(t *testing.T) {
	script := `load 1m
  DCGM_FI_DEV_GPU_UTIL{namespace="gpu",pod="dcgm-exporter-1",exported_namespace="ml",exported_pod="llm-0",gpu="0",UUID="a"} 80x240
  DCGM_FI_DEV_GPU_UTIL{namespace="gpu",pod="dcgm-exporter-1",exported_namespace="ml",exported_pod="llm-0",gpu="1",UUID="b"} 40x240
  DCGM_FI_DEV_GPU_UTIL{namespace="gpu",pod="dcgm-exporter-1",gpu="2",UUID="c"} 0x240
  DCGM_FI_DEV_FB_USED{namespace="gpu",pod="dcgm-exporter-1",exported_namespace="ml",exported_pod="llm-0",gpu="0",UUID="a"} 60x240
  DCGM_FI_DEV_FB_FREE{namespace="gpu",pod="dcgm-exporter-1",exported_namespace="ml",exported_pod="llm-0",gpu="0",UUID="a"} 20x240
  kube_pod_owner{namespace="ml",pod="llm-0",owner_kind="StatefulSet",owner_name="llm",owner_is_controller="true"} 1x240
`
	a := newCluster(t, script, 4*time.Hour).table(t, 1, byName, nil, "gpus", "gpu_busy", "gpu_memory")
	require.Empty(t, a.Warnings)
	require.Equal(t, map[string]float64{"ml/llm": 2}, numbers(a, "gpus"), "a GPU that no pod holds is of no workload")
	require.Equal(t, map[string]float64{"ml/llm": 0.6}, numbers(a, "gpu_busy"))
	require.Equal(t, map[string]float64{"ml/llm": 0.75}, numbers(a, "gpu_memory"))

	blind := newCluster(t,
		"load 1m\n  DCGM_FI_DEV_GPU_UTIL{namespace=\"gpu\",pod=\"dcgm-exporter-1\",gpu=\"0\"} 80x240\n",
		4*time.Hour).table(t, 1, byName, nil, "gpu_busy")
	require.Empty(t, blind.Groups)
	require.Contains(t, blind.Warnings[0], "its series name no pod but its own")
}

func TestPodsOnTheirNodesNetworkHaveNoTraffic(t *testing.T) {
	a := newCluster(t, `load 1m
  container_network_receive_bytes_total{namespace="a",pod="x-1-a",interface="eth0"} 0+600x240
  container_network_receive_bytes_total{namespace="a",pod="x-1-a",interface="eth1"} 0+60x240
  container_network_receive_bytes_total{namespace="a",pod="x-1-a",interface="lo"} 0+6000x240
  container_network_receive_bytes_total{namespace="a",pod="node-agent",interface="eth0"} 0+6000000x240
  kube_pod_info{namespace="a",pod="node-agent",host_network="true"} 1x240
  kube_pod_owner{namespace="a",pod="node-agent",owner_kind="DaemonSet",owner_name="agent",owner_is_controller="true"} 1x240
`+owned("a", "x", "x-1-a"), 4*time.Hour).table(t, 1, byName, nil, "received")
	require.Equal(t, map[string]float64{"a/x": 11}, numbers(a, "received"))
}

// A refresh requests only points of the last minutes, and returns the same as a full read.
func TestARefreshReadsTheLastMinutes(t *testing.T) {
	script := cadvisor + owned("shop", "cart", "cart-1-a")
	script = strings.ReplaceAll(script, "900x480", "0+1x480")
	ask := func(c *cluster) *Answer {
		a, err := c.Answer(t.Context(),
			Request{
				Signals: signals(t, "memory"), By: byName, From: c.now.Add(-2 * time.Hour), To: c.now,
				Step: time.Minute,
			})
		require.NoError(t, err)
		return a
	}
	c := newCluster(t, script, 3*time.Hour+time.Minute)
	first := ask(c)
	require.Len(t, first.Instants, 121)
	require.Equal(t, 2*121, first.Cost.Samples)
	c.now = c.now.Add(time.Minute)
	again := ask(c)
	require.Equal(t, 2*11, again.Cost.Samples, "ten minutes that were not settled, and the new one")
	require.Equal(t, 1, again.Cost.Queries)
	require.Equal(t, ask(newCluster(t, script, 3*time.Hour+2*time.Minute)).Groups, again.Groups)
}

func TestNothingIsThere(t *testing.T) {
	c := newCluster(t, "load 1m\n  up 1x240\n", 4*time.Hour)
	a := c.table(t, 1, ByWorkload, nil)
	require.Empty(t, a.Groups)
	require.Zero(t, c.server.queries.Load(), "metrics that are not there are not asked for")
	require.Equal(t, 1, int(c.server.names.Load()))
	require.Len(t, a.Warnings, 5)
	require.Contains(t, a.Warnings[0], "No CPU, CPU of request, CPU of limit, CPU throttled, Memory, ")
	require.Contains(t, a.Warnings[0], "there is no container_cpu_usage_seconds_total, ")
	require.Contains(t, a.Warnings[0], "To turn it on: kube-prometheus-stack scrapes it")
	for i, words := range []string{
		"kubelet", "kubeStateMetrics.enabled", "hubble.metrics.enabled", "dcgmExporter",
		"OTEL_EBPF_METRICS_FEATURES",
	} {
		require.Contains(t, a.Warnings[i], words)
	}
}
