package cluster

import (
	"math"
	"slices"
	"strings"
)

// measure is a contribution to the true value of a workload's signal. over is what it is a share of,
// NaN if the signal is no ratio. A value of NaN is no contribution.
type measure struct {
	of     *workload
	signal string
	read   func(afterMS, upToMS int64) (value, over float64)
}

// measure adds a contribution.
func (w *World) measure(of *workload, signal string, read func(afterMS, upToMS int64) (value, over float64)) {
	w.measures = append(w.measures, measure{of, signal, read})
}

// maxima are the signals of which the largest contribution is shown, and not the sum.
var maxima = []string{
	"cpu_throttled", "cpu_limit", "kv_cache", "received_peak", "nvlink_peak", "pcie_peak", "infiniband_peak",
	"cronjob_late", "hpa_at_maximum",
	"node_cpu_pressure", "node_memory_pressure", "node_io_pressure", "node_disk_busy", "node_nic_drops",
	"node_conntrack",
}

// measured combines the contributions to each signal of each workload.
func (w *World) measured(afterMS, upToMS int64) []Resource {
	type key struct {
		of     *workload
		signal string
	}
	at, out, over := map[key]int{}, []Resource{}, []float64{}
	for _, m := range w.measures {
		v, whole := m.read(afterMS, upToMS)
		if math.IsNaN(v) {
			continue
		}
		i, ok := at[key{m.of, m.signal}]
		if !ok {
			i = len(out)
			at[key{m.of, m.signal}] = i
			out, over = append(out,
				Resource{"", m.of.namespace, m.of.shownName(), strings.ToLower(m.of.kind), m.signal, v}),
				append(over, whole)
			continue
		}
		out[i].Value, over[i] = combine(m.signal, out[i].Value, v), over[i]+whole
	}
	var shown []Resource
	for i, r := range out {
		if !math.IsNaN(over[i]) {
			if r.Value /= over[i]; over[i] == 0 {
				continue
			}
		}
		shown = append(shown, r)
	}
	return shown
}

// shownName is the name of a workload in signals. A static pod is its own.
func (w *workload) shownName() string {
	if w.kind == "staticpod" {
		return w.pods[0].Name
	}
	return w.name
}

// totalSignal is a signal of a workload in the totals of an instrument.
type totalSignal struct {
	name        string
	of          string  // namespace/name of the workload; "": that of the instrument
	value, over reading // over: of a ratio
	counted     bool    // the events of a window; otherwise a rate
	apart       bool    // each of the totals is a series, with a separate rate
}

// signalOf are the signals that gauges of programs are.
var signalOf = map[string]string{
	"vllm:num_requests_waiting": "requests_queued", "sglang:num_queue_reqs": "requests_queued",
	"nv_inference_pending_request_count": "requests_queued",
	"vllm:kv_cache_usage_perc":           "kv_cache", "sglang:token_usage": "kv_cache",
	"envoy_cluster_upstream_cx_active": "open_connections",
}

const shortRateMS = 5 * minuteMS

// rate is what rate() returns for a counter with these values in the first and the last scrape of a
// range that ends at upToMS. NaN with one scrape.
func rate(g grid, first, last int64, before, after float64, rangeMS, upToMS int64) float64 {
	if last <= first {
		return math.NaN()
	}
	sampled, grown := float64(g.at(last)-g.at(first)), after-before
	start, end := float64(g.at(first)-(upToMS-rangeMS)), float64(upToMS-g.at(last))
	for _, gap := range []*float64{&start, &end} {
		if *gap >= 1.1*minuteMS {
			*gap = minuteMS / 2
		}
	}
	if grown > 0 {
		start = min(start, sampled*before/grown)
	}
	return grown * (sampled + start + end) / sampled / float64(rangeMS) * 1000
}

// ticksIn are the first and the last scrape in (upToMS-rangeMS, upToMS] of a series that starts and
// ends (0: never).
func ticksIn(g grid, startMS, endMS, rangeMS, upToMS int64) (first, last int64) {
	first, last = g.first(max(startMS, upToMS-rangeMS+1)), g.last(upToMS)
	if endMS > 0 {
		last = min(last, g.last(endMS-1))
	}
	return first, last
}

// addSignals adds the signals in the totals of a stream. lives calls show for each series with them:
// its start, its end (0: none), and the totals at which it starts.
func (w *World) addSignals(wl *workload, in *instrument, g grid, s *stream,
	lives func(upToMS int64, show func(startMS, endMS int64, base []float64)),
) {
	for _, p := range in.signals {
		of := wl
		if p.of != "" {
			of = w.named(p.of)
		}
		w.measure(of, p.name, func(afterMS, upToMS int64) (float64, float64) {
			if p.counted {
				return p.value.value(s.after(g.last(upToMS))) - p.value.value(s.after(g.last(afterMS))), math.NaN()
			}
			value, over := math.NaN(), math.NaN()
			lives(upToMS, func(startMS, endMS int64, base []float64) {
				first, last := ticksIn(g, startMS, endMS, shortRateMS, upToMS)
				if last <= first {
					return
				}
				before, after := s.after(first), s.after(last)
				one := func(r reading) float64 {
					unborn := 0.0
					if base != nil {
						unborn = r.value(base)
					}
					return rate(g, first, last, r.value(before)-unborn, r.value(after)-unborn, shortRateMS, upToMS)
				}
				of := func(r reading) float64 {
					if !p.apart {
						return one(r)
					}
					sum := 0.0
					for _, total := range r.of {
						sum += one(reading{of: []int{total}, factor: r.factor})
					}
					return sum
				}
				if value = combine(p.name, value, of(p.value)); p.over.of != nil {
					over = combine(p.name, over, of(p.over))
				}
			})
			return value, over
		})
	}
}

// combine combines two values of a signal, either of which may be NaN.
func combine(signal string, a, b float64) float64 {
	switch {
	case math.IsNaN(a):
		return b
	case math.IsNaN(b):
		return a
	case slices.Contains(maxima, signal):
		return max(a, b)
	}
	return a + b
}

// podSignals adds the signals of a workload's pods in the kubelet, in kube-state-metrics and on their
// nodes.
func (w *World) podSignals(wl *workload) {
	used := map[string]int{"cpu": usedSeconds, "cpu_request": usedSeconds}
	if wl.kind != "daemonset" && wl.kind != "staticpod" { // those are on the host's network
		used["received"], used["sent"], used["received_peak"] = receivedBytes, sentBytes, receivedBytes
	}
	if wl.cores > 0 {
		used["cpu_throttled"], used["cpu_limit"] = throttledPeriods, usedSeconds
	}
	for signal, total := range used {
		w.measure(wl, signal, func(_, upToMS int64) (float64, float64) {
			// by pod: a name may be used again
			listed, values, periods := map[string]bool{}, map[string]float64{}, map[string]float64{}
			for _, p := range w.listed(wl, stateGrid.at(stateGrid.last(upToMS))) {
				listed[p.Name] = true
			}
			for _, p := range wl.between(upToMS-rateMS, upToMS) {
				if v := wl.usedRate(p, signal, total, upToMS); !math.IsNaN(v) {
					values[p.Name] += v
					periods[p.Name] += wl.usedRate(p, signal, cpuPeriods, upToMS)
				}
			}
			sum, requested := math.NaN(), math.NaN()
			for name, v := range values {
				switch isShare := signal == "cpu_request" || signal == "cpu_limit"; {
				case isShare && !listed[name]:
					continue
				case signal == "cpu_request":
					requested = combine(signal, requested, wl.requestedCores())
				case signal == "cpu_limit":
					v /= wl.cores
				case signal == "cpu_throttled":
					v /= periods[name]
				}
				sum = combine(signal, sum, v)
			}
			return sum, requested
		})
	}
	if wl.weights > 0 {
		w.measure(wl, Burst,
			func(afterMS, upToMS int64) (float64, float64) { return wl.burst(afterMS, upToMS), math.NaN() })
	}
	count := func(signal string, of func(p *Pod, atMS int64) bool) {
		w.measure(wl, signal, func(_, upToMS int64) (float64, float64) {
			n, at := math.NaN(), stateGrid.at(stateGrid.last(upToMS))
			for _, p := range w.listed(wl, at) {
				n = combine(signal, n, flag(of(p, at)))
			}
			return n, math.NaN()
		})
	}
	count("pods_pending", (*Pod).isPending)
	count("pods_failed", (*Pod).isFailed)
	count("node_not_ready", func(p *Pod, atMS int64) bool { return isUnready(p.Node, atMS, w.anchorMS) })
	if wl.restarts != nil {
		count("oom_killed", func(p *Pod, atMS int64) bool { return wl.restarts(p, atMS) > 0 })
		count("containers_stuck", wl.isStuck)
	}
	state := func(signal string, value func(atMS int64) float64) {
		w.measure(wl, signal, func(_, upToMS int64) (float64, float64) {
			at := stateGrid.at(stateGrid.last(upToMS))
			if at < wl.bornMS || w.stateAway(at) {
				return math.NaN(), math.NaN()
			}
			return value(at), math.NaN()
		})
	}
	switch wl.kind {
	case "deployment", "statefulset", "daemonset":
		state("replicas_missing",
			func(atMS int64) float64 { return float64(max(0, wl.desired(atMS)-wl.readyPods(atMS))) })
	case "cronjob":
		w.measure(wl, "cronjob_late", func(_, upToMS int64) (float64, float64) {
			at := stateGrid.at(stateGrid.last(upToMS))
			if w.stateAway(at) {
				return math.NaN(), math.NaN()
			}
			return max(0, float64(upToMS)/1000-wl.nextRun(at)), math.NaN()
		})
	}
	if wl.most > 0 {
		state("hpa_at_maximum", func(atMS int64) float64 { return flag(wl.count(atMS, (*Pod).isKept) >= wl.most) })
	}
	for i, signal := range nodeSignals {
		w.measure(wl, signal, func(_, upToMS int64) (float64, float64) {
			largest := math.NaN()
			for _, p := range w.listed(wl, stateGrid.at(stateGrid.last(upToMS))) {
				largest = combine(signal, largest, w.nodeSignal(i, p.Node, upToMS))
			}
			return largest, math.NaN()
		})
	}
}

// Burst is the largest received_peak in a window, of workloads that load weights.
const Burst = "received_burst"

func (w *workload) burst(afterMS, upToMS int64) float64 {
	largest := math.NaN()
	for _, p := range w.between(afterMS, upToMS) {
		first, last := ticksIn(grid(w.phaseMS), max(p.usageStartMS(), w.fromMS), p.usageEndMS(), upToMS-afterMS, upToMS)
		s := w.usageOf(p)
		before := s.after(max(s.first, first-1))[receivedBytes] // the scrape before the window, too
		s.walk(max(s.first+1, first), last+1, func(_ int64, totals []float64) {
			largest = combine("received_peak", largest, (totals[receivedBytes]-before)/60)
			before = totals[receivedBytes]
		})
	}
	return largest
}

// listed returns the pods of a workload that kube-state-metrics lists in a scrape.
func (w *World) listed(wl *workload, atMS int64) []*Pod {
	if w.stateAway(atMS) {
		return nil
	}
	return slices.DeleteFunc(wl.between(atMS, atMS+1),
		func(p *Pod) bool { return atMS < p.StartMS || p.EndMS > 0 && atMS >= p.EndMS })
}

// usedRate is a pod's rate of one of the totals of its usage; NaN with one scrape.
func (w *workload) usedRate(p *Pod, signal string, total int, upToMS int64) float64 {
	g, span := grid(w.phaseMS), int64(rateMS)
	if total == receivedBytes || total == sentBytes {
		span = shortRateMS
	}
	first, last := ticksIn(g, max(p.usageStartMS(), w.fromMS), p.usageEndMS(), span, upToMS)
	if last <= first {
		return math.NaN()
	}
	s := w.usageOf(p)
	if signal == "received_peak" {
		return (s.after(last)[total] - s.after(last - 1)[total]) / 60
	}
	return rate(g, first, last, s.after(first)[total], s.after(last)[total], span, upToMS)
}
