package cluster

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

const conntrackLimit = 262_144

// seconds since the start of the record.
func (w *World) seconds(atMS int64) float64 { return float64(atMS-w.fromMS) / 1000 }

// secondsIn are those since the start of the record that lie in spans.
func (w *World) secondsIn(atMS int64, spans ...sim.Span) float64 {
	sum := 0.0
	for _, n := range spans {
		sum += float64(max(0, min(atMS, endOf(n, w.anchorMS))-max(w.fromMS, startOf(n, w.anchorMS)))) / 1000
	}
	return sum
}

// nodeExporters adds the pressure, disks, interfaces and connections of the nodes. On the noisy node
// tasks wait for its processors while the batch job runs, and the lossy node drops packets.
func (w *World) nodeExporters() {
	for i, n := range nodes {
		w.truths = append(w.truths,
			&group{
				"node-ready", Slices,
				map[string]string{"node": n.name},
				func(afterMS, upToMS int64) (float64, float64) {
					return minutes(stateGrid, func(atMS int64) bool { return atMS >= w.fromMS && !w.stateAway(atMS) },
						afterMS,
						upToMS,
						func(atMS int64) bool { return isUnready(n.name, atMS, w.anchorMS) })
				},
			})
		of := []string{
			"job", "node-exporter", "instance", n.ip + ":9100", "namespace", "monitoring", "pod",
			fmt.Sprintf("node-exporter-%d", i),
		}
		t := &target{grid: nodeGrid(i), startMS: w.fromMS}
		if n.name == failingNode {
			t.restart = &restart{startOf(nodeFailure, w.anchorMS), endOf(nodeFailure, w.anchorMS), ""}
		}
		t.series = []labels.Labels{
			named("node_pressure_cpu_waiting_seconds_total", of),
			named("node_pressure_memory_waiting_seconds_total", of),
			named("node_pressure_io_waiting_seconds_total", of),
			named("node_disk_io_time_seconds_total", of, "device", "nvme0n1"),
			named("node_network_receive_drop_total", of, "device", "eth0"),
			named("node_network_transmit_drop_total", of, "device", "eth0"),
			named("node_nf_conntrack_entries", of), named("node_nf_conntrack_entries_limit", of),
		}
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
			t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
				copy(out, w.nodeTotals(n.name, atMS))
				out[len(out)-1] = conntrackLimit
			})
		})
	}
}

// lossy: a network interface drops packets. The workloads with pods on the node send segments again,
// and connections to them fail.
var lossy = span(7*time.Hour+40*time.Minute, 35*time.Minute)

const lossyNode = "worker-4"

func nodeGrid(i int) grid { return grid(41_000 + 100*int64(i)) }

// nodeTotals are the totals of a node-exporter, and at last its tracked connections.
func (w *World) nodeTotals(name string, atMS int64) []float64 {
	s, noisy, dropped := w.seconds(atMS), 0.0, 0.0
	if name == noisyNode {
		noisy = w.secondsIn(atMS, noise...)
	}
	if name == lossyNode {
		dropped = 40 * w.secondsIn(atMS, lossy)
	}
	return []float64{
		0.02*s + 0.55*noisy, 0.001 * s, 0.01*s + 0.1*noisy, 0.12*s + 0.2*noisy, 1e6 + dropped, 0,
		9000 + float64(atMS/minuteMS%600),
	}
}

// nodeSignals are the signals of a node on its workloads, in the order of its totals.
var nodeSignals = []string{
	"node_cpu_pressure", "node_memory_pressure", "node_io_pressure", "node_disk_busy",
	"node_nic_drops", "infiniband_peak", "node_conntrack",
}

// nodeSignal is a signal of a node; NaN if it has none.
func (w *World) nodeSignal(signal int, name string, upToMS int64) float64 {
	if nodeSignals[signal] == "infiniband_peak" {
		if nodeNamed(name).gpus == 0 {
			return math.NaN()
		}
		return infinibandBytes
	}
	g := nodeGrid(slices.IndexFunc(nodes, func(n node) bool { return n.name == name }))
	first, last := ticksIn(g, w.fromMS, 0, shortRateMS, upToMS)
	for first <= last && lost(name, g.at(first), w.anchorMS) {
		first++
	}
	for first <= last && lost(name, g.at(last), w.anchorMS) {
		last--
	}
	if last == g.last(upToMS) && nodeSignals[signal] == "node_conntrack" {
		return w.nodeTotals(name, g.at(last))[signal] / conntrackLimit
	} else if nodeSignals[signal] == "node_conntrack" || first > last {
		return math.NaN()
	}
	return rate(g, first, last, w.nodeTotals(name, g.at(first))[signal], w.nodeTotals(name, g.at(last))[signal],
		shortRateMS, upToMS)
}

// autoscalers adds what kube-state-metrics exports of cron jobs, and of the targets of autoscalers.
func (w *World) autoscalers() {
	for _, wl := range w.workloads {
		of := []string{"namespace", wl.namespace, "horizontalpodautoscaler", wl.name}
		add := func(slo, label string, isBad func(atMS int64) bool) {
			w.truths = append(w.truths,
				&group{
					slo, Slices,
					map[string]string{"namespace": wl.namespace, label: wl.name},
					func(afterMS, upToMS int64) (float64, float64) {
						return minutes(stateGrid,
							func(atMS int64) bool { return atMS >= w.fromMS && !w.stateAway(atMS) },
							afterMS, upToMS, isBad)
					},
				})
		}
		switch {
		case wl.kind == "cronjob":
			add("cronjob-on-time", "cronjob", func(atMS int64) bool {
				return float64(atMS-int64(stateGrid)+minuteMS)/1000-wl.nextRun(atMS) >= 300
			})
			add("cronjob-success", "cronjob", func(atMS int64) bool {
				last := wl.lastRun(atMS)
				return last.fails && atMS >= last.DoneMS
			})
			w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
				t := newStateTarget(w.anchorMS, w.fromMS, 0)
				for _, name := range []string{
					"next_schedule_time", "status_last_schedule_time",
					"status_last_successful_time", "status_active",
				} {
					t.series = append(t.series,
						named("kube_cronjob_"+name, stateTarget, "namespace", wl.namespace, "cronjob", wl.name))
				}
				t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
					last := wl.lastRun(atMS)
					copy(out,
						[]float64{
							wl.nextRun(atMS), float64(last.StartMS) / 1000, wl.lastSuccess(atMS),
							flag(atMS < last.DoneMS),
						})
				})
			})
		case wl.most > 0:
			add("hpa-headroom", "horizontalpodautoscaler",
				func(atMS int64) bool { return wl.count(atMS, (*Pod).isKept) >= wl.most })
			w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
				t := newStateTarget(w.anchorMS, w.fromMS, 0)
				t.series = []labels.Labels{named("kube_horizontalpodautoscaler_info", stateTarget,
					with(of, "scaletargetref_kind", "Deployment", "scaletargetref_name", wl.name)...)}
				t.gauges(fromMS, untilMS, sink, func(_ int64, out []float64) {
					out[0] = 1
				})
			})
		}
	}
}
