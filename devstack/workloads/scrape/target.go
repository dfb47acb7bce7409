package scrape

import (
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// Sink takes one sample of a target's series, given by its index. Times of one series rise.
type Sink func(series int, atMS int64, v float64)

// Target is a pod as Prometheus sees it. It is scraped step by step with ScrapeUntil, and can be
// saved and gone on with.
type Target struct {
	Pod    sim.Pod
	Labels []labels.Labels // by series index

	behaviour *sim.Behaviour
	state     State
}

// State is what a target remembers between steps. It can be saved as JSON.
type State struct {
	NextScrapeMS int64
	Gone         bool // the staleness markers after the pod's end are written
	Run          sim.Run
	RunNumber    int
	Process      sim.Process
	Exposed      []bool // by series index: the last scrape had it
}

// NewTarget starts scraping a pod at fromMS, or at its start if that is later. A pod that began
// earlier has counted before.
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

// RestoreTarget goes on where a saved state ended.
func RestoreTarget(b *sim.Behaviour, p sim.Pod, s State) *Target {
	return &Target{Pod: p, Labels: seriesLabels(b.Workload, &p), behaviour: b, state: s}
}

// State to be restored later. It shares memory with the target: save it before the next step.
func (t *Target) State() State { return t.state }

// Done says that nothing more will come of the target.
func (t *Target) Done() bool { return t.state.Gone }

// ScrapeUntil makes all scrapes before untilMS.
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

// startCurrentRun moves on to the run of the pod's process that has been started last. What a run
// counted after its last scrape is lost, as it is in a cluster.
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
	if t.behaviour.Kind != "cronjob" { // a script does not say when it started
		t.sample(startIndex, atMS, float64(t.state.Run.StartMS)/1000, sink)
	}
}

func (t *Target) sample(series int, atMS int64, v float64, sink Sink) {
	t.state.Exposed[series] = true
	sink(series, atMS, v)
}

// endSeries writes staleness markers for every exposed series from an index on.
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
