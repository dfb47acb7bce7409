// Package history generates the past and continues it: it advances the simulated targets, counts
// the truth, stores both on disk, and passes the samples to a sink.
package history

import (
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/cluster"
	"github.com/burnline/burnline/devstack/workloads/scrape"
	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

// Simulation is all workloads from a start on, and their cluster. Each Run can be advanced
// independently, also concurrently.
type Simulation struct {
	Seed             uint64
	AnchorMS, FromMS int64
	Runs             []*Run
	Cluster          *cluster.World // around them
}

// Run is the state of one workload in the simulation.
type Run struct {
	Behaviour *sim.Behaviour
	Truth     truth.Minutes
	AtMS      int64 // everything before is generated

	targets []*target
	fromMS  int64
}

type target struct {
	*scrape.Target
	tally truth.Tally
}

// Sink receives the samples of a target, pod by pod and for each scrape by series index. The labels
// of one pod are always the same slice.
type Sink func(series []labels.Labels, index int, atMS int64, v float64)

// New starts a simulation at fromMS, with existing pods. Times are whole minutes.
func New(fleet []*sim.Workload, seed uint64, anchorMS, fromMS int64) (*Simulation, error) {
	s := &Simulation{Seed: seed, AnchorMS: anchorMS, FromMS: fromMS}
	var behaviours []*sim.Behaviour
	for _, w := range fleet {
		b, err := sim.Behave(w, seed, anchorMS)
		if err != nil {
			return nil, err
		}
		s.Runs = append(s.Runs, &Run{Behaviour: b, AtMS: fromMS, fromMS: fromMS, Truth: truth.Minutes{FromMS: fromMS}})
		behaviours = append(behaviours, b)
	}
	var err error
	s.Cluster, err = cluster.New(behaviours, seed, anchorMS, fromMS)
	return s, err
}

// Parts are functions that can run concurrently, and advance the simulation up to untilMS. Those of
// the cluster only emit samples.
func (s *Simulation) Parts(untilMS int64) []func(sink Sink) {
	s.Cluster.Generate(untilMS)
	parts := make([]func(Sink), 0, len(s.Runs)+s.Cluster.Units())
	for _, r := range s.Runs {
		parts = append(parts, func(sink Sink) { r.Advance(untilMS, sink) })
	}
	for i := range s.Cluster.Units() {
		parts = append(parts, func(sink Sink) { s.Cluster.Advance(i, untilMS, cluster.Sink(sink)) })
	}
	return parts
}

// Advance generates all samples in [AtMS, untilMS). The sink may be nil if only the truth is
// required.
func (r *Run) Advance(untilMS int64, sink Sink) {
	if untilMS <= r.AtMS {
		return
	}
	r.discover(untilMS)
	alive := r.targets[:0]
	for _, t := range r.targets {
		t.ScrapeUntil(untilMS, func(index int, atMS int64, v float64) {
			t.tally.Observe(&r.Truth, scrape.Roles[index], index, atMS, v)
			if sink != nil {
				sink(t.Labels, index, atMS, v)
			}
		})
		if !t.Done() {
			alive = append(alive, t)
		}
	}
	clear(r.targets[len(alive):])
	r.targets = alive
	if sink != nil {
		scrape.Cluster(r.Behaviour, r.AtMS, untilMS, sink)
	}
	r.AtMS = untilMS
}

// discover adds the new pods that start before untilMS.
func (r *Run) discover(untilMS int64) {
	for _, p := range r.Behaviour.PodsBetween(r.AtMS, untilMS) {
		if r.hasPod(p) {
			continue
		}
		r.targets = append(r.targets, &target{
			Target: scrape.NewTarget(r.Behaviour, p, r.fromMS),
			tally:  truth.Tally{Existed: p.StartMS < r.fromMS, Counters: make([]truth.Counter, scrape.SeriesPerTarget)},
		})
	}
}

func (r *Run) hasPod(p sim.Pod) bool {
	for _, t := range r.targets {
		if t.Pod.Name == p.Name {
			return true
		}
	}
	return false
}

// Table returns the truth of all workloads in the window (afterMS, upToMS]. Both are whole minutes.
func (s *Simulation) Table(afterMS, upToMS int64) []truth.Row {
	rows := make([]truth.Row, 0, len(s.Runs))
	for _, r := range s.Runs {
		w, c := r.Behaviour.Workload, r.Truth.Between(afterMS, upToMS)
		rows = append(rows, truth.Row{
			Namespace: w.Namespace, Workload: w.Name, Kind: w.Kind, Scenario: w.Scenario,
			Events: c.Events, Bad: c.Bad, Slow: c.Slow, Slower: c.Slower,
		})
	}
	return rows
}

// Resources returns the truth of the workloads' resources; see package cluster.
func (s *Simulation) Resources(afterMS, upToMS int64) []cluster.Resource {
	return s.Cluster.Resources(afterMS, upToMS)
}

// Stories returns the changes that made requests fail; see package cluster.
func (s *Simulation) Stories() []cluster.Story { return s.Cluster.Stories() }

// SLOs returns the truth of the presets' SLOs in the window (afterMS, upToMS]. Both are whole
// minutes.
func (s *Simulation) SLOs(afterMS, upToMS int64) []cluster.Count {
	counts := s.Cluster.Truth(afterMS, upToMS)
	for _, r := range s.Runs {
		w, c := r.Behaviour.Workload, r.Truth.Between(afterMS, upToMS)
		of := map[string]string{"namespace": w.Namespace, "workload": w.Name, "job": w.FullName()}
		counts = append(counts,
			cluster.Count{SLO: "http-availability", Kind: cluster.Events, Labels: of, Events: c.Events, Bad: c.Bad},
			cluster.Count{SLO: "http-latency", Kind: cluster.Events, Labels: of, Events: c.Events, Bad: c.Slower})
	}
	return counts
}
