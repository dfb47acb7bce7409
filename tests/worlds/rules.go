package worlds

import "slices"

// sample is a scraped value.
type sample struct {
	ms int64
	v  float64
}

// line is what one process counted of one kind, in the order of time, whatever the scraper called
// it on the way.
type line struct {
	samples    []sample
	started    []int64 // Unix milliseconds at which a process of it is known to have started, by its own start time
	delta      bool    // every sample is what was counted since the one before
	baseline   bool    // the first sample is where counting begins; else it counts from 0
	total, bad float64 // what one of it is among all events, and among the bad ones
}

// rules are where the rules leave room: a small fall is a correction when the new value is more
// than the counter could have counted at so many times its fastest growth.
type rules struct{ several float64 }

var usualRules = rules{several: 4}

// correctable is the part of its value that a counter may lose in a correction.
const correctable = 1.0 / 8

// shown is what each sample adds.
func (l line) shown(r rules) []sample {
	out := make([]sample, len(l.samples))
	top, fastest := 0.0, 0.0 // the highest value of this life, and events a second
	for i, s := range l.samples {
		out[i].ms = s.ms
		if l.delta {
			out[i].v = s.v
			continue
		}
		if i == 0 {
			if !l.baseline {
				out[i].v = s.v
			}
			top = s.v
			continue
		}
		last := l.samples[i-1]
		seconds, fall := float64(s.ms-last.ms)/1000, last.v-s.v
		anew := slices.ContainsFunc(l.started, func(ms int64) bool { return ms > last.ms && ms <= s.ms })
		switch {
		case anew || fall > 0 && (fall >= correctable*last.v || s.v <= r.several*fastest*seconds): // counts from 0
			out[i].v, top = s.v, s.v
		case s.v > top:
			out[i].v, top = s.v-top, s.v
		}
		fastest = max(fastest, out[i].v/seconds)
	}
	return out
}

// sum of the samples in (from, to].
func sum(shown []sample, from, to int64) float64 {
	out := 0.0
	for _, s := range shown {
		if s.ms > from && s.ms <= to {
			out += s.v
		}
	}
	return out
}
