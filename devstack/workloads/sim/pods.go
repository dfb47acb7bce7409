package sim

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/devstack/workloads/dice"
)

// Pod is one pod of a workload.
type Pod struct {
	Name    string
	Address string // host:port, the label instance
	Slot    int    // 0..Replicas-1, determines its share of the traffic
	StartMS int64
	// TrafficEndsMS is when it gets no more requests. EndMS, a little later, is its removal. 0
	// means never.
	TrafficEndsMS, EndMS int64

	dice dice.Dice
}

const (
	rolloutStaggerMS = 90_000 // between the pods of one rollout
	drainMS          = 25_000 // between a pod's last request and its end
	discoveryMS      = 5_000  // between a pod's start and its first scrape
)

// PodsBetween returns the pods that exist at some time in [fromMS, toMS), by slot and start.
func (b *Behaviour) PodsBetween(fromMS, toMS int64) []Pod {
	var pods []Pod
	for slot := range b.Replicas {
		if b.RolloutEvery == 0 {
			if p := b.lastingPod(slot); p.StartMS < toMS {
				pods = append(pods, p)
			}
			continue
		}
		every := b.RolloutEvery.Milliseconds()
		first := dice.FloorDiv(fromMS-drainMS-b.rolloutOffset(slot), every)
		for generation := first; ; generation++ {
			p := b.rolledOutPod(slot, generation)
			if p.StartMS >= toMS {
				break
			}
			if p.EndMS > fromMS {
				pods = append(pods, p)
			}
		}
	}
	return pods
}

// lastingPod is a pod that never ends: as old as the workload.
func (b *Behaviour) lastingPod(slot int) Pod {
	age := b.BornBefore
	if age == 0 {
		age = time.Duration(b.dice.Between(drawAge, uint64(slot), 35, 80) * float64(day))
	}
	start := b.anchorMS - age.Milliseconds() + int64(slot)*rolloutStaggerMS
	name := fmt.Sprintf("%s-%d", b.Name, slot)
	if b.Kind != "statefulset" {
		name = b.Name + "-" + b.suffix("template", 0, 10) + "-" + b.suffix("pod", uint64(slot), 5)
	}
	return b.pod(name, slot, start)
}

// rolledOutPod is the pod of a slot between two rollouts. Rollouts are on a grid of absolute time.
func (b *Behaviour) rolledOutPod(slot int, generation int64) Pod {
	start := generation*b.RolloutEvery.Milliseconds() + b.rolloutOffset(slot)
	key := uint64(generation)*64 + uint64(slot)
	name := b.Name + "-" + b.suffix("template", uint64(generation), 10) + "-" + b.suffix("pod", key, 5)
	if b.Kind == "cronjob" {
		name = fmt.Sprintf("%s-%d-%s", b.Name, start/time.Minute.Milliseconds(), b.suffix("pod", key, 5))
	}
	p := b.pod(name, slot, start)
	p.TrafficEndsMS = start + b.RolloutEvery.Milliseconds()
	p.EndMS = p.TrafficEndsMS + drainMS
	return p
}

func (b *Behaviour) pod(name string, slot int, startMS int64) Pod {
	d := dice.New(uint64(b.dice), name)
	address := fmt.Sprintf("10.%d.%d.%d:8080", 16+d.Bits(drawAddress, 0)%16, d.Bits(drawAddress, 1)%256,
		1+d.Bits(drawAddress, 2)%254)
	return Pod{Name: name, Address: address, Slot: slot, StartMS: startMS, dice: d}
}

func (b *Behaviour) rolloutOffset(slot int) int64 {
	offset := int64(b.dice.Between(drawRolloutOffset, 0, 0.05, 0.6) * float64(b.RolloutEvery.Milliseconds()))
	if b.Kind == "cronjob" {
		offset = 10 * time.Minute.Milliseconds() // its schedule: ten past midnight
	}
	return offset + int64(slot)*rolloutStaggerMS
}

// FirstScrapeMS is the time of the pod's first scrape at or after a time. Scrapes are on a grid of
// absolute time, shifted for each pod by a phase that avoids whole minutes.
func (p *Pod) FirstScrapeMS(notBeforeMS int64, interval time.Duration) int64 {
	every := interval.Milliseconds()
	phase := 1_000 + int64(p.dice.Bits(drawPhase, 0)%uint64(every-2_000))
	earliest := max(notBeforeMS, p.StartMS+discoveryMS)
	return dice.FloorDiv(earliest-phase+every-1, every)*every + phase
}

// Run is one life of the process in a pod: its container may crash and restart.
type Run struct {
	StartMS int64
	EndMS   int64 // the crash; 0: it ends with the pod
}

// RunOf is the n-th run of the pod's process, which starts at startMS. Without Crashes there is
// only the first.
func (b *Behaviour) RunOf(p *Pod, n int, startMS int64) Run {
	if !b.Crashes {
		return Run{StartMS: startMS}
	}
	low, high := 15.0, 50.0 // minutes
	switch class := p.dice.Unit(drawUptimeClass, uint64(n)); {
	case class < 0.2:
		low, high = 3, 12 // so short that the next run exceeds its counters within the hour
	case class > 0.7:
		low, high = 60, 220
	}
	uptime := p.dice.Between(drawUptime, uint64(n), low, high) * float64(time.Minute.Milliseconds())
	return Run{StartMS: startMS, EndMS: startMS + int64(uptime)}
}

// NextStartMS is when the process restarts after its n-th run has crashed.
func (p *Pod) NextStartMS(run Run, n int) int64 {
	return run.EndMS + int64(p.dice.Between(drawBackoff, uint64(n), 10_000, 100_000))
}

// suffix is a part of a name in the alphabet of names that Kubernetes generates.
func (b *Behaviour) suffix(what string, key uint64, length int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	bits := dice.New(uint64(b.dice), what).Bits(drawPodName, key)
	name := make([]byte, length)
	for i := range name {
		name[i] = alphabet[bits%uint64(len(alphabet))]
		bits /= uint64(len(alphabet))
	}
	return string(name)
}
