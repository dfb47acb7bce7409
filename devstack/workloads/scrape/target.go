package scrape

import (
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// Sink receives one sample of a target's series, given by its index. Times of one series increase.
type Sink func(series int, atMS int64, v float64)

// Target is the scrapes of a pod. It is scraped step by step with ScrapeUntil, and can be saved and
// restored.
type Target struct {
	Pod    sim.Pod
	Labels []labels.Labels // by series index

	behaviour *sim.Behaviour
	state     State
}

// State is the state of a target between steps. It can be saved as JSON.
type State struct {
	NextScrapeMS int64
	Gone         bool // the stale markers after the pod's end are written
	Run          sim.Run
	RunNumber    int
	Process      sim.Process
	Exposed      []bool // by series index: the last scrape contained it
}

// NewTarget starts to scrape a pod at fromMS, or at its start if that is later. The counters of a
// pod that began earlier are not 0.
func NewTarget(b *sim.Behaviour, p sim.Pod, fromMS int64) *Target {
	t := &Target{Pod: p, Labels: seriesLabels(b.Workload, &p), behaviour: b}
	t.state = State{
		NextScrapeMS: p.FirstScrapeMS(fromMS, b.ScrapeInterval),
		Run:          b.RunOf(&t.Pod, 0, p.StartMS),
		Process:      sim.NewProcess(p.StartMS),
		Exposed:      make([]bool, SeriesPerTarget),
	}
	return t
}

// RestoreTarget continues from a saved state.
func RestoreTarget(b *sim.Behaviour, p sim.Pod, s State) *Target {
	return &Target{Pod: p, Labels: seriesLabels(b.Workload, &p), behaviour: b, state: s}
}

// State returns the state for RestoreTarget. It shares memory with the target: save it before the
// next step.
func (t *Target) State() State { return t.state }

// Done reports whether the target has no further samples.
func (t *Target) Done() bool { return t.state.Gone }

// ScrapeUntil runs all scrapes before untilMS.
func (t *Target) ScrapeUntil(untilMS int64, sink Sink) {
	every := t.behaviour.ScrapeInterval.Milliseconds()
	for ; t.state.NextScrapeMS < untilMS && !t.state.Gone; t.state.NextScrapeMS += every {
		t.scrape(t.state.NextScrapeMS, sink)
	}
}

func (t *Target) scrape(atMS int64, sink Sink) {
	if t.Pod.EndMS > 0 && atMS >= t.Pod.EndMS {
		t.endSeries(upIndex, atMS, sink)
		t.state.Gone = true
		return
	}
	t.startCurrentRun(atMS)
	crashed := t.state.Run.EndMS > 0 && atMS >= t.state.Run.EndMS
	if crashed || t.behaviour.ScrapesFail(atMS) {
		t.sample(upIndex, atMS, 0, sink)
		t.endSeries(firstRequests, atMS, sink)
		return
	}
	t.behaviour.ServeUntil(&t.Pod, &t.state.Process, atMS)
	t.sample(upIndex, atMS, 1, sink)
	t.sampleProcess(atMS, sink)
}

// startCurrentRun switches to the run of the pod's process that started last. Events of a run after
// its last scrape are lost, as in a real cluster.
func (t *Target) startCurrentRun(atMS int64) {
	s := &t.state
	for s.Run.EndMS > 0 {
		next := t.Pod.NextStartMS(s.Run, s.RunNumber)
		if atMS < next {
			return
		}
		s.RunNumber++
		s.Run = t.behaviour.RunOf(&t.Pod, s.RunNumber, next)
		s.Process = sim.NewProcess(next)
	}
}

func (t *Target) sampleProcess(atMS int64, sink Sink) {
	proc := &t.state.Process
	for i, n := range proc.Requests {
		series := firstRequests + i
		if n == 0 && t.behaviour.LazyErrorSeries && sim.Routes[i].Bad {
			if t.state.Exposed[series] {
				t.endOne(series, atMS, sink)
			}
			continue
		}
		t.sample(series, atMS, n, sink)
	}
	for i, n := range proc.Buckets {
		t.sample(firstBucket+i, atMS, n, sink)
	}
	t.sample(sumIndex, atMS, proc.SumS, sink)
	t.sample(countIndex, atMS, proc.Buckets[len(proc.Buckets)-1], sink)
	if t.behaviour.Kind != "cronjob" { // a script does not export its start time
		t.sample(startIndex, atMS, float64(t.state.Run.StartMS)/1000, sink)
	}
}

func (t *Target) sample(series int, atMS int64, v float64, sink Sink) {
	t.state.Exposed[series] = true
	sink(series, atMS, v)
}

// endSeries writes stale markers for every exported series from an index on.
func (t *Target) endSeries(first int, atMS int64, sink Sink) {
	for series := first; series < SeriesPerTarget; series++ {
		if t.state.Exposed[series] {
			t.endOne(series, atMS, sink)
		}
	}
}

func (t *Target) endOne(series int, atMS int64, sink Sink) {
	t.state.Exposed[series] = false
	sink(series, atMS, staleMarker)
}
