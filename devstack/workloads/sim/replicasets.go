package sim

import (
	"time"

	"github.com/burnline/burnline/devstack/workloads/dice"
)

// ReplicaSet is the owner of a deployment's pods of one rollout.
type ReplicaSet struct {
	Name       string
	Generation int64 // of the deployment, while this is its newest set
	StartMS    int64
	// RemovedMS is the end of its time in the revision history. 0 means never.
	RemovedMS int64

	starts, ends []int64 // of its pods' traffic, by slot; an end of 0 is none
}

// keptSets is the number of replica sets without pods of a deployment (its revision history).
const keptSets = 2

// ReplicaSetsBetween returns the replica sets that exist at some time in [fromMS, toMS), the oldest
// first. Only deployments have any.
func (b *Behaviour) ReplicaSetsBetween(fromMS, toMS int64) []ReplicaSet {
	if b.Kind != "deployment" {
		return nil
	}
	if b.RolloutEvery == 0 {
		set := ReplicaSet{Name: b.Name + "-" + b.suffix("template", 0, 10), Generation: 1}
		for slot := range b.Replicas {
			set.starts, set.ends = append(set.starts, b.lastingPod(slot).StartMS), append(set.ends, 0)
		}
		set.StartMS = set.starts[0]
		if set.StartMS >= toMS {
			return nil
		}
		return []ReplicaSet{set}
	}
	every := b.RolloutEvery.Milliseconds()
	var sets []ReplicaSet
	for g := dice.FloorDiv(fromMS-b.rolloutOffset(0), every) - keptSets; ; g++ {
		set := ReplicaSet{Name: b.Name + "-" + b.suffix("template", uint64(g), 10), Generation: g}
		for slot := range b.Replicas {
			p := b.rolledOutPod(slot, g)
			set.starts, set.ends = append(set.starts, p.StartMS), append(set.ends, p.TrafficEndsMS)
		}
		set.StartMS, set.RemovedMS = set.starts[0], set.ends[0]+keptSets*every
		if set.StartMS >= toMS {
			return sets
		}
		if set.RemovedMS > fromMS {
			sets = append(sets, set)
		}
	}
}

// Replicas is the desired number of pods in the set at a time: a rollout moves them one by one.
func (s *ReplicaSet) Replicas(atMS int64) int {
	n := 0
	for slot := range s.starts {
		if atMS >= s.starts[slot] && (s.ends[slot] == 0 || atMS < s.ends[slot]) {
			n++
		}
	}
	return n
}

// ClusterScrapeMS is the first scrape of kube-state-metrics at or after a time, with an interval of
// ClusterScrapeInterval.
func (b *Behaviour) ClusterScrapeMS(notBeforeMS int64) int64 {
	every := ClusterScrapeInterval.Milliseconds()
	phase := 11_000 + int64(b.dice.Bits(drawPhase, 0)%20_000)
	return dice.FloorDiv(notBeforeMS-phase+every-1, every)*every + phase
}

// ClusterScrapeInterval is the scrape interval of kube-state-metrics.
const ClusterScrapeInterval = time.Minute
