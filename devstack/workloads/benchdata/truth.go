package benchdata

// Window is the true counts in (Instant - Seconds, Instant].
type Window struct {
	Instant int64   `json:"instant"` // Unix seconds
	Seconds int64   `json:"seconds"`
	Events  float64 `json:"events"` // from the samples
	Bad     float64 `json:"bad"`
	// LostBad is the number of bad events that were never scraped, or that a restart between two
	// scrapes hides. No method can count them.
	LostBad float64 `json:"lostBad"`
}

// Truth is the true counts of one scenario.
type Truth struct {
	Scenario string   `json:"scenario"`
	Windows  []Window `json:"windows"`
}

type truth struct{ windows []Window }

func (t *truth) add(atMS int64, events float64, bad bool) {
	if events == 0 {
		return
	}
	for i := range t.windows {
		w := &t.windows[i]
		if !w.holds(atMS) {
			continue
		}
		w.Events += events
		if bad {
			w.Bad += events
		}
	}
}

func (t *truth) lose(atMS int64, events float64, bad bool) {
	if events <= 0 || !bad {
		return
	}
	for i := range t.windows {
		if w := &t.windows[i]; w.holds(atMS) {
			w.LostBad += events
		}
	}
}

func (w *Window) holds(atMS int64) bool {
	return atMS > (w.Instant-w.Seconds)*1000 && atMS <= w.Instant*1000
}
