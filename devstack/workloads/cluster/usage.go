package cluster

import (
	"fmt"
	"math"
)

// Running totals of a container, as in cAdvisor.
const (
	usedSeconds = iota
	cpuPeriods
	throttledPeriods
	receivedBytes
	sentBytes
	usageTotals
)

// Totals grow by whole parts of a second and of bytes. Numbers with few binary digits need half of
// the space on disk.
const (
	fine  = 1024.0  // parts of a second
	block = 65536.0 // bytes
)

// emitUsage emits the series of the workload's pods in the kubelet's cAdvisor. They end at once
// when the node is lost.
func (w *workload) emitUsage(u *unit, fromMS, untilMS int64, sink Sink) {
	for _, p := range w.between(fromMS, untilMS) {
		t := &target{grid: grid(w.phaseMS), startMS: p.usageStartMS(), endMS: p.usageEndMS()}
		key := fmt.Sprintf("%s@%d", p.Name, p.StartMS)
		if t.live(fromMS, untilMS) {
			w.emitContainer(u, key, t, p, fromMS, untilMS, sink)
		}
		if p.EndMS > 0 && p.EndMS+minuteMS < untilMS {
			delete(u.streams, key)
		}
	}
}

func (w *workload) emitContainer(u *unit, key string, t *target, p *Pod, fromMS, untilMS int64, sink Sink) {
	n := nodeNamed(p.Node)
	kubelet := []string{
		"job", "kubelet", "metrics_path", "/metrics/cadvisor", "endpoint", "https-metrics", "service",
		"kube-prometheus-stack-kubelet",
		"instance", n.ip + ":10250", "node", p.Node, "namespace", w.namespace, "pod", p.Name,
	}
	slice := "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + p.uid() + ".slice"
	id := fmt.Sprintf("%016x%016x", p.dice.Bits(drawUID, 2), p.dice.Bits(drawUID, 3))
	container := []string{
		"container", w.container(), "image", "registry.example.org/" + w.fullName() + ":" + fmt.Sprint(p.generation),
		"name", id, "id", slice + "/cri-containerd-" + id + ".scope",
	}
	add := func(name string, own ...string) { t.series = append(t.series, named(name, kubelet, own...)) }
	add("container_cpu_usage_seconds_total", append([]string{"cpu", "total"}, container...)...)
	add("container_memory_working_set_bytes", container...)
	sandbox := []string{"interface", "eth0", "image", "registry.k8s.io/pause:3.10", "id", slice}
	add("container_network_receive_bytes_total", sandbox...)
	add("container_network_transmit_bytes_total", sandbox...)
	if w.cores > 0 {
		add("container_cpu_cfs_periods_total", container...)
		add("container_cpu_cfs_throttled_periods_total", container...)
	}
	since := max(t.startMS, w.fromMS)
	s := u.stream(key, usageTotals, t.grid.first(since),
		func(tick int64, totals []float64) { w.use(p, t.grid.at(tick), totals) })
	first, end := t.ticks(fromMS, untilMS)
	s.walk(first, end, func(tick int64, totals []float64) {
		at := t.grid.at(tick)
		sink(t.series, 0, at, totals[usedSeconds])
		sink(t.series, 1, at, w.workingSet(p, at))
		sink(t.series, 2, at, totals[receivedBytes])
		sink(t.series, 3, at, totals[sentBytes])
		if w.cores > 0 {
			sink(t.series, 4, at, totals[cpuPeriods])
			sink(t.series, 5, at, totals[throttledPeriods])
		}
	})
	t.gone(fromMS, untilMS, sink)
}

// use adds the usage of a pod in the minute before a time.
func (w *workload) use(p *Pod, atMS int64, totals []float64) {
	middle, draw := atMS-minuteMS/2, uint64(atMS)
	load, requests := w.load(p, middle)
	cores := w.cpu * (0.15 + 0.85*load) * (1 + 0.15*(p.dice.Unit(drawUsage, draw)-0.5))
	if atMS < p.ReadyMS {
		cores = w.cpu * 1.5
	}
	throttled := 0.0
	if w.cores > 0 {
		throttled = min(0.6, max(0, cores/w.cores-0.75)*1.6)
		if w.neighbours(p, middle) {
			throttled += 0.35 + 0.1*p.dice.Unit(drawThrottled, draw)
			cores *= 0.7
		}
		cores = min(cores, w.cores)
		totals[cpuPeriods] += 600 // of a tenth of a second
		totals[throttledPeriods] += math.Floor(600*throttled + p.dice.Unit(drawRounding, draw))
	}
	totals[usedSeconds] += math.Round(cores*60*128) / 128
	bytes := 20_000 + requests*60*w.payload*(0.95+0.1*p.dice.Unit(drawPackets, draw))
	received := bytes * 0.25
	if starting := p.ReadyMS - p.StartMS; w.weights > 0 && atMS-minuteMS < p.ReadyMS && starting > 0 {
		span := float64(min(atMS, p.ReadyMS) - max(atMS-minuteMS, p.StartMS))
		received += w.weights * max(0, span) / float64(starting)
	}
	totals[receivedBytes] += math.Floor(received/block) * block
	totals[sentBytes] += math.Floor(bytes*0.75/block) * block
}

// load returns a pod's load relative to the average pod, and its requests per second.
func (w *workload) load(p *Pod, atMS int64) (relative, requests float64) {
	if w.meanRate == 0 {
		if w.busy == nil {
			return 1, 0
		}
		return w.busy(atMS, w.anchorMS), 0
	}
	if w.serving(p.Slot, atMS) != p {
		return 0, 0
	}
	requests = w.Rate(atMS) * w.share(p.Slot, atMS)
	return requests * float64(w.replicas) / w.meanRate, requests
}

// workingSet grows slowly from two thirds of the request, with small variations, in whole pages of
// memory.
func (w *workload) workingSet(p *Pod, atMS int64) float64 {
	const page = 4096
	grown := 1 - math.Exp(-float64(atMS-p.StartMS)/float64(6*60*minuteMS))
	share := 0.55 + 0.25*grown + 0.08*p.dice.Drift(drawMemory, atMS/(5*minuteMS)*(5*minuteMS), 90*minuteMS)
	return math.Floor(w.memory*share/page) * page
}

// neighbours reports whether another workload makes a pod's node noisy at a time.
func (w *workload) neighbours(p *Pod, atMS int64) bool {
	return p.Node == noisyNode && w.busy == nil && noisyAt(atMS, w.anchorMS)
}

func noisyAt(atMS, anchorMS int64) bool {
	for _, n := range noise {
		if n.Within(atMS, anchorMS) {
			return true
		}
	}
	return false
}
