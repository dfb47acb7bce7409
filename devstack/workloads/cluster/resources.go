package cluster

import (
	"fmt"
	"math"
	"strings"
)

// Resource is the true value of a workload's signal at an instant. Restarts are counted in a window
// that ends at the instant.
type Resource struct {
	Cluster   string  `json:"cluster"`
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Type      string  `json:"type"`
	Signal    string  `json:"signal"`
	Value     float64 `json:"value"`
}

// rateMS is the range of the CPU rate.
const rateMS = 10 * minuteMS

// Resources returns the usage of workloads at upToMS by the last scrapes before it, and their
// restarts after afterMS. Both are whole minutes.
func (w *World) Resources(afterMS, upToMS int64) []Resource {
	w.Generate(upToMS)
	out := []Resource{}
	for _, wl := range w.workloads {
		w.resourcesOf(wl, afterMS, upToMS, func(signal string, v float64) {
			out = append(out, Resource{"", wl.namespace, wl.shownName(), strings.ToLower(wl.kind), signal, v})
		})
	}
	out = append(out, w.measured(afterMS, upToMS)...)
	w.easternResources(afterMS, upToMS, func(r Resource) { out = append(out, r) })
	return out
}

func (w *World) resourcesOf(wl *workload, afterMS, upToMS int64, one func(signal string, v float64)) {
	usage, state := grid(wl.phaseMS), stateGrid.at(stateGrid.last(upToMS))
	scraped := usage.at(usage.last(upToMS))
	restarts, isListed, running := 0, false, 0.0
	var memory, fullestMemory float64
	for _, p := range wl.between(afterMS-minuteMS, upToMS) {
		if last := w.lastState(p, state); last > afterMS && last >= p.StartMS &&
			stateGrid.first(p.StartMS) <= stateGrid.last(last) {
			isListed = true
			if wl.restarts != nil {
				restarts += wl.restarts(p, last) - wl.restarts(p,
					min(last, stateGrid.at(stateGrid.last(max(afterMS, p.StartMS-minuteMS)))))
			}
		}
		if end := p.usageEndMS(); scraped < p.usageStartMS() || end > 0 && scraped >= end {
			continue
		}
		running++
		memory += wl.workingSet(p, scraped)
		fullestMemory = max(fullestMemory, wl.workingSet(p, scraped)/(1.5*wl.memory))
	}
	if isListed {
		one("restarts", float64(restarts))
	}
	if running > 0 {
		one("memory", memory)
	}
	if running > 0 && !w.stateAway(state) { // it exports the requests and limits
		one("memory_request", memory/running/wl.memory)
		one("memory_limit", fullestMemory)
	}
	switch desired := float64(wl.desired(state)); {
	case state < wl.bornMS || w.stateAway(state):
	case wl.kind == "deployment":
		one("replicas", float64(wl.readyPods(state))/desired)
	case wl.kind == "statefulset" || wl.kind == "daemonset":
		one("replicas", float64(wl.readyPods(state))/float64(wl.replicas))
	}
	held, busy, fullest, nvlink, pcie := 0.0, 0.0, 0.0, 0.0, 0.0
	for _, g := range gpus {
		if g.owner != wl.fullName() {
			continue
		}
		grid := w.gpuGrid(g.node)
		at := grid.at(grid.last(upToMS))
		for _, h := range w.holders(g, wl) {
			if h.pod == nil || at < h.startMS || h.endMS > 0 && at >= h.endMS {
				continue
			}
			load, used := 0.0, 4.0
			if !w.xidAt(g, at) {
				load, used = gpuLoad(wl, h.pod, at)
			}
			nvlink, pcie = max(nvlink, math.Round(2e9*load)), max(pcie, pcieBytes(wl, h.pod, load, at))
			held, busy, fullest = held+1, busy+math.Round(100*load)/100, max(fullest, math.Round(used)/gpuMemoryMiB)
		}
	}
	if held > 0 {
		one("gpus", held)
		one("gpu_busy", busy/held)
		one("gpu_memory", fullest)
		one("nvlink_peak", nvlink)
		one("pcie_peak", pcie)
	}
}

// usageOf is the stream of a pod's usage.
func (w *workload) usageOf(p *Pod) *stream {
	g := grid(w.phaseMS)
	return w.usage.stream(fmt.Sprintf("%s@%d", p.Name, p.StartMS), usageTotals,
		g.first(max(p.usageStartMS(), w.fromMS)),
		func(tick int64, totals []float64) { w.use(p, g.at(tick), totals) })
}

// lastState is the last scrape up to a time in which kube-state-metrics listed a pod.
func (w *World) lastState(p *Pod, atMS int64) int64 {
	if p.EndMS > 0 && atMS >= p.EndMS {
		atMS = stateGrid.at(stateGrid.last(p.EndMS - 1))
	}
	return atMS
}
