package history

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

// recorded is one stored series.
type recorded struct {
	labels labels.Labels
	atMS   []int64
	v      []float64
}

// recording stores every sample of one workload.
type recording struct {
	series map[*labels.Labels]*recorded
	order  []*recorded
}

func (r *recording) add(series []labels.Labels, index int, atMS int64, v float64) {
	s := r.series[&series[index]]
	if s == nil {
		s = &recorded{labels: series[index]}
		r.series[&series[index]] = s
		r.order = append(r.order, s)
	}
	s.atMS, s.v = append(s.atMS, atMS), append(s.v, v)
}

func (r *recording) named(name string) []*recorded {
	var found []*recorded
	for _, s := range r.order {
		if s.labels.Get(model.MetricNameLabel) == name {
			found = append(found, s)
		}
	}
	return found
}

var testAnchor = time.Date(2026, 11, 18, 16, 25, 0, 0, time.UTC) // a Wednesday

// fourDays are simulated once for all read-only tests: four days before the anchor and an hour
// after it, in uneven steps.
var fourDays = sync.OnceValues(func() (*Simulation, map[string]*recording) {
	from := testAnchor.Add(-4 * 24 * time.Hour)
	s, err := New(sim.Fleet(), 1, testAnchor.UnixMilli(), from.UnixMilli())
	if err != nil {
		panic(err)
	}
	recordings := map[string]*recording{}
	for i, r := range s.Runs {
		rec := &recording{series: map[*labels.Labels]*recorded{}}
		recordings[r.Behaviour.FullName()] = rec
		end := testAnchor.Add(time.Hour).UnixMilli()
		for at := from.UnixMilli(); at < end; {
			at = min(end, at+int64(1+i)*7_777_777)
			r.Advance(at, rec.add)
		}
	}
	return s, recordings
})

func TestTruthIsWhatTheSamplesHold(t *testing.T) {
	s, recordings := fourDays()
	windows := []time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 10 * 24 * time.Hour}
	instants := []time.Duration{
		time.Hour, 0, -17 * time.Minute, -39*time.Hour - 50*time.Minute,
		-71*time.Hour - 59*time.Minute,
	}
	for _, window := range windows {
		for _, offset := range instants {
			upTo := testAnchor.Add(offset)
			for _, row := range s.Table(upTo.Add(-window).UnixMilli(), upTo.UnixMilli()) {
				name := row.Namespace + "/" + row.Workload
				want := bruteForce(recordings[name], s.FromMS, upTo.Add(-window).UnixMilli(), upTo.UnixMilli())
				if got := (truth.Counts{
					Events: row.Events, Bad: row.Bad, Slow: row.Slow,
					Slower: row.Slower,
				}); got != want {
					t.Errorf("%s, %s up to %s: %+v, the samples hold %+v", name, window, upTo, got, want)
				}
			}
		}
	}
}

// bruteForce counts from the samples alone, by the rule in package truth.
func bruteForce(r *recording, fromMS, afterMS, upToMS int64) truth.Counts {
	firstSight := map[string]int64{} // of pods' counters
	for _, s := range r.named("http_requests_total") {
		pod := s.labels.Get("pod")
		if at, ok := firstSight[pod]; !ok || s.atMS[0] < at {
			firstSight[pod] = s.atMS[0]
		}
	}
	old := map[string]bool{} // pods that existed at the start of the history
	for _, s := range r.named("up") {
		old[s.labels.Get("pod")] = s.atMS[0] < fromMS+60_000
	}
	increase := func(s *recorded) float64 {
		pod := s.labels.Get("pod")
		sum, last, seen := 0.0, 0.0, false
		for i, v := range s.v {
			if math.IsNaN(v) {
				continue
			}
			step := v
			if seen && v >= last {
				step = v - last
			}
			if !seen && old[pod] && s.atMS[i] == firstSight[pod] {
				step = 0
			}
			if s.atMS[i] > afterMS && s.atMS[i] <= upToMS {
				sum += step
			}
			last, seen = v, true
		}
		return sum
	}
	var c truth.Counts
	for _, s := range r.named("http_requests_total") {
		n := increase(s)
		c.Events += n
		if s.labels.Get("code")[0] == '5' {
			c.Bad += n
		}
	}
	for _, s := range r.named("http_request_duration_seconds_bucket") {
		switch s.labels.Get("le") {
		case "+Inf":
			c.Slow += increase(s)
			c.Slower += increase(s)
		case "0.3":
			c.Slow -= increase(s)
		case "0.5":
			c.Slower -= increase(s)
		}
	}
	return c
}
