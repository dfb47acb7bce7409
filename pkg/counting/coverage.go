package counting

import (
	"math/bits"
	"slices"
	"time"
)

// A group has data at the end of a minute if one of its counters has a sample so recent that the
// next scrape was not due yet, or was missed once.
const (
	leastGrace   = int64(time.Minute / time.Millisecond)
	unknownGrace = int64(5 * time.Minute / time.Millisecond) // for an unknown scrape interval: Prometheus' lookback
	longestGrace = int64(2 * time.Hour / time.Millisecond)   // scrape intervals up to an hour lower no coverage
	// number of gaps before a sample that determine the interval
	usualGaps = 5
)

// grace returns how long, in milliseconds, a counter counts as present after a sample, for its
// usual interval; 0 is unknown.
func grace(interval int64) int64 {
	if interval == 0 {
		return unknownGrace
	}
	return min(max(2*interval, leastGrace), longestGrace)
}

// usualInterval returns that of the newest samples, in milliseconds; 0 with fewer than two gaps.
func usualInterval(recent []Sample) int64 {
	n := min(len(recent)-1, usualGaps)
	if n < 2 {
		return 0
	}
	var room [usualGaps]int64
	gaps := room[:0]
	for i := len(recent) - n; i < len(recent); i++ {
		gaps = append(gaps, recent[i].T-recent[i-1].T)
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// leastGap returns the least of the gaps of usualInterval; 0 unknown. A counter is present
// throughout a gap of at most twice that length, and at most a lookback.
func leastGap(recent []Sample) (least int64) {
	for i := max(len(recent)-usualGaps, 1); i < len(recent); i++ {
		if gap := recent[i].T - recent[i-1].T; least == 0 || gap < least {
			least = gap
		}
	}
	return least
}

// minutes is a set of minutes.
type minutes []uint64

func newMinutes(n int) minutes { return make(minutes, (n+63)/64) }

// set adds the minutes [i, j).
func (m minutes) set(i, j int) {
	for i < j {
		word, bit := i/64, i%64
		n := min(64-bit, j-i)
		m[word] |= (^uint64(0) >> (64 - n)) << bit
		i += n
	}
}

// count returns how many of the minutes [i, j) are in the set.
func (m minutes) count(i, j int) (n int) {
	for i < j {
		word, bit := i/64, i%64
		k := min(64-bit, j-i)
		n += bits.OnesCount64(m[word] >> bit & (^uint64(0) >> (64 - k)))
		i += k
	}
	return n
}
