package cluster

// conditions of nodes. All but the first are bad ones.
var conditions = []string{"Ready", "MemoryPressure", "DiskPressure", "PIDPressure"}

// emitNodes emits the series of nodes in kube-state-metrics.
func (w *World) emitNodes(fromMS, untilMS int64, sink Sink) {
	for _, n := range nodes {
		t := newStateTarget(w.anchorMS, w.fromMS, 0)
		add := func(name string, own ...string) {
			t.series = append(t.series, named(name, stateTarget, append(own, "node", n.name)...))
		}
		for _, condition := range conditions {
			for _, status := range []string{"true", "false", "unknown"} {
				add("kube_node_status_condition", "condition", condition, "status", status)
			}
		}
		add("kube_node_info", "internal_ip", n.ip, "kubelet_version", "v1.34.2", "kernel_version", "6.12.48",
			"os_image", "Debian GNU/Linux 13 (trixie)",
			"container_runtime_version", "containerd://2.1.4")
		add("kube_node_spec_unschedulable")
		amounts := []float64{1, 0, 15.89, 64e9, 110}
		add("kube_node_status_allocatable", "resource", "cpu", "unit", "core")
		add("kube_node_status_allocatable", "resource", "memory", "unit", "byte")
		add("kube_node_status_allocatable", "resource", "pods", "unit", "integer")
		if n.gpus > 0 {
			add("kube_node_status_allocatable", "resource", "nvidia_com_gpu", "unit", "integer")
			amounts = append(amounts, float64(n.gpus))
		}
		t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
			clear(out)
			for i := range conditions {
				switch {
				case isUnreachable(n.name, atMS, w.anchorMS):
					out[3*i+2] = 1
				case i == 0 && isNotReady(n.name, atMS, w.anchorMS):
					out[1] = 1
				case i == 0:
					out[0] = 1
				default:
					out[3*i+1] = 1
				}
			}
			amounts[1] = flag(isDrained(n.name, atMS, w.anchorMS))
			copy(out[3*len(conditions):], amounts)
		})
	}
}
