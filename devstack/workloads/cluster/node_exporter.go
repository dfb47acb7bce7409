package cluster

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
)

const conntrackLimit = 262_144

// seconds since the start of the record.
func (w *World) seconds(atMS int64) float64 { return float64(atMS-w.fromMS) / 1000 }

// noisySeconds are those in which the noisy job ran.
func (w *World) noisySeconds(atMS int64) float64 {
	sum := 0.0
	for _, n := range noise {
		sum += float64(max(0, min(atMS, endOf(n, w.anchorMS))-max(w.fromMS, startOf(n, w.anchorMS)))) / 1000
	}
	return sum
}

// nodeExporters adds the pressure, disks, interfaces and connections of the nodes. On the noisy node
// tasks wait for its processors while the batch job runs.
func (w *World) nodeExporters() {
	for i, n := range nodes {
		of := []string{"job", "node-exporter", "instance", n.ip + ":9100", "namespace", "monitoring", "pod", fmt.Sprintf("node-exporter-%d", i)}
		t := &target{grid: grid(41_000 + 100*int64(i)), startMS: w.fromMS}
		t.series = []labels.Labels{
			named("node_pressure_cpu_waiting_seconds_total", of), named("node_pressure_memory_waiting_seconds_total", of),
			named("node_pressure_io_waiting_seconds_total", of), named("node_disk_io_time_seconds_total", of, "device", "nvme0n1"),
			named("node_network_receive_drop_total", of, "device", "eth0"), named("node_network_transmit_drop_total", of, "device", "eth0"),
			named("node_nf_conntrack_entries", of), named("node_nf_conntrack_entries_limit", of),
		}
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
			t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
				s, noisy := w.seconds(atMS), 0.0
				if n.name == noisyNode {
					noisy = w.noisySeconds(atMS)
				}
				copy(out, []float64{0.02*s + 0.55*noisy, 0.001 * s, 0.01*s + 0.1*noisy, 0.12*s + 0.2*noisy, 0, 0, 9000 + float64(atMS/minuteMS%600), conntrackLimit})
			})
		})
	}
}

// autoscalers adds what kube-state-metrics exports of cron jobs, and of the targets of autoscalers.
func (w *World) autoscalers() {
	for _, wl := range w.workloads {
		of := []string{"namespace", wl.namespace, "horizontalpodautoscaler", wl.name}
		switch {
		case wl.kind == "cronjob":
			w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
				t := newStateTarget(w.anchorMS, w.fromMS, 0)
				t.series = []labels.Labels{named("kube_cronjob_next_schedule_time", stateTarget, "namespace", wl.namespace, "cronjob", wl.name)}
				t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
					out[0] = float64((atMS/day.Milliseconds() + 1) * day.Milliseconds() / 1000)
				})
			})
		case wl.most > 0:
			w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
				t := newStateTarget(w.anchorMS, w.fromMS, 0)
				t.series = []labels.Labels{named("kube_horizontalpodautoscaler_info", stateTarget, with(of, "scaletargetref_kind", "Deployment", "scaletargetref_name", wl.name)...)}
				t.gauges(fromMS, untilMS, sink, func(_ int64, out []float64) {
					out[0] = 1
				})
			})
		}
	}
}
