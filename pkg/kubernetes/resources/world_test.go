package resources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/counting"
)

// truthOf is the true usage and limits of a workload, and its restarts in the last two hours.
type truthOf struct{ memory, memoryLimit, cpu, restarts, replicas float64 }

// exporters is how the exporters of a cluster are configured.
type exporters struct {
	onCadvisor, onState bool // whether it sets the label cluster
	honored             int  // minute from which kube-state-metrics is scraped with honorLabels
	states, kubelets    int  // number of instances that export the same rows
	replaced            int  // minute in which kube-state-metrics gets a new address; 0: never
	hasUID, hasID       bool
	whole               bool // cAdvisor also exports series of whole pods
}

// The resources of workloads are the true ones, even if exporters duplicate, rename or drop series.
func TestResourcesAreThoseOfTheTrueCluster(t *testing.T) {
	const minutes = 4 * 60
	for seed := range uint64(16) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 29))
			var rec promtest.Recording = map[string][]promtest.Sample{}
			want := map[string]truthOf{}
			var setups []exporters
			for c := range 1 + r.IntN(2) {
				e := exporters{
					onCadvisor: r.IntN(2) == 0, onState: r.IntN(2) == 0,
					honored: []int{0, minutes + 1, 30 + r.IntN(180)}[r.IntN(3)],
					states:  1 + r.IntN(2), kubelets: 1 + r.IntN(2), hasUID: r.IntN(2) == 0, hasID: r.IntN(4) > 0,
					whole: r.IntN(2) == 0,
				}
				if r.IntN(2) == 0 {
					e.replaced = 20 + r.IntN(200)
				}
				setups = append(setups, e)
				writeCluster(r, rec, e, []string{"eu", "us"}[c], minutes, want)
			}
			reader := newClusterOver(t, promtest.New(t, rec), minutes*time.Minute, counting.Auto)
			a := reader.table(t, 2, byName, nil, "memory", "memory_limit", "cpu", "restarts", "replicas")
			for _, s := range []struct {
				name string
				of   func(truthOf) float64
			}{
				{"memory", func(w truthOf) float64 { return w.memory }},
				{"memory_limit", func(w truthOf) float64 { return w.memoryLimit }},
				{"restarts", func(w truthOf) float64 { return w.restarts }},
				{"replicas", func(w truthOf) float64 { return w.replicas }},
				{"cpu", func(w truthOf) float64 { return w.cpu }},
			} {
				got := numbers(a, s.name)
				require.Len(t, got, len(want), "%s: %v, %+v", s.name, got, setups)
				for name, w := range want {
					tolerance := 1e-4
					if s.name == "cpu" { // a rate misses the usage after the last scrape
						tolerance = 0.15 * w.cpu
					}
					require.InDelta(t, s.of(w), got[name], tolerance, "%s of %s, %+v, notices %q", s.name, name, setups,
						a.Warnings)
				}
			}
			require.Empty(t, a.Warnings)
		})
	}
}

// writeCluster writes the samples of two workloads of a cluster. Each has pods of two containers,
// the first of which restarts.
func writeCluster(r *rand.Rand, rec promtest.Recording, e exporters, name string, minutes int,
	want map[string]truthOf,
) {
	sample := func(metric string, minute int, v float64, labels ...string) {
		var all []string
		for i := 0; i < len(labels); i += 2 {
			if labels[i+1] != "" {
				all = append(all, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
			}
		}
		slices.Sort(all)
		key := metric + "{" + strings.Join(all, ",") + "}"
		rec[key] = append(rec[key], promtest.Sample{Ms: int64(minute) * 60_000, V: v})
	}
	on := func(is bool) string {
		if is {
			return name
		}
		return ""
	}
	state := func(metric string, minute int, v float64, labels ...string) {
		for k := range e.states {
			instance := fmt.Sprintf("10.0.0.%d:8080", k)
			if e.replaced > 0 && minute >= e.replaced {
				instance = fmt.Sprintf("10.0.1.%d:8080", k)
			}
			row := append(slices.Clone(labels), "cluster", on(e.onState), "instance", instance, "job", "ksm")
			if minute < e.honored {
				for i := 0; i < len(row); i += 2 {
					if slices.Contains(renamable, row[i]) {
						row[i] = exportedPrefix + row[i]
					}
				}
				row = append(row, "namespace", "monitoring", "pod", fmt.Sprintf("ksm-%d", k), "container", "ksm")
			}
			sample(metric, minute, v, row...)
		}
	}
	kubelet := func(metric string, minute int, v float64, labels ...string) {
		for k := range e.kubelets {
			sample(metric, minute, v,
				append(slices.Clone(labels), "cluster", on(e.onCadvisor), "job", fmt.Sprintf("kubelet-%d", k))...)
		}
	}
	for w := range 2 {
		workload := fmt.Sprintf("%s-w%d", name, w)
		truth := truthOf{}
		pods := 1 + r.IntN(3)
		available := r.IntN(pods + 1)
		truth.replicas = float64(available) / float64(pods)
		for p := range pods {
			pod := fmt.Sprintf("%s-%d", workload, p)
			uid := ""
			if e.hasUID {
				uid = pod
			}
			born := 0
			if r.IntN(3) == 0 { // a new pod
				born = minutes - 100
			}
			restart, before := minutes+1, r.IntN(9) // at most one in the range
			if born > 0 {
				before = 0
			}
			if r.IntN(2) == 0 {
				restart = minutes - 90 + r.IntN(85)
				truth.restarts++
			}
			for c, container := range []string{"app", "proxy"} {
				cores, use := float64(1+r.IntN(4))/4, float64(100+r.IntN(900))
				limit := use * (1 + float64(r.IntN(10))/10)
				truth.cpu += cores
				truth.memory += use
				truth.memoryLimit = max(truth.memoryLimit, use/limit)
				for m := born; m <= minutes; m++ {
					life, since := 0, m-born
					restarts := before
					if c == 0 && m >= restart {
						life, since, restarts = 1, m-restart, before+1
					}
					id := ""
					if e.hasID {
						id = fmt.Sprintf("/kubepods/%s/%s-%d", pod, container, life)
					}
					kubelet("container_cpu_usage_seconds_total", m, cores*60*float64(since), "namespace", "shop", "pod",
						pod, "container", container, "id", id)
					kubelet("container_memory_working_set_bytes", m, use, "namespace", "shop", "pod", pod, "container",
						container, "id", id)
					infix := ""
					if c == 1 {
						infix = "init_"
					}
					state("kube_pod_"+infix+"container_resource_limits", m, limit, "namespace", "shop", "pod", pod,
						"container", container, "resource", "memory", "uid", uid)
					count := float64(restarts)
					if c == 1 {
						count = 0
					}
					state("kube_pod_"+infix+"container_status_restarts_total", m, count, "namespace", "shop", "pod",
						pod, "container", container, "uid", uid)
				}
			}
			for m := born; m <= minutes; m++ {
				state("kube_pod_owner", m, 1, "namespace", "shop", "pod", pod, "uid", uid, "owner_kind", "StatefulSet",
					"owner_name", workload, "owner_is_controller", "true")
				if e.whole {
					kubelet("container_memory_working_set_bytes", m, math.MaxInt32, "namespace", "shop", "pod", pod,
						"id", "/kubepods/"+pod)
				}
			}
		}
		for m := range minutes + 1 {
			state("kube_statefulset_replicas", m, float64(pods), "namespace", "shop", "statefulset", workload)
			state("kube_statefulset_status_replicas_available", m, float64(available), "namespace", "shop",
				"statefulset", workload)
		}
		want["shop/"+workload] = truth
	}
}
