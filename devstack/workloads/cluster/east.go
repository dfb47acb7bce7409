package cluster

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// The second cluster, east, is small, and configured differently. Its cAdvisor, DCGM exporter and
// programs are scraped with a label cluster, its two kube-state-metrics without one. Its usage is a
// function of time, without totals.

const eastName = "east"

// owner is an owner of a ReplicaSet or pod, from a time before the anchor until the next owner.
// Without a kind, there is no owner.
type owner struct {
	kind, name string
	before     time.Duration
}

// vessel is a container of an eastern pod.
type vessel struct {
	name                string
	isInit              bool // a native sidecar
	cores, memory       float64
	coreLimit, memLimit float64
	life                time.Duration // interval of its restarts; 0: none
}

// restartsAfter is the pause before a restart in a crash loop.
const restartsAfter = 20 * time.Second

// device is the GPU of a pod.
type device struct {
	number, instance int // an instance of MIG, from 1 on; 0: the whole GPU
	profile          string
	busy, used, free float64
}

// eastern is a workload of the second cluster. Its pods exist for the whole time.
type eastern struct {
	namespace  string
	replicaSet string // "" if the pods have owners themselves
	owners     []owner
	pods       []string
	from, to   time.Duration // before the anchor; 0 of from: always, 0 of to: no end
	containers []vessel
	requests   float64 // of a pod in a minute, one of which fails
	connects   bool    // Coroot's node agent shows its connections
	gpu        func(pod int) device
}

const ever = 100 * day

var deployment = func(name string) []owner { return []owner{{"Deployment", name, ever}} }

var easternWorkloads = []eastern{
	{
		namespace: "payments", replicaSet: "ledger-6c9f7d8b5",
		pods: []string{"ledger-6c9f7d8b5-4xk2p", "ledger-6c9f7d8b5-9wq7z"},
		owners: []owner{ // adopted, after five minutes without an owner
			{"Deployment", "ledger", ever},
			{"", "", 7*time.Hour + 20*time.Minute},
			{"Deployment", "ledger-v2", 7*time.Hour + 15*time.Minute},
		},
		containers: []vessel{
			{name: "ledger", cores: 0.25, memory: 256 * mi, coreLimit: 1, memLimit: 512 * mi},
			{name: "agent", cores: 0.05, memory: 32 * mi, memLimit: 64 * mi, life: 50 * time.Minute},
		}, requests: 400, connects: true,
	},
	{
		namespace: "payments", replicaSet: "gate-5d4cbb7f9", pods: []string{"gate-5d4cbb7f9-tn8rd"},
		owners: deployment("gate"),
		containers: []vessel{
			{name: "gate", cores: 0.2, memory: 100 * mi, coreLimit: 1, memLimit: 400 * mi},
			{name: "proxy", isInit: true, cores: 0.3, memory: 198 * mi, coreLimit: 0.5, memLimit: 200 * mi},
		}, requests: 250, connects: true,
	},
	{
		namespace: "payments", replicaSet: "importer-7b8d6c5f4", pods: []string{"importer-7b8d6c5f4-2lmkc"},
		owners: deployment("importer"),
		containers: []vessel{{
			name: "importer", cores: 0.5, memory: 64 * mi, coreLimit: 2, memLimit: 128 * mi,
			life: 14 * time.Minute,
		}},
	},
	{
		namespace: "payments", pods: []string{"cache-0"}, owners: []owner{{"StatefulSet", "cache", ever}},
		to:         9*day + 40*time.Minute,
		containers: []vessel{{name: "cache", cores: 0.1, memory: 64 * mi, memLimit: 128 * mi}}, requests: 90,
	},
	// the name is used again
	{
		namespace: "payments", pods: []string{"cache-0"}, owners: []owner{{"Valkey", "cache", ever}},
		from:       9*day + 31*time.Minute,
		containers: []vessel{{name: "cache", cores: 0.125, memory: 96 * mi, memLimit: 128 * mi}}, requests: 60,
	},
	{
		namespace: "models", replicaSet: "notebooks-58f6d7c9b",
		pods: []string{"notebooks-58f6d7c9b-jq5vx", "notebooks-58f6d7c9b-k6m2s"}, owners: deployment("notebooks"),
		containers: []vessel{{name: "notebook", cores: 0.5, memory: 2 * gi, memLimit: 8 * gi}},
		gpu:        func(pod int) device { return device{0, 1 + pod, "3g.40gb", 0.25 + 0.5*float64(pod), 9000, 31000} },
	},
	{
		namespace: "models", replicaSet: "embedder-7f5c4d6b8", owners: deployment("embedder"),
		pods:       []string{"embedder-7f5c4d6b8-5hzlt", "embedder-7f5c4d6b8-7r4vn", "embedder-7f5c4d6b8-xp9wd"},
		containers: []vessel{{name: "embedder", cores: 0.75, memory: 3 * gi, coreLimit: 2, memLimit: 4 * gi}},
		gpu:        func(int) device { return device{number: 1, busy: 0.625, used: 60000, free: 21000} },
	}, // shared by time
}

// easternStates are the scrapes of its two kube-state-metrics, easternGrid those of all other
// targets.
var easternStates = []grid{stateGrid, 37_000}

const easternGrid grid = 41_000

// change returns the time of a change of owners. It avoids multiples of five minutes, at which
// queries may place borders.
func (w *World) change(before time.Duration) int64 { return changeMS(w.anchorMS, before) }

func changeMS(anchorMS int64, before time.Duration) int64 {
	const every = 5 * minuteMS
	return (anchorMS-before.Milliseconds())/every*every + 2*minuteMS
}

// time returns the range of a workload, within the recorded time.
func (e *eastern) time(w *World) (startMS, endMS int64) {
	startMS = w.fromMS
	if e.from > 0 {
		startMS = max(startMS, w.anchorMS-e.from.Milliseconds())
	}
	if e.to > 0 {
		endMS = max(startMS, w.anchorMS-e.to.Milliseconds())
	}
	return startMS, endMS
}

// stays calls show for each of its owners. A time without an owner belongs to the next one.
func (e *eastern) stays(w *World, show func(o owner, fromMS, toMS int64)) {
	from, end := e.time(w)
	for i, o := range e.owners {
		to := end
		if i+1 < len(e.owners) {
			to = w.change(e.owners[i+1].before)
		}
		if o.kind == "" {
			continue
		}
		show(o, from, to)
		from = to
	}
}

// east adds the second cluster and its truth.
func (w *World) east() {
	for i := range easternWorkloads {
		e := &easternWorkloads[i]
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
			for n := range easternStates {
				w.emitEasternState(e, n, fromMS, untilMS, sink)
			}
			w.emitEasternUse(e, fromMS, untilMS, sink)
		})
		e.stays(w, func(o owner, fromMS, toMS int64) {
			of := map[string]string{
				"cluster": eastName, "namespace": e.namespace, "workload": o.name,
				"workload_type": strings.ToLower(o.kind),
			}
			if e.requests > 0 {
				w.truths = append(w.truths,
					&group{"requests-by-owner", Events, of, func(afterMS, upToMS int64) (events, bad float64) {
						if afterMS = max(afterMS, fromMS); toMS > 0 {
							upToMS = min(upToMS, toMS)
						}
						start, _ := e.time(w)
						first := easternGrid.first(start) // the baseline
						n := max(0,
							float64(easternGrid.last(upToMS)-max(first,
								easternGrid.last(afterMS)))) * float64(len(e.pods))
						return n * e.requests, n
					}})
			}
			if e.connects && toMS == 0 {
				e.corootTruth(w)
			}
			if o.kind == "Deployment" {
				from, to := max(fromMS, w.change(o.before)), toMS
				if to > 0 { // exists until its adoption
					to = w.change(e.owners[len(e.owners)-1].before)
				}
				w.truths = append(w.truths, &group{
					"deployment-replicas", Slices,
					map[string]string{"namespace": e.namespace, "deployment": o.name},
					func(afterMS, upToMS int64) (float64, float64) {
						all, _ := minutes(stateGrid,
							func(atMS int64) bool { return atMS >= from && (to == 0 || atMS < to) }, afterMS, upToMS,
							func(int64) bool { return false })
						return all, 0
					},
				})
			}
		})
	}
}

// started returns the number of restarts of a container before a time, and the time of its last
// start. Before the first start, it returns the time of the first start.
func (v *vessel) started(fromMS, atMS int64) (restarts, lastMS int64) {
	if v.life == 0 {
		return 0, fromMS
	}
	every := (v.life + restartsAfter).Milliseconds()
	n := (atMS - fromMS) / every
	return n, fromMS + n*every
}

// emitEasternState emits the series of one of the kube-state-metrics.
func (w *World) emitEasternState(e *eastern, n int, fromMS, untilMS int64, sink Sink) {
	start, end := e.time(w)
	exporter := []string{
		"namespace", "monitoring", "pod", fmt.Sprintf("ksm-%d", n), "container", "kube-state-metrics", "endpoint",
		"http",
		"job", "kube-state-metrics", "instance", fmt.Sprintf("10.35.0.%d:8080", 7+n),
	}
	emit := func(startMS, endMS int64, series []labels.Labels, values func(atMS int64, out []float64)) {
		t := &target{grid: easternStates[n], startMS: max(startMS, start), endMS: endMS, series: series}
		if t.live(fromMS, untilMS) {
			t.gauges(fromMS, untilMS, sink, values)
		}
	}
	one := func(_ int64, out []float64) { out[0] = 1 }
	for i, o := range e.owners {
		of, to := []string{
			"namespace", e.namespace, "owner_kind", o.kind, "owner_name", o.name, "owner_is_controller",
			"true",
		}, end
		if i+1 < len(e.owners) {
			to = w.change(e.owners[i+1].before)
		}
		if o.kind == "" {
			of = []string{
				"namespace", e.namespace, "owner_kind", "<none>", "owner_name", "<none>",
				"owner_is_controller", "<none>",
			}
		}
		from := w.change(o.before)
		if e.replicaSet != "" {
			emit(from, to,
				[]labels.Labels{named("kube_replicaset_owner", exporter, append(of, "replicaset", e.replicaSet)...)},
				one)
		}
		if o.kind == "Deployment" {
			if i+1 < len(e.owners) {
				to = w.change(e.owners[len(e.owners)-1].before) // exists until its adoption
			}
			var series []labels.Labels
			for _, name := range []string{
				"kube_deployment_spec_replicas",
				"kube_deployment_status_replicas_available",
			} {
				series = append(series, named(name, exporter, "namespace", e.namespace, "deployment", o.name))
			}
			emit(from, to, series,
				func(_ int64, out []float64) { out[0], out[1] = float64(len(e.pods)), float64(len(e.pods)) })
		}
	}
	for i, pod := range e.pods {
		var series []labels.Labels
		var values []float64
		id := []string{"namespace", e.namespace, "pod", pod, "uid", uid(uint64(e.from), uint64(i))}
		add := func(v float64, name string, own ...string) {
			if v > 0 {
				series, values = append(series, named(name, exporter, append(own, id...)...)), append(values, v)
			}
		}
		by := []string{"owner_kind", e.owners[0].kind, "owner_name", e.owners[0].name, "owner_is_controller", "true"}
		if e.replicaSet != "" {
			by[1], by[3] = "ReplicaSet", e.replicaSet
		}
		add(1, "kube_pod_owner", by...)
		firstRestarts := len(series)
		for _, v := range e.containers {
			series = append(series,
				named("kube_pod_"+v.kind()+"container_status_restarts_total", exporter,
					append(id, "container", v.name)...))
			values = append(values, 0)
		}
		for _, v := range e.containers {
			prefix := "kube_pod_" + v.kind() + "container_resource_"
			add(v.cores*2, prefix+"requests", "container", v.name, "resource", "cpu", "unit", "core")
			add(v.memory*2, prefix+"requests", "container", v.name, "resource", "memory", "unit", "byte")
			add(v.coreLimit, prefix+"limits", "container", v.name, "resource", "cpu", "unit", "core")
			add(v.memLimit, prefix+"limits", "container", v.name, "resource", "memory", "unit", "byte")
		}
		emit(start, end, series, func(atMS int64, out []float64) {
			copy(out, values)
			for i := range e.containers {
				restarts, _ := e.containers[i].started(start, atMS)
				out[firstRestarts+i] = float64(restarts)
			}
		})
	}
}

func (v *vessel) kind() string {
	if v.isInit {
		return "init_"
	}
	return ""
}

// emitEasternUse emits the series of cAdvisor, of the DCGM exporter and of the program itself.
func (w *World) emitEasternUse(e *eastern, fromMS, untilMS int64, sink Sink) {
	start, end := e.time(w)
	for i, pod := range e.pods {
		id := []string{"cluster", eastName, "namespace", e.namespace, "pod", pod}
		kubelet := append([]string{
			"job", "kubelet", "metrics_path", "/metrics/cadvisor", "instance",
			"10.30.0.11:10250", "node", "east-1",
		}, id...)
		for _, v := range e.containers {
			life := end
			_, from := v.started(start, max(fromMS-minuteMS, start))
			for ; from < untilMS; from = life + restartsAfter.Milliseconds() {
				if v.life > 0 {
					if life = from + v.life.Milliseconds(); end > 0 {
						life = min(life, end)
					}
				}
				t := &target{grid: easternGrid, startMS: from, endMS: life}
				name := fmt.Sprintf("%s-%s-%d", pod, v.name, from)
				for _, metric := range []string{
					"container_cpu_usage_seconds_total",
					"container_memory_working_set_bytes",
				} {
					t.series = append(t.series,
						named(metric, kubelet, "container", v.name, "name", name, "id", "/kubepods/"+name))
				}
				if t.live(fromMS, untilMS) {
					t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
						out[0], out[1] = v.cores*float64(atMS-from)/1000, v.memory
					})
				}
				if life == 0 || life == end {
					break
				}
			}
		}
		t := &target{grid: easternGrid, startMS: start, endMS: end}
		if e.requests > 0 {
			for _, outcome := range []string{"answered", "failed"} {
				t.series = append(t.series,
					named("payments_requests_total", id, "outcome", outcome, "job", "payments", "instance",
						fmt.Sprintf("10.30.%d.%d:8080", int(e.from.Hours())%250, i)))
			}
		}
		if e.connects {
			for _, name := range corootMetrics {
				t.series = append(t.series, named(name, []string{
					"cluster", eastName, "job", "coroot-node-agent", "instance", "10.30.0.11:80", "container_id",
					e.containerID(pod),
				}, corootDestination(name)...))
			}
		}
		requests := len(t.series)
		var g device
		if e.gpu != nil {
			g = e.gpu(i)
			of := []string{
				"job", "dcgm-exporter", "hostname", "east-1", "gpu", fmt.Sprint(g.number), "UUID",
				fmt.Sprintf("GPU-ea57-%d", g.number),
				"modelName", "NVIDIA A100-SXM4-80GB", "container", e.containers[0].name,
			}
			if g.instance > 0 {
				of = append(of, "GPU_I_ID", fmt.Sprint(g.instance), "GPU_I_PROFILE", g.profile)
			}
			for _, name := range []string{
				"DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE", "DCGM_FI_DEV_GPU_UTIL",
				"DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_PROF_PCIE_RX_BYTES",
			} {
				t.series = append(t.series, named(name, id, of...))
			}
		}
		if len(t.series) == 0 || !t.live(fromMS, untilMS) {
			continue
		}
		t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
			if requests > 0 {
				n := float64(easternGrid.last(atMS) - easternGrid.first(start))
				out[0], out[1] = n*(e.requests-1), n
			}
			if e.connects {
				copy(out[requests-len(corootMetrics):], w.corootTotals(e, atMS))
			}
			if e.gpu != nil {
				copy(out[requests:], []float64{g.used, g.free, 100 * g.busy, g.busy, 1e9 * g.busy})
				if g.instance > 0 {
					out[requests+2] = 0 // 0, as for every instance
				}
			}
		})
	}
}

// easternResources adds the truth of its signals; see Resources.
func (w *World) easternResources(afterMS, upToMS int64, add func(Resource)) {
	for i := range easternWorkloads {
		e := &easternWorkloads[i]
		start, end := e.time(w)
		for k, o := range e.owners { // a Deployment exists until the adoption, also without pods
			if last := len(e.owners) - 1; o.kind == "Deployment" && w.change(o.before) <= upToMS &&
				(k == last || upToMS < w.change(e.owners[last].before)) {
				add(Resource{eastName, e.namespace, o.name, "deployment", "replicas", 1})
				add(Resource{eastName, e.namespace, o.name, "deployment", "replicas_missing", 0})
			}
		}
		e.stays(w, func(o owner, fromMS, toMS int64) {
			one := func(signal string, v float64) {
				add(Resource{eastName, e.namespace, o.name, strings.ToLower(o.kind), signal, v})
			}
			n, restarts := float64(len(e.pods)), int64(0)
			fromMS, toMS = firstState(fromMS), firstState(toMS)
			until := upToMS
			if toMS > 0 {
				until = min(until, toMS)
			}
			if until <= afterMS || upToMS <= fromMS {
				return
			}
			for k := range e.containers {
				latest := easternStates[len(easternStates)-1]
				before, _ := e.containers[k].started(start, latest.at(latest.last(max(afterMS, fromMS))))
				now, _ := e.containers[k].started(start, latest.at(latest.last(until)))
				restarts += now - before
			}
			one("restarts", n*float64(restarts))
			if toMS > 0 && toMS <= upToMS || end > 0 && end <= upToMS {
				return // removed by then
			}
			var cores, requested, memory, fullestCores, fullestMemory float64
			for _, v := range e.containers {
				if used := v.usedCores(start, upToMS); !math.IsNaN(used) {
					cores, requested = cores+used, requested+2*v.cores
					if v.coreLimit > 0 {
						fullestCores = max(fullestCores, used/v.coreLimit)
					}
				}
				if v.isUp(start, easternGrid.at(easternGrid.last(upToMS))) {
					memory, fullestMemory = memory+v.memory, max(fullestMemory, v.memory/v.memLimit)
				}
			}
			if e.connects {
				e.corootSignals(w, upToMS, one)
			}
			if requested > 0 {
				one("cpu", n*cores)
				one("cpu_request", cores/requested)
			}
			if memory > 0 {
				one("memory", n*memory)
				one("memory_request", 0.5)
				one("memory_limit", fullestMemory)
			}
			if fullestCores > 0 {
				one("cpu_limit", fullestCores)
			}
			if e.gpu == nil {
				return
			}
			var all []device
			for pod := range e.pods {
				if g := e.gpu(pod); !slices.Contains(all, g) {
					all = append(all, g)
				}
			}
			one("gpus", float64(len(all)))
			mean := 0.0
			for _, g := range all {
				mean += g.busy / float64(len(all))
			}
			one("gpu_busy", mean)
			fullest := slices.MaxFunc(all,
				func(a, b device) int { return cmp.Compare(a.used/(a.used+a.free), b.used/(b.used+b.free)) })
			one("gpu_memory", fullest.used/(fullest.used+fullest.free))
			one("pcie_peak", 1e9*slices.MaxFunc(all, func(a, b device) int { return cmp.Compare(a.busy, b.busy) }).busy)
		})
	}
}

// firstState is the first scrape of a kube-state-metrics from a time on; 0 stays 0.
func firstState(ms int64) int64 {
	if ms == 0 {
		return 0
	}
	first := int64(math.MaxInt64)
	for _, g := range easternStates {
		first = min(first, g.at(g.first(ms)))
	}
	return first
}

// usedCores is the rate of a container's CPU time over ten minutes. Each life is a series.
func (v *vessel) usedCores(startMS, upToMS int64) float64 {
	sum := math.NaN()
	_, from := v.started(startMS, max(startMS, upToMS-rateMS-v.life.Milliseconds()))
	for ; from <= upToMS; from += (v.life + restartsAfter).Milliseconds() {
		end := int64(0)
		if v.life > 0 {
			end = from + v.life.Milliseconds()
		}
		first, last := ticksIn(easternGrid, from, end, rateMS, upToMS)
		used := func(tick int64) float64 { return v.cores * float64(easternGrid.at(tick)-from) / 1000 }
		if sum = combine("cpu", sum,
			rate(easternGrid, first, last, used(first), used(last), rateMS, upToMS)); v.life == 0 {
			break
		}
	}
	return sum
}

// isUp reports whether a container runs at a time.
func (v *vessel) isUp(startMS, atMS int64) bool {
	_, last := v.started(startMS, atMS)
	return v.life == 0 || atMS < last+v.life.Milliseconds()
}
