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
			name := wl.name
			if wl.kind == "staticpod" {
				name = wl.pods[0].Name
			}
			out = append(out, Resource{"", wl.namespace, name, strings.ToLower(wl.kind), signal, v})
		})
	}
	w.easternResources(afterMS, upToMS, func(r Resource) { out = append(out, r) })
	return out
}

func (w *World) resourcesOf(wl *workload, afterMS, upToMS int64, one func(signal string, v float64)) {
	usage, state := grid(wl.phaseMS), stateGrid.at(stateGrid.last(upToMS))
	scraped := usage.at(usage.last(upToMS))
	restarts, isListed, running, measured := 0, false, 0.0, 0.0
	var cores, ended, memory, fullestCores, fullestMemory float64 // ended: cores of pods that ended within the ten minutes
	for _, p := range wl.between(afterMS-minuteMS, upToMS) {
		if last := w.lastState(p, state); last > afterMS && last >= p.StartMS && stateGrid.first(p.StartMS) <= stateGrid.last(last) {
			isListed = true
			if wl.restarts != nil {
				restarts += wl.restarts(p, last) - wl.restarts(p, min(last, stateGrid.at(stateGrid.last(max(afterMS, p.StartMS-minuteMS)))))
			}
		}
		end := p.EndMS
		if p.lost {
			end = p.DoneMS
		}
		if scraped < p.StartMS+4_000 {
			continue
		}
		if end > 0 && scraped >= end {
			if used := wl.usedCores(p, usage, upToMS, end); used > 0 {
				ended += used
			}
			continue
		}
		running++
		memory += wl.workingSet(p, scraped)
		fullestMemory = max(fullestMemory, wl.workingSet(p, scraped)/(1.5*wl.memory))
		if used := wl.usedCores(p, usage, upToMS, 0); !math.IsNaN(used) { // from the second scrape on
			measured, cores = measured+1, cores+used
			fullestCores = max(fullestCores, used/wl.cores)
		}
	}
	if isListed {
		one("restarts", float64(restarts))
	}
	if measured > 0 || ended > 0 {
		one("cpu", cores+ended)
	}
	if running > 0 {
		one("memory", memory)
	}
	if running > 0 && !w.stateAway(state) { // it exports the requests and limits
		one("memory_request", memory/running/wl.memory)
		one("memory_limit", fullestMemory)
	}
	if measured > 0 && !w.stateAway(state) {
		one("cpu_request", cores/measured/wl.requestedCores())
		if wl.cores > 0 {
			one("cpu_limit", fullestCores)
		}
	}
	switch desired := float64(wl.desired(state)); {
	case state < wl.bornMS || w.stateAway(state):
	case wl.kind == "deployment":
		one("replicas", float64(wl.readyPods(state))/desired)
	case wl.kind == "statefulset" || wl.kind == "daemonset":
		one("replicas", float64(wl.readyPods(state))/float64(wl.replicas))
	}
	held, busy, fullest := 0.0, 0.0, 0.0
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
			held, busy, fullest = held+1, busy+math.Round(100*load)/100, max(fullest, math.Round(used)/gpuMemoryMiB)
		}
	}
	if held > 0 {
		one("gpus", held)
		one("gpu_busy", busy/held)
		one("gpu_memory", fullest)
	}
}

// usedCores is the average CPU usage of a pod in the scrapes of the last ten minutes, NaN with less
// than two scrapes. endMS is 0 for a running pod.
func (w *workload) usedCores(p *Pod, g grid, upToMS, endMS int64) float64 {
	since := max(p.StartMS+4_000, w.fromMS)
	first, last := max(g.first(since), g.first(upToMS-rateMS+1)), g.last(upToMS)
	if endMS > 0 {
		last = min(last, g.last(endMS-1))
	}
	if last <= first {
		return math.NaN()
	}
	s := w.usage.stream(fmt.Sprintf("%s@%d", p.Name, p.StartMS), usageTotals, g.first(since), func(tick int64, totals []float64) { w.use(p, g.at(tick), totals) })
	used := s.after(last)[usedSeconds]
	isWhole := g.at(first)-minuteMS < since // the first scrape contains all earlier usage
	if !isWhole {
		used -= s.after(first)[usedSeconds]
	}
	if isWhole || endMS > 0 {
		return used * 1000 / rateMS
	}
	return used / float64(last-first) / 60
}

// lastState is the last scrape up to a time in which kube-state-metrics listed a pod.
func (w *World) lastState(p *Pod, atMS int64) int64 {
	if p.EndMS > 0 && atMS >= p.EndMS {
		atMS = stateGrid.at(stateGrid.last(p.EndMS - 1))
	}
	return atMS
}
