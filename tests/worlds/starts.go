package worlds

import (
	"fmt"
	"time"
)

// withStarts are worlds with start timestamps of counters in their samples. They require a server
// that stores start timestamps.
var withStarts = []maker{
	{
		"starts",
		"processes that overtake themselves between two scrapes, an old one that is scraped for the first time, and a new one", func(w *World) {
			w.ofRequests()
			for instance := range 2 {
				scrapes := w.scrapes(Begin, End, time.Minute)
				w.overtaking(fmt.Sprint(instance), scrapes, Begin.Add(-90*24*time.Hour), 400,
					w.happens(w.minute(11+instance)))
			}
			first := w.happens(w.minute(12))
			w.overtaking("old", w.scrapes(first, End, time.Minute), first.Add(-60*24*time.Hour), 5_000_000, time.Time{})
			w.overtaking("new", w.scrapes(first, End, time.Minute), first.Add(-30*time.Second), 40, time.Time{})
		},
	},
	{
		"delta",
		"counters of delta temporality, stored as they came: each sample is what was counted since the one before",
		func(w *World) {
			w.ofRequests()
			for instance := range 3 {
				scrapes := w.scrapes(Begin, End, time.Minute)
				w.deltas(fmt.Sprint(instance), "200", scrapes, 40, 0)
				w.deltas(fmt.Sprint(instance), "500", scrapes, 3, 1)
			}
			w.happens(w.minute(12))
		},
	},
}

// WithStarts returns the worlds with start timestamps.
func WithStarts(seed uint64) []*World {
	var out []*World
	for _, m := range withStarts {
		out = append(out, m.world(seed))
	}
	return out
}

// overtaking creates a process that began at a time, with `first` requests before its first scrape.
// At restart, another process replaces it, and has counted more by its first scrape. A process that
// began before its first scrape has its baseline there.
func (w *World) overtaking(instance string, scrapes []int64, began time.Time, first float64, restart time.Time) {
	for _, c := range []struct {
		code  string
		share float64
		bad   float64
	}{{"200", 1, 0}, {"500", 0.05, 1}} {
		samples := w.counts(scrapes, float64(int64(first*c.share)), 0.02*c.share)
		starts := make([]int64, len(samples))
		var anew []int64
		for i := range starts {
			starts[i] = began.UnixMilli()
		}
		if !restart.IsZero() {
			_, after := split(samples, restart)
			at := after[0].ms - 40_000
			if len(after) < len(samples) {
				at = max(at, samples[len(samples)-len(after)-1].ms+1)
			}
			anew = append(anew, at)
			for i := range after {
				after[i].v += float64(int64(900 * c.share)) // more than the old process would have reached
				starts[len(samples)-len(after)+i] = at
			}
		}
		old := scrapes[0]-began.UnixMilli() > int64(time.Hour/time.Millisecond)
		w.storeStarted(w.metric("requests_total", "job", "s", "instance", instance, "code", c.code), samples, starts)
		w.counted(line{samples: samples, total: 1, bad: c.bad, baseline: old, started: anew})
	}
}

// deltas creates a counter of delta temporality.
func (w *World) deltas(instance, code string, scrapes []int64, most int, bad float64) {
	samples, starts := make([]sample, len(scrapes)), make([]int64, len(scrapes))
	for i, ms := range scrapes {
		samples[i], starts[i] = sample{ms, float64(w.dice.IntN(most + 1))}, ms-60_000
		if i > 0 {
			starts[i] = scrapes[i-1]
		}
	}
	w.storeStarted(w.metric("requests_total", "job", "d", "instance", instance, "code", code), samples, starts)
	w.counted(line{samples: samples, total: 1, bad: bad, delta: true})
}
