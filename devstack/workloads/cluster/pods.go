package cluster

import (
	"fmt"
	"slices"
	"sort"

	"github.com/burnline/burnline/devstack/workloads/dice"
)

// Pod is one pod, from its start to its end.
type Pod struct {
	Name, Node, IP string
	ownerKind      string // "" for none
	ownerName      string
	Slot           int
	generation     int64 // of its workload
	StartMS        int64 // created
	ReadyMS        int64 // begins to serve
	DoneMS         int64 // stops serving; 0: no end
	EndMS          int64 // removed; 0: no end
	lost           bool  // done because its node is down
	fails          bool  // of a job: done with an error
	pendingMS      int64 // from its creation until it is scheduled and its images are there

	dice dice.Dice
}

// usageStartMS is when the kubelet measures a pod's containers first.
func (p *Pod) usageStartMS() int64 { return p.StartMS + p.pendingMS + 1_000 }

// usageEndMS is when a pod's containers have ended; 0: no end.
func (p *Pod) usageEndMS() int64 {
	if p.lost || p.fails {
		return p.DoneMS
	}
	return p.EndMS
}

const (
	drainMS   = 25_000 // between a pod's last request and its end
	staggerMS = 90_000 // between the pods of one rollout
)

// workload is a simulated workload.
type workload struct {
	*spec
	demand
	dice     dice.Dice
	anchorMS int64
	fromMS   int64 // start of the recorded time
	bornMS   int64 // time of its creation in the recorded time
	phaseMS  int64 // of its scrapes within each minute

	meanRate float64  // of all requests
	usualLog float64  // logarithm of the median latency without troubles
	spread   float64  // standard deviation of that logarithm
	pods     []*Pod   // in the order of their starts, by slot for equal starts
	bySlot   [][]*Pod // the same by slot
	usage    *unit    // cAdvisor's totals
	untilMS  int64    // time up to which pods are generated
	restarts func(p *Pod, atMS int64) int
	more     func(w *workload, untilMS int64) // generates pods up to a time
	adopted  bool                             // from package sim
	isOlder  bool                             // than the record
}

func newWorkload(s *spec, d demand, seed uint64, anchorMS, fromMS int64) *workload {
	isOlder := s.born == 0 || anchorMS-s.born.Milliseconds() <= fromMS
	if !isOlder {
		fromMS = anchorMS - s.born.Milliseconds()
	}
	w := &workload{
		spec: s, demand: d, isOlder: isOlder, dice: dice.New(seed, "cluster/"+s.fullName()),
		anchorMS: anchorMS, fromMS: fromMS, bornMS: fromMS, untilMS: fromMS,
	}
	w.phaseMS = 1_000 + int64(w.dice.Bits(drawPhase, 0)%58_000)
	w.bySlot = make([][]*Pod, max(s.replicas, s.most))
	w.meanRate, w.spread = s.rate, s.sigma
	if a, ok := d.(specDemand); ok {
		w.usualLog = a.baseLog
	}
	w.more = (*workload).schedule
	if s.killed != nil {
		w.restarts = w.kills
	}
	return w
}

// generate generates every pod that starts before a time.
func (w *workload) generate(untilMS int64) {
	if untilMS > w.untilMS {
		w.more(w, untilMS)
		w.untilMS = untilMS
	}
}

// serving returns the pod of a slot that serves requests at a time, or nil.
func (w *workload) serving(slot int, atMS int64) *Pod {
	pods := w.bySlot[slot]
	i := sort.Search(len(pods), func(i int) bool { return pods[i].ReadyMS > atMS })
	if i == 0 {
		return nil
	}
	if p := pods[i-1]; p.DoneMS == 0 || atMS < p.DoneMS {
		return p
	}
	return nil
}

// available is the number of pods that serve requests at a time.
func (w *workload) available(atMS int64) int {
	n := 0
	for slot := range w.bySlot {
		if w.serving(slot, atMS) != nil {
			n++
		}
	}
	return n
}

// share is a slot's share of the workload's requests at a time; 0 while it does not serve.
func (w *workload) share(slot int, atMS int64) float64 {
	total, own := 0.0, 0.0
	for s := range w.bySlot {
		if w.serving(s, atMS) == nil {
			continue
		}
		weight := w.dice.Between(drawWeight, uint64(s), 0.9, 1.1)
		total += weight
		if s == slot {
			own = weight
		}
	}
	if own == 0 {
		return 0
	}
	return own / total
}

// replicasAt is the desired number of pods at a time: the maximum requirement of the last hour, so that
// bursts do not scale it up and down.
func (w *workload) replicasAt(atMS int64) int {
	if w.most == 0 {
		return w.replicas
	}
	const lookMS, looks = 3 * minuteMS, 20
	last, n := atMS/lookMS, w.replicas
	for look := last - looks; look <= last && n < w.most; look++ {
		n = max(n, int(w.Rate(look*lookMS)/w.perPod)+1)
	}
	return min(n, w.most)
}

// schedule simulates minute by minute: rollouts, scaling by the autoscaler, and the failure of a
// node.
func (w *workload) schedule(untilMS int64) {
	if w.kind == "cronjob" {
		w.runJobs(untilMS)
		return
	}
	if len(w.pods) == 0 {
		for slot := range w.replicasAt(w.fromMS) {
			start := w.fromMS
			if w.isOlder {
				start -= int64(w.dice.Between(drawAge, uint64(slot), 0.1, 20) * float64(day.Milliseconds()))
			}
			w.add(slot, start, w.generationAt(slot, w.fromMS))
		}
	}
	failsMS := startOf(nodeFailure, w.anchorMS)
	for at := dice.FloorDiv(w.untilMS, minuteMS) * minuteMS; at < untilMS; at += minuteMS {
		replicasAt := w.replicasAt(at)
		for slot := range w.bySlot {
			p := w.last(slot)
			alive := p != nil && p.EndMS == 0
			generation := w.generationAt(slot, at)
			switch {
			case alive && p.Node == failingNode && failsMS > p.StartMS && failsMS >= at && failsMS < at+minuteMS:
				w.lose(p, failsMS, generation)
			case alive && isLeft(p.Node, at, w.anchorMS):
				p.DoneMS, p.EndMS = at, at+drainMS
				w.add(slot, at+1_000, generation)
			case slot < replicasAt && (p == nil || p.EndMS > 0 && p.EndMS <= at):
				w.add(slot, at+5_000+int64(slot)*700, generation)
			case alive && slot >= replicasAt:
				p.DoneMS = max(at, p.ReadyMS)
				p.EndMS = p.DoneMS + drainMS
			case alive && generation != p.generation && p.ReadyMS <= at:
				w.replace(p, at, generation)
			}
		}
	}
}

// replace rolls a pod out. A deployment starts the new one first, others end the old one first.
func (w *workload) replace(p *Pod, atMS, generation int64) {
	if w.kind == "deployment" {
		next := w.add(p.Slot, atMS, generation)
		p.DoneMS = next.ReadyMS
		p.EndMS = p.DoneMS + drainMS
		return
	}
	p.DoneMS, p.EndMS = atMS, atMS+10_000
	w.add(p.Slot, atMS+12_000, generation)
}

// lose ends a pod with its node. After a while it is replaced on another node, or on the same node
// when that is up again.
func (w *workload) lose(p *Pod, atMS, generation int64) {
	p.lost, p.DoneMS, p.EndMS = true, atMS, atMS+evictedAfterMS
	if w.kind == "daemonset" {
		p.EndMS = endOf(nodeFailure, w.anchorMS)
	}
	w.add(p.Slot, p.EndMS+1_000, generation)
}

func (w *workload) last(slot int) *Pod {
	if pods := w.bySlot[slot]; len(pods) > 0 {
		return pods[len(pods)-1]
	}
	return nil
}

// generationAt counts the rollouts of a slot. They are on a grid of absolute time. In a story, it is
// the number of the slot's version.
func (w *workload) generationAt(slot int, atMS int64) int64 {
	if len(w.versions) > 0 {
		return w.versionAt(slot, atMS)
	}
	if w.rolloutEvery == 0 {
		return 1
	}
	every := w.rolloutEvery.Milliseconds()
	offset := int64(w.dice.Between(drawRollout, 0, 0.05, 0.6)*float64(every)) + int64(slot)*staggerMS
	return dice.FloorDiv(atMS-offset, every)
}

// add starts a pod in a slot.
func (w *workload) add(slot int, startMS, generation int64) *Pod {
	key := uint64(startMS)*64 + uint64(slot)
	p := &Pod{
		Slot: slot, generation: generation, StartMS: startMS,
		ReadyMS: startMS + max(w.startup.Milliseconds(), 8_000),
	}
	where := w.nodes
	if w.kind != "daemonset" && lost(failingNode, startMS, w.anchorMS) {
		where = where.without(failingNode)
	}
	for _, t := range nodeTroubles {
		if startMS >= t.leftMS(w.anchorMS) {
			where = where.without(t.node)
		}
	}
	p.Node = where[(slot+int(w.dice.Bits(drawNode, uint64(generation))%7))%len(where)]
	if w.gpus > 0 {
		p.Node = where[slot%len(where)] // each slot has its GPUs
	}
	switch w.kind {
	case "deployment":
		p.ownerKind, p.ownerName = "ReplicaSet", w.replicaSet(generation)
		p.Name = p.ownerName + "-" + w.suffix("pod", key, 5)
	case "statefulset":
		p.ownerKind, p.ownerName = "StatefulSet", w.name
		p.Name = fmt.Sprintf("%s-%d", w.name, slot)
	case "daemonset":
		p.ownerKind, p.ownerName = "DaemonSet", w.name
		p.Name, p.Node = w.name+"-"+w.suffix("pod", key, 5), w.nodes[slot]
	case "staticpod":
		p.ownerKind, p.ownerName = "Node", w.nodes[0]
		p.Name = w.name + "-" + w.nodes[0]
	default:
		p.ownerKind, p.ownerName = w.kind, w.name
		p.Name = w.name + "-" + w.suffix("pod", key, 5)
	}
	w.keep(p)
	return p
}

func (w *workload) keep(p *Pod) {
	p.dice = dice.New(uint64(w.dice), fmt.Sprintf("%s@%d", p.Name, p.StartMS))
	p.IP = fmt.Sprintf("10.244.%d.%d", p.dice.Bits(drawAddress, 0)%256, 1+p.dice.Bits(drawAddress, 1)%254)
	p.pendingMS = max(p.pendingMS, 3_000)
	w.pods = append(w.pods, p)
	w.bySlot[p.Slot] = append(w.bySlot[p.Slot], p)
}

// replicaSet is the name of a rollout's replica set.
func (w *workload) replicaSet(generation int64) string {
	return w.name + "-" + w.suffix("template", uint64(generation), 10)
}

// suffix is a part of a name in the alphabet of names that Kubernetes generates.
func (w *workload) suffix(what string, key uint64, length int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	bits := dice.New(uint64(w.dice), what).Bits(drawName, key)
	name := make([]byte, length)
	for i := range name {
		name[i] = alphabet[bits%uint64(len(alphabet))]
		bits /= uint64(len(alphabet))
	}
	return string(name)
}

// between returns the pods that exist at some time in [fromMS, toMS).
func (w *workload) between(fromMS, toMS int64) []*Pod {
	var out []*Pod
	for _, p := range w.pods {
		if p.StartMS < toMS && (p.EndMS == 0 || p.EndMS+minuteMS > fromMS) {
			out = append(out, p)
		}
	}
	return slices.Clip(out)
}
