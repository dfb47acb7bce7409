package cluster

import (
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// gpu is a GPU of a node, and the workload that uses it.
type gpu struct {
	node   string
	number int
	owner  string // namespace/name
	slot   int
}

var gpus = []gpu{
	{"gpu-1", 0, "inference/chat-8b", 0},
	{"gpu-1", 1, "inference/chat-8b", 2},
	{"gpu-1", 2, "inference/chat-70b", 0},
	{"gpu-1", 3, "inference/chat-70b", 0},
	{"gpu-2", 0, "inference/chat-8b", 1},
	{"gpu-2", 1, "inference/completions", 0},
	{"gpu-2", 2, "inference/reranker", 0},
	{xidNode, xidGPU, "inference/vision", 0},
}

// A row of a GPU's memory had to be remapped once.
const (
	remappedNode   = "gpu-1"
	remappedGPU    = 1
	remappedBefore = 12 * 24 * time.Hour
)

const gpuMemoryMiB = 81559

// dcgm adds the DCGM exporters of the GPUs.
func (w *World) dcgm() {
	for _, g := range gpus {
		owner := w.named(g.owner)
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) { w.emitGPU(g, owner, fromMS, untilMS, sink) })
		labelsOf := map[string]string{
			"hostname": g.node, "gpu": fmt.Sprint(g.number), "UUID": uuidOf(g, owner),
			"job": "dcgm-exporter", "namespace": "monitoring",
		}
		grid := w.gpuGrid(g.node)
		w.truths = append(w.truths,
			&group{"gpu-xid", Slices, labelsOf, func(afterMS, upToMS int64) (float64, float64) {
				return minutes(grid, w.recorded, afterMS, upToMS, func(atMS int64) bool { return w.xidAt(g, atMS) })
			}},
			&group{"gpu-memory-rows", Slices, labelsOf, func(afterMS, upToMS int64) (float64, float64) {
				// an increase between the first and the last scrape of five minutes
				return minutes(grid, w.recorded, afterMS, upToMS, func(atMS int64) bool {
					return w.remapped(g, atMS) != w.remapped(g, atMS-4*minuteMS)
				})
			}},
			&group{"gpu-row-remap", Slices, labelsOf, func(afterMS, upToMS int64) (float64, float64) {
				return minutes(grid, w.recorded, afterMS, upToMS, func(int64) bool { return false })
			}})
	}
}

func uuidOf(g gpu, owner *workload) string {
	is := owner.dice.Bits(drawUID, uint64(100+10*indexIn(gpuNodes, g.node)+g.number))
	return "GPU-" + uid(is, is*31)
}

func (w *World) gpuGrid(node string) grid { return grid(31_000 + 1_000*int64(indexIn(gpuNodes, node))) }

func (w *World) xidAt(g gpu, atMS int64) bool {
	return g.node == xidNode && g.number == xidGPU && xid.Within(atMS, w.anchorMS)
}

func (w *World) remapped(g gpu, atMS int64) float64 {
	return flag(g.node == remappedNode && g.number == remappedGPU && atMS >= w.anchorMS-remappedBefore.Milliseconds())
}

// emitGPU emits the series of a GPU. They have the labels of the pod that uses it.
func (w *World) emitGPU(g gpu, owner *workload, fromMS, untilMS int64, sink Sink) {
	exporter := w.named("monitoring/dcgm-exporter").bySlot[indexIn(gpuNodes, g.node)][0]
	device := []string{
		"job", "dcgm-exporter", "namespace", "monitoring", "pod", exporter.Name, "container", "exporter", "service",
		"dcgm-exporter",
		"endpoint", "metrics", "instance", exporter.IP + ":9400", "hostname", g.node, "gpu", fmt.Sprint(g.number),
		"UUID", uuidOf(g, owner),
		"device", fmt.Sprintf("nvidia%d", g.number), "modelName", "NVIDIA A100-SXM4-80GB", "DCGM_FI_DRIVER_VERSION",
		"570.86.15",
	}
	var idle []labels.Labels // the same whenever no pod has the GPU
	for _, held := range w.holders(g, owner) {
		t := &target{grid: w.gpuGrid(g.node), startMS: held.startMS, endMS: held.endMS, series: idle}
		if !t.live(fromMS, untilMS) {
			continue
		}
		if held.pod != nil {
			t.series = gpuSeries(device, "exported_namespace", owner.namespace, "exported_pod", held.pod.Name,
				"exported_container", owner.container())
		} else if idle == nil {
			idle = gpuSeries(device)
			t.series = idle
		}
		t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
			busy, memory := 0.0, 4.0
			if p := held.pod; p != nil && !w.xidAt(g, atMS) {
				busy, memory = gpuLoad(owner, p, atMS)
			}
			used := math.Round(memory)
			copy(out,
				[]float64{
					math.Round(100 * busy), used, gpuMemoryMiB - used, 34 + math.Round(38*busy),
					62 + math.Round(320*busy), w.remapped(g, atMS), 0, math.Round(2e9 * busy),
					pcieBytes(owner, held.pod, busy, atMS),
				})
		})
	}
	if g.node == xidNode && g.number == xidGPU {
		t := &target{
			grid: w.gpuGrid(g.node), startMS: startOf(xid, w.anchorMS), endMS: endOf(xid, w.anchorMS),
			series: []labels.Labels{
				named("DCGM_FI_DEV_XID_ERRORS", device, "err_code", fmt.Sprint(xidCode), "err_msg",
					"GPU has fallen off the bus"),
			},
		}
		t.startMS = max(t.startMS, w.fromMS)
		t.gauges(fromMS, untilMS, sink, func(_ int64, out []float64) { out[0] = xidCode })
	}
}

func gpuSeries(device []string, user ...string) []labels.Labels {
	var out []labels.Labels
	for _, name := range []string{
		"DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE", "DCGM_FI_DEV_GPU_TEMP",
		"DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "DCGM_FI_DEV_ROW_REMAP_FAILURE",
		"DCGM_FI_PROF_NVLINK_RX_BYTES", "DCGM_FI_PROF_PCIE_RX_BYTES",
	} {
		out = append(out, named(name, device, user...))
	}
	return out
}

// pcieBytes is how many bytes a second a GPU receives: its share of the weights while they are loaded.
func pcieBytes(w *workload, p *Pod, busy float64, atMS int64) float64 {
	if p != nil && atMS < p.ReadyMS {
		return math.Round(w.weights / float64(w.gpus) / (float64(p.ReadyMS-p.StartMS) / 1000))
	}
	return math.Round(1e8 * busy)
}

// gpuLoad returns the utilization of a pod's GPU, 0..1, and the used MiB of its memory: the size of
// the weights while they are loaded, then most of the memory, as in model servers.
func gpuLoad(w *workload, p *Pod, atMS int64) (busy, memory float64) {
	if atMS < p.ReadyMS {
		loaded := float64(atMS-p.StartMS) / float64(p.ReadyMS-p.StartMS)
		return 0.02, 500 + loaded*w.weights/mi/float64(w.gpus)
	}
	noise := 0.9 + 0.2*p.dice.Unit(drawGauge, uint64(atMS))
	return min(1, queueOf(w, p, atMS)/mostRunning*noise),
		0.9*gpuMemoryMiB - 200*p.dice.Drift(drawMemory, atMS/(15*minuteMS)*(15*minuteMS), 90*minuteMS)
}

// holding is a time in which a pod has a GPU. Without a pod, the GPU is idle.
type holding struct {
	pod            *Pod
	startMS, endMS int64 // endMS is 0 if it has no end
}

// holders returns the times without a pod, then those with one.
func (w *World) holders(g gpu, owner *workload) []holding {
	var idle, out []holding
	at := w.fromMS
	for _, p := range owner.bySlot[g.slot] {
		if p.StartMS > at {
			idle = append(idle, holding{nil, at, p.StartMS})
		}
		if p.EndMS > 0 && p.EndMS <= at {
			continue
		}
		out = append(out, holding{p, max(at, p.StartMS), p.EndMS})
		if p.EndMS == 0 {
			return append(idle, out...)
		}
		at = p.EndMS
	}
	return append(append(idle, holding{nil, at, 0}), out...)
}
