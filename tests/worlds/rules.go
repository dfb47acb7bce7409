package worlds

import "slices"

// sample is a scraped value.
type sample struct {
	ms int64
	v  float64
}

// line is the counter of one process, in the order of time, with any labels.
type line struct {
	samples    []sample
	started    []int64 // Unix milliseconds of known process starts, from start times
	delta      bool    // every sample is the increase since the previous one
	baseline   bool    // the first sample is the baseline; otherwise it counts from 0
	total, bad float64 // weight of one event in all events, and in the bad ones
}

// rules are the undefined cases of the rules: a small decrease is a correction if the new value is
// more than the counter could have reached at `several` times its fastest growth.
type rules struct{ several float64 }

var usualRules = rules{several: 4}

// correctable is the maximum share of its value that a correction may take off.
const correctable = 1.0 / 8

// shown returns the increase of each sample.
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

// sum returns the sum of the samples in (from, to].
func sum(shown []sample, from, to int64) float64 {
	out := 0.0
	for _, s := range shown {
		if s.ms > from && s.ms <= to {
			out += s.v
		}
	}
	return out
}
