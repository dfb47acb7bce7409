package benchdata

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/value"
)

// endMS is midnight UTC.
const endMS = 20_700 * dayMS

func TestTruthIsWhatTheSamplesShow(t *testing.T) {
	for _, s := range scenarios {
		switch s.name {
		case "crash-loop-60s", "outage-restart", "old-target", "retention-edge", "lazy-errors", "born",
			"quiet-then-burst":
		default:
			continue // the others differ only in size, and have many samples
		}
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(s, 7, endMS)
			want := make([]Window, len(w.truth.windows))
			for i, known := range w.truth.windows {
				want[i] = Window{Instant: known.Instant, Seconds: known.Seconds}
			}
			for _, target := range w.targets {
				count(t, target, want)
			}
			for i, got := range w.truth.windows {
				if got.Events != want[i].Events || got.Bad != want[i].Bad {
					t.Errorf("window %d: %v events, %v bad. The samples show %v and %v", i, got.Events, got.Bad,
						want[i].Events, want[i].Bad)
				}
				if got.Bad < 100 {
					t.Errorf("window %d: %v bad events are too few to measure a thousandth", i, got.Bad)
				}
				if got.LostBad > 0.1*got.Bad {
					t.Errorf("window %d: %v of %v bad events are lost", i, got.LostBad, got.Bad)
				}
			}
		})
	}
}

// count adds the increases in the samples of a target, and checks their order.
func count(t *testing.T, from *target, to []Window) {
	t.Helper()
	n := len(from.counters)
	last, lastMS := make([]float64, n), make([]int64, n+1)
	for i := range last {
		last[i] = math.NaN()
	}
	firstMS := int64(0)
	old := from.seen.fromMS > from.lives[0].startMS+hourMS
	err := from.advance(endMS+dayMS, func(i int, atMS int64, v float64) error {
		if atMS <= lastMS[i] {
			t.Fatalf("sample at %d ms after one at %d", atMS, lastMS[i])
		}
		lastMS[i] = atMS
		if firstMS == 0 {
			firstMS = atMS
		}
		if i == n || value.IsStaleNaN(v) {
			return nil
		}
		rise := v
		switch {
		case math.IsNaN(last[i]) && old && atMS == firstMS:
			rise = 0 // at an unknown time
		case v >= last[i]:
			rise = v - last[i]
		}
		last[i] = v
		for k := range to {
			if to[k].holds(atMS) {
				to[k].Events += rise
				if from.counters[i].bad {
					to[k].Bad += rise
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheMeshHasSoManySeries(t *testing.T) {
	for _, want := range []int{8807, 440, 24} {
		got, names := 0, map[string]bool{}
		for _, pod := range mesh(1, want, endMS-dayMS, endMS) {
			got += len(pod.counters)
			for _, c := range pod.counters {
				names[c.labels.String()] = true
			}
		}
		if got != want || len(names) != want {
			t.Errorf("%d series, %d different; want %d", got, len(names), want)
		}
	}
}

func TestChurnHasThePodsOfSixHours(t *testing.T) {
	from := endMS - 30*dayMS
	alive := 0
	for _, pod := range churning(1, "churn", 60, from, endMS) {
		if pod.lives[0].startMS < endMS {
			alive++
		}
		if len(pod.counters) != 2 {
			t.Fatalf("%d counters", len(pod.counters))
		}
	}
	if alive != 360 {
		t.Errorf("%d pods in 30 days, want 360", alive)
	}
}
