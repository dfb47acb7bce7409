package cluster

import (
	"sort"
	"strconv"
)

// stateGrid is the scrapes of kube-state-metrics, one target for the whole cluster.
const stateGrid grid = 17_000

// stateTarget are the labels of this target. It is scraped with honorLabels: labels of the exporter
// override them.
var stateTarget = []string{
	"namespace", "monitoring", "pod", "kube-state-metrics-0", "container", "kube-state-metrics", "endpoint", "http",
	"service", "kube-state-metrics", "job", "kube-state-metrics", "instance", "10.15.0.7:8080",
}

// newStateTarget returns the target for an object that exists for a time.
func newStateTarget(anchorMS, startMS, endMS int64) *target {
	return &target{
		grid: stateGrid, startMS: startMS, endMS: endMS,
		restart: &restart{startOf(stateRestart, anchorMS), endOf(stateRestart, anchorMS), "10.15.0.9:8080"},
	}
}

// stateAway is true while kube-state-metrics restarts.
func (w *World) stateAway(atMS int64) bool { return stateRestart.Within(atMS, w.anchorMS) }

var phases = []string{"Pending", "Running", "Succeeded", "Failed", "Unknown"}

// emitState emits the series of a workload and its pods in kube-state-metrics.
func (w *workload) emitState(fromMS, untilMS int64, sink Sink) {
	for _, p := range w.between(fromMS, untilMS) {
		t := newStateTarget(w.anchorMS, p.StartMS, p.EndMS)
		if t.live(fromMS, untilMS) {
			w.emitPod(t, p, fromMS, untilMS, sink)
		}
	}
	w.emitSets(fromMS, untilMS, sink)
}

func (w *workload) emitPod(t *target, p *Pod, fromMS, untilMS int64, sink Sink) {
	id := []string{"namespace", w.namespace, "pod", p.Name, "uid", p.uid()}
	add := func(name string, own ...string) {
		t.series = append(t.series, named(name, stateTarget, append(own, id...)...))
	}
	n := nodeNamed(p.Node)
	add("kube_pod_info", "node", p.Node, "host_ip", n.ip, "pod_ip", p.IP, "created_by_kind", p.ownerKind,
		"created_by_name", p.ownerName,
		"host_network", strconv.FormatBool(w.kind == "daemonset" || w.kind == "staticpod"))
	add("kube_pod_owner", "owner_kind", p.ownerKind, "owner_name", p.ownerName, "owner_is_controller", "true")
	for _, phase := range phases {
		add("kube_pod_status_phase", "phase", phase)
	}
	for _, condition := range []string{"true", "false", "unknown"} {
		add("kube_pod_status_ready", "condition", condition)
	}
	add("kube_pod_container_status_restarts_total", "container", w.container())
	crashes := 0
	if w.restarts != nil {
		add("kube_pod_container_status_last_terminated_reason", "container", w.container(), "reason", "OOMKilled")
		add("kube_pod_container_status_waiting_reason", "container", w.container(), "reason", "CrashLoopBackOff")
		crashes = 2
	}
	versions := w.versionSeries(p, add)
	amounts := w.resources(func(metric, resource, unit string) {
		add(metric, "container", w.container(), "node", p.Node, "resource", resource, "unit", unit)
	})
	t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
		clear(out)
		out[0], out[1] = 1, 1
		switch {
		case p.isPending(atMS):
			out[2] = 1
		case p.isFailed(atMS):
			out[5] = 1
		default:
			out[3] = 1
		}
		if p.ready(atMS) {
			out[7] = 1
		} else {
			out[8] = 1
		}
		if w.restarts != nil {
			out[10] = float64(w.restarts(p, atMS))
			out[11], out[12] = flag(out[10] > 0), flag(w.isStuck(p, atMS))
		}
		for i := range versions {
			out[11+crashes+i] = 1
		}
		copy(out[11+crashes+versions:], amounts)
	})
}

// resources lists the requests and limits of a workload's container. add is called for each series.
func (w *workload) resources(add func(metric, resource, unit string)) []float64 {
	const requests, limits = "kube_pod_container_resource_requests", "kube_pod_container_resource_limits"
	var amounts []float64
	one := func(metric, resource, unit string, amount float64) {
		if amount > 0 {
			add(metric, resource, unit)
			amounts = append(amounts, amount)
		}
	}
	one(requests, "cpu", "core", w.requestedCores())
	one(requests, "memory", "byte", w.memory)
	one(requests, "nvidia_com_gpu", "integer", float64(w.gpus))
	one(limits, "cpu", "core", w.cores)
	one(limits, "memory", "byte", w.memory*1.5)
	one(limits, "nvidia_com_gpu", "integer", float64(w.gpus))
	return amounts
}

// requestedCores are rounded to a twentieth.
func (w *workload) requestedCores() float64 { return float64(int(w.cpu*1.3*20)+1) / 20 }

func (p *Pod) isPending(atMS int64) bool { return atMS < p.StartMS+p.pendingMS }

// isFailed reports whether all containers of a pod ended, one of them with an error.
func (p *Pod) isFailed(atMS int64) bool { return p.fails && atMS >= p.DoneMS }

// isStuck reports whether the container of a pod waits to be started again.
func (w *workload) isStuck(p *Pod, atMS int64) bool {
	return w.restarts(p, atMS) > w.restarts(p, max(p.StartMS, atMS-2*minuteMS))
}

// container is the name of a pod's only container.
func (w *workload) container() string { return w.name }

// ready reports whether kube-state-metrics exports a pod as ready. A pod of a lost node stays ready
// for a while.
func (p *Pod) ready(atMS int64) bool {
	done := p.DoneMS
	if p.lost {
		done += unreachableAfterMS
	}
	return atMS >= p.ReadyMS && (done == 0 || atMS < done)
}

func (p *Pod) uid() string { return uid(p.dice.Bits(drawUID, 0), p.dice.Bits(drawUID, 1)) }

// readyPods is the number of the workload's ready pods in kube-state-metrics.
func (w *workload) readyPods(atMS int64) int { return w.count(atMS, (*Pod).ready) }

// count is the number of existing pods with a property at a time.
func (w *workload) count(atMS int64, has func(p *Pod, atMS int64) bool) int {
	n := 0
	for _, pods := range w.bySlot {
		started := sort.Search(len(pods), func(i int) bool { return pods[i].StartMS > atMS })
		for _, p := range pods[max(0, started-2):started] { // a slot has two pods during a rollout
			if (p.EndMS == 0 || atMS < p.EndMS) && has(p, atMS) {
				n++
			}
		}
	}
	return n
}
