package cluster

import (
	"github.com/burnline/burnline/devstack/workloads/sim"
)

// adopt adds a workload of package sim to the cluster. Its pods and traffic stay the same, and the
// exporters of the cluster include it.
func adopt(b *sim.Behaviour, s *spec, seed uint64, fromMS int64, anchorMS int64) *workload {
	w := newWorkload(s, b, seed, anchorMS, fromMS)
	w.adopted, w.meanRate, w.spread = true, b.Traffic.MeanRate, b.Latency.Sigma
	w.more = func(w *workload, untilMS int64) {
		first := len(w.pods) == 0
		for _, p := range b.PodsBetween(w.untilMS, untilMS) {
			if !first && p.StartMS < w.untilMS {
				continue // exists
			}
			w.keep(adoptPod(b, s, p))
		}
	}
	if b.BornBefore > 0 {
		w.bornMS = max(fromMS, anchorMS-b.BornBefore.Milliseconds())
	}
	if b.Crashes {
		w.restarts = func(p *Pod, atMS int64) int { return restarts(b, p, atMS) }
	}
	return w
}

func adoptPod(b *sim.Behaviour, s *spec, p sim.Pod) *Pod {
	out := &Pod{
		Name: p.Name, Slot: p.Slot, StartMS: p.StartMS, ReadyMS: p.StartMS, DoneMS: p.TrafficEndsMS,
		EndMS: p.EndMS,
	}
	out.Node = s.nodes[(p.Slot+len(b.Name))%len(s.nodes)]
	switch b.Kind {
	case "deployment":
		out.ownerKind, out.ownerName = "ReplicaSet", cut(p.Name, 1)
	case "cronjob":
		out.ownerKind, out.ownerName = "Job", cut(p.Name, 1)
	default:
		out.ownerKind, out.ownerName = "StatefulSet", b.Name
	}
	return out
}

// cut removes the last parts of a generated name.
func cut(name string, parts int) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '-' {
			if parts--; parts == 0 {
				return name[:i]
			}
		}
	}
	return name
}

// restarts counts the restarts of a pod's process up to a time.
func restarts(b *sim.Behaviour, p *Pod, atMS int64) int {
	for _, candidate := range b.PodsBetween(p.StartMS, p.StartMS+1) {
		if candidate.Name != p.Name {
			continue
		}
		run, n := b.RunOf(&candidate, 0, p.StartMS), 0
		for {
			next := candidate.NextStartMS(run, n)
			if run.EndMS == 0 || next > atMS {
				return n
			}
			n++
			run = b.RunOf(&candidate, n, next)
		}
	}
	return 0
}
