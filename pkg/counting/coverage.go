package counting

import (
	"math/bits"
	"slices"
	"time"
)

// A group has data at the end of a minute when a sample of one of its counters
// is so recent that the next scrape was not due yet, or was missed once.
const (
	leastGrace   = int64(time.Minute / time.Millisecond)
	unknownGrace = int64(5 * time.Minute / time.Millisecond) // of a counter that has not shown how often it is scraped: Prometheus' lookback
	longestGrace = int64(2 * time.Hour / time.Millisecond)   // scrapes up to an hour apart lower nothing
	usualGaps    = 5                                         // gaps before a sample that show how often its counter is scraped
)

// grace is how long, in milliseconds, a counter counts as present after a sample
// when it is usually scraped so often; 0 is unknown.
func grace(interval int64) int64 {
	if interval == 0 {
		return unknownGrace
	}
	return min(max(2*interval, leastGrace), longestGrace)
}

// usualInterval is the usual time between the newest samples, in milliseconds;
// 0 where there are fewer than two gaps to go by.
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

// leastGap is the least of the gaps that usualInterval goes by; 0 unknown. After a
// gap of at most twice as long, and at most a lookback, a counter was present
// throughout.
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

// count is how many of the minutes [i, j) are in the set.
func (m minutes) count(i, j int) (n int) {
	for i < j {
		word, bit := i/64, i%64
		k := min(64-bit, j-i)
		n += bits.OnesCount64(m[word] >> bit & (^uint64(0) >> (64 - k)))
		i += k
	}
	return n
}
