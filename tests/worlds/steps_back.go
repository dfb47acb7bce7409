package worlds

import "time"

// stepsBack are worlds of counters that step back a little without a restart.
var stepsBack = []maker{
	{"step-back-by-one", "an error counter in the ten thousands loses 1 in one scrape, six times", func(w *World) {
		w.ofRequests()
		scrapes := w.scrapes(Begin, End, time.Minute)
		good, bad := w.counts(scrapes, 7_000_000, 1.7), w.counts(scrapes, 20_000, 0.001)
		for n := range 6 {
			from := w.happens(w.minute(6 + n))
			if n == 0 {
				from = w.happens(from.Truncate(time.Hour)) // near a border
			}
			_, after := split(bad, from)
			after[0].v--
		}
		w.requests(good, bad, "job", "back", "instance", "a")
	}},
	{"step-back-and-stay", "counters step back by a few and stay there for hours", func(w *World) {
		w.ofRequests()
		scrapes := w.scrapes(Begin, End, time.Minute)
		good, bad := w.counts(scrapes, 7_000_000, 1.7), w.counts(scrapes, 20_000, 0.001)
		for n := range 4 {
			from := w.happens(w.minute(5 + 2*n))
			for i := range bad {
				if since := time.UnixMilli(scrapes[i]).Sub(from); since >= 0 && since < 3*time.Hour {
					bad[i].v -= 3
					good[i].v -= 40
				}
			}
		}
		w.requests(good, bad, "job", "back", "instance", "a")
	}},
	{
		"step-back-flapping",
		"a pair of servers behind deduplication: every few minutes the other one answers, which is a little behind",
		func(w *World) {
			w.ofRequests()
			scrapes := w.scrapes(Begin, End, time.Minute)
			good, bad := w.counts(scrapes, 5_000_000, 1.7), w.counts(scrapes, 40_000, 0.05)
			w.happens(w.minute(11))
			for i := 0; i < len(scrapes); i += 7 + w.dice.IntN(14) {
				for j := i; j < min(i+3, len(scrapes)); j++ { // three scrapes of the replica that is behind
					good[j].v -= 130
					bad[j].v -= 4
				}
			}
			w.requests(good, bad, "job", "back", "instance", "a")
		},
	},
	{"step-back-of-fractions", "a counter of seconds with noise in its last digits", func(w *World) {
		w.ofRequests()
		scrapes := w.scrapes(Begin, End, time.Minute)
		good, bad := w.counts(scrapes, 80_000, 0.4), w.counts(scrapes, 3_000, 0.002)
		w.happens(w.minute(12))
		for i := range scrapes {
			noise := float64(w.dice.IntN(8)) / (1 << 20) // exact in binary, and so are its sums
			good[i].v += noise
			bad[i].v += noise
		}
		w.requests(good, bad, "job", "back", "instance", "a")
	}},
}
