package worlds

import "time"

// slow are worlds with a long scrape interval, which is no gap.
var slow = []maker{
	{"slow-5m", "scraped every five minutes, with restarts", func(w *World) { w.rare(5 * time.Minute) }},
	{"slow-10m", "scraped every ten minutes, with restarts", func(w *World) { w.rare(10 * time.Minute) }},
	{"slow-30m", "scraped every half hour, with restarts", func(w *World) { w.rare(30 * time.Minute) }},
	{"slow-1h", "scraped every hour, with restarts", func(w *World) { w.rare(time.Hour) }},
}

// rare creates two processes, each restarted twice.
func (w *World) rare(every time.Duration) {
	w.ofRequests()
	for _, instance := range []string{"a", "b"} {
		scrapes := w.scrapes(Begin, End, every)
		good, bad := w.counts(scrapes, 500, 2), w.counts(scrapes, 20, 0.05)
		for n := range 2 {
			at := w.happens(w.minute(6 + 5*n))
			for _, of := range [][]sample{good, bad} {
				_, after := split(of, at)
				was := after[0].v
				for i := range after {
					after[i].v -= was - 1
				}
			}
		}
		w.requests(good, bad, "job", "slow", "instance", instance)
	}
}
