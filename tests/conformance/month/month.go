// Package month generates the month of samples of every server in the conformance suite, and its
// true counts. It is deterministic, with samples 60 seconds apart.
package month

import (
	_ "embed"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/value"

	"github.com/burnline/burnline/tests/recording"
)

// Catalog is the YAML of the SLOs, one of each kind.
//
//go:embed catalog.yaml
var Catalog string

// Times of the month. March 2026 is complete. At End, the previous thirty days and 24 hours have
// samples.
var (
	Start = time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC) // of the samples
	End   = time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC)
)

// Instants are the times of queries: one on the hour, one on the minute only.
var Instants = []time.Time{
	time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 31, 13, 23, 0, 0, time.UTC),
}

// workload is a service of the month. Its functions get the minute since Start, and apply to each
// of its pods.
type workload struct {
	name   string
	pods   []pod
	bad    func(minute int) int // of 20 requests a minute by day and 10 by night
	slow   func(minute int) int // of them, over 300 ms
	lazy   bool                 // the first error creates the counter of errors
	native bool                 // has a native histogram too
	gap    [2]int               // minutes in which every scrape fails, while it serves requests
}

// pod is a process and its scrapes.
type pod struct {
	name       string
	born, dies int // minutes
	phase      int // seconds after the minute
	resetEvery int // minutes; 0: never
}

var minutes = int(End.Sub(Start) / time.Minute)

// minuteOf is the minute of an instant.
func minuteOf(t time.Time) int { return int(t.Sub(Start) / time.Minute) }

func within(minute int, from time.Time, length time.Duration) bool {
	first := minuteOf(from)
	return minute >= first && minute < first+int(length/time.Minute)
}

func every(n, per int) func(int) int {
	return func(minute int) int {
		if minute%n == n-1 {
			return per
		}
		return 0
	}
}

// requests returns the requests of a pod in a minute.
func requests(minute int) int {
	if hour := minute / 60 % 24; hour >= 7 && hour < 19 {
		return 20
	}
	return 10
}

func forever(names ...string) []pod {
	var out []pod
	for i, name := range names {
		out = append(out, pod{name: name, dies: minutes, phase: 17 * i}) // the first is scraped on the borders of cells
	}
	return out
}

// replaced returns the pods of a deployment with a rollout every twelve hours.
func replaced() []pod {
	var out []pod
	for n, born := 0, 0; born < minutes; n, born = n+1, born+720 {
		out = append(out,
			pod{
				name: "churn-" + string(rune('a'+n/26)) + string(rune('a'+n%26)), born: born,
				dies: min(born+720, minutes), phase: 23,
			})
	}
	return out
}

func workloads() []workload {
	outage := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	gap := time.Date(2026, 3, 20, 10, 10, 0, 0, time.UTC)
	return []workload{
		{name: "steady", pods: forever("steady-0", "steady-1"), bad: every(2000, 1), slow: every(3, 1), native: true},
		{
			name: "burning", pods: forever("burning-0", "burning-1"), native: true, slow: every(3, 1),
			bad: func(m int) int {
				if m >= minuteOf(Instants[0])-50 {
					return 2
				}
				return every(5000, 1)(m)
			},
		},
		{name: "spent", pods: forever("spent-0"), bad: func(m int) int {
			if within(m, outage, 3*time.Hour) {
				return 15
			}
			return every(1000, 1)(m)
		}, slow: func(m int) int {
			if within(m, outage, 3*time.Hour) {
				return 10
			}
			return every(4, 1)(m)
		}},
		{name: "churn", pods: replaced(), lazy: true, bad: every(431, 2), slow: every(2, 1)},
		{
			name: "crashing", pods: []pod{{name: "crashing-0", dies: minutes, phase: 41, resetEvery: 97}}, lazy: true,
			bad: every(211, 3), slow: every(2, 1),
		},
		{
			name: "gap", pods: forever("gap-0"), gap: [2]int{minuteOf(gap), minuteOf(gap) + 20}, slow: every(2, 1),
			bad: func(m int) int {
				if within(m, gap.Add(5*time.Minute), 10*time.Minute) {
					return 5
				}
				return every(3000, 1)(m)
			},
		},
	}
}

// staleMarker ends a series.
var staleMarker = math.Float64frombits(value.StaleNaN)

// Month is the samples and their true counts.
type Month struct {
	Series []recording.Series
	Truth  *Truth
}

// New generates the month, in about a second.
func New() *Month {
	m := &Month{Truth: newTruth()}
	for _, w := range workloads() {
		for _, p := range w.pods {
			for _, s := range scrape(w, p) {
				if len(s.Samples) > 0 { // a pod without errors has no counter of them
					m.Series = append(m.Series, s.Series)
					m.Truth.observe(w.name, s)
				}
			}
		}
		m.Series = append(m.Series, gauges(w)...)
		m.Truth.watch(w)
	}
	return m
}
