package worlds

import "time"

// restarts are worlds of counters that reset.
var restarts = []maker{
	{
		"replay",
		"a consumer restarts once, replays in 20 minutes all that it had counted in months, and goes on where it was",
		func(w *World) {
			w.replays(20*time.Minute, 1)
		},
	},
	{
		"replay-in-a-minute", "an exporter shows 0 in one scrape and its old value in the next, three times",
		func(w *World) {
			w.replays(time.Minute, 3)
		},
	},
	{
		"crash-loop-10m",
		"scraped every ten minutes, a fast counter falls by a few percent as its process crashes right after a scrape",
		func(w *World) {
			w.ofRequests()
			good := w.counts(w.scrapes(Begin, End, 10*time.Minute), 0, 16)
			restart := w.happens(w.minute(11))
			for i := range good {
				if at := time.UnixMilli(good[i].ms); at.After(restart) && at.Before(restart.Add(50*time.Minute)) {
					good[i].v = 9600 - float64(w.dice.IntN(700)) // at least 16 a second since the crash
				} else if !at.Before(restart.Add(9 * time.Hour)) {
					good[i].v = good[i-1].v + 9600
				}
			}
			bad := make([]sample, len(good))
			for i, s := range good {
				bad[i] = sample{s.ms, float64(int64(s.v / 20))}
			}
			w.requests(good, bad, "job", "crash", "instance", "a")
		},
	},
}

// replays creates two processes. At `times` times, one of them exports a part of its value for
// `length`.
func (w *World) replays(length time.Duration, times int) {
	w.ofRequests()
	for _, instance := range []string{"a", "b"} {
		scrapes := w.scrapes(Begin, End, time.Minute)
		good, bad := w.counts(scrapes, 100_800, 0.17), w.counts(scrapes, 5_000, 0.01)
		if instance == "a" {
			for n := range times {
				from := w.happens(w.minute(5 + 3*n))
				for i := range scrapes {
					if since := time.UnixMilli(scrapes[i]).Sub(from); since >= 0 && since < length {
						good[i].v = float64(int64(good[i].v * float64(since) / float64(length) / 2))
						bad[i].v = float64(int64(bad[i].v * float64(since) / float64(length) / 2))
					}
				}
			}
		}
		w.requests(good, bad, "job", "replay", "instance", instance)
	}
}
