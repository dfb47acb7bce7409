package counting

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
)

// Sample is a finite value of a counter.
type Sample = prom.Sample

const (
	// horizon, in milliseconds, is how far back growth shows what a counter can do.
	// A scrape interval of up to an hour has its previous sample within it, however
	// late the scrape is.
	horizon = int64(75 * time.Minute / time.Millisecond)
	// correctionMemory, in milliseconds, is how long a counter that was corrected is held
	// to its old maximum. With the horizon it makes the context of a read.
	correctionMemory = int64(cells.Context/time.Millisecond) - horizon
	// maxAbsence, in milliseconds, is how long a counter may be away and go on from
	// its last value when it comes back. After that it is a new one.
	maxAbsence = int64(7 * 24 * time.Hour / time.Millisecond)
	// partialReset is the share of its value that a counter must lose for the fall
	// to be a restart by itself; VictoriaMetrics draws the line at the same place.
	partialReset = 1.0 / 8
	// plausibleGrowth is how many times its fastest recent growth a restarted
	// counter may have had since its previous sample.
	plausibleGrowth = 4
)

// change is what a sample shows about its counter.
type change int

const (
	first     change = iota // no earlier sample: firstsample.go decides
	rise                    // the difference to the previous value counts
	reset                   // the counter began anew: its whole value counts
	corrected               // it lost a little, without a restart: nothing counts until it has passed its old maximum
	duplicate               // not newer than the previous sample
)

// counter follows the samples of one series, in order.
type counter struct {
	// recent are the samples of at least the horizon up to the newest one.
	recent []Sample
	// peaks, where a counter fell without a reset within the dipMemory, are the
	// samples that no later one reached, descending; the newest sample is the last.
	peaks []Sample
	// restarted reports whether a process was replaced in (after, upTo]; known is
	// false where nothing shows. May be nil.
	restarted func(after, upTo int64) (replaced, known bool)

	correctedUntil int64 // until then the value may be below a maximum of the dipMemory
}

// begin makes c the counter of another series.
func (c *counter) begin() {
	*c = counter{recent: c.recent[:0], peaks: c.peaks[:0], restarted: c.restarted}
}

func (c *counter) last() (Sample, bool) {
	if len(c.recent) == 0 {
		return Sample{}, false
	}
	return c.recent[len(c.recent)-1], true
}

// add takes the next sample and returns what it adds to the events.
func (c *counter) add(s Sample) (float64, change) {
	prev, known := c.last()
	switch {
	case known && s.T <= prev.T:
		return 0, duplicate
	case !known || s.T-prev.T > maxAbsence:
		c.recent, c.peaks, c.correctedUntil = append(c.recent[:0], s), c.peaks[:0], 0
		return 0, first
	}
	increase, what := s.V-prev.V, rise
	if increase < 0 || s.T <= c.correctedUntil || isRestarted(prev, s) {
		increase, what = c.judge(prev, s)
	}
	c.remember(s)
	if len(c.peaks) > 0 {
		c.pushPeak(s)
	}
	return increase, what
}

// remember appends samples to the recent ones, and forgets those that matter no
// more when that makes room for as many again.
func (c *counter) remember(samples ...Sample) {
	if len(c.recent)+len(samples) > cap(c.recent) {
		old, oldest := 0, samples[0].T-horizon
		for old < len(c.recent)-1 && c.recent[old+1].T < oldest {
			old++
		}
		if old >= len(c.recent)/2 {
			c.recent = c.recent[:copy(c.recent, c.recent[old:])]
		}
	}
	c.recent = append(c.recent, samples...)
}

// pushPeak takes in a sample that follows a fall.
func (c *counter) pushPeak(s Sample) {
	for len(c.peaks) > 0 && c.peaks[len(c.peaks)-1].V <= s.V {
		c.peaks = c.peaks[:len(c.peaks)-1]
	}
	c.peaks = append(c.peaks, s)
	if len(c.peaks) == 1 && s.T > c.correctedUntil {
		c.peaks = c.peaks[:0]
	}
}

// judge is the increase of a sample that falls, or follows a fall.
func (c *counter) judge(prev, s Sample) (float64, change) {
	switch {
	case s.V < prev.V && c.isReset(prev, s), isRestarted(prev, s):
		c.peaks, c.correctedUntil = c.peaks[:0], 0
		return s.V, reset
	case s.V < prev.V:
		c.correctedUntil = c.maximum(prev, s.T).T + correctionMemory
		return 0, corrected
	}
	return max(s.V-c.maximum(prev, s.T).V, 0), rise
}

// maximum is the newest of the greatest values within the dipMemory before t and
// since the last reset. prev is the newest sample.
func (c *counter) maximum(prev Sample, t int64) Sample {
	if len(c.peaks) == 0 { // it only rose
		c.peaks = append(c.peaks, prev)
	}
	for len(c.peaks) > 1 && c.peaks[0].T <= t-correctionMemory {
		c.peaks = c.peaks[:copy(c.peaks, c.peaks[1:])]
	}
	return c.peaks[0]
}

// isReset reports whether the fall from prev to s is a restart. A counter that
// loses less than an eighth is corrected instead (the other half of an HA pair,
// restored state, rounding) unless its process was replaced, or it could have
// counted up to its new value since its previous sample.
func (c *counter) isReset(prev, s Sample) bool {
	if prev.Start != 0 && s.Start != 0 {
		return s.Start != prev.Start
	}
	if isDeepFall(prev, s) || s.T-prev.T > longestGrace {
		return true
	}
	if c.restarted != nil {
		if replaced, known := c.restarted(prev.T, s.T); known {
			return replaced
		}
	}
	return s.V <= plausibleGrowth*c.fastest(prev.T)*float64(s.T-prev.T)
}

// isRestarted reports whether a start timestamp shows that s counts from 0 since
// prev, as each sample of a counter with delta temporality does.
func isRestarted(prev, s Sample) bool { return s.Start != 0 && s.Start >= prev.T }

func isDeepFall(prev, s Sample) bool { return prev.V-s.V >= partialReset*prev.V }

// fastest is the fastest growth between two samples within a horizon before t,
// in events a millisecond. After a deep fall the whole value has grown.
func (c *counter) fastest(t int64) (rate float64) {
	for i := len(c.recent) - 1; i > 0 && c.recent[i-1].T >= t-horizon; i-- {
		a, b := c.recent[i-1], c.recent[i]
		grown := b.V - a.V
		if grown < 0 && isDeepFall(a, b) {
			grown = b.V
		}
		rate = max(rate, grown/float64(b.T-a.T))
	}
	return rate
}

// TwoWritersError reports a series that two sources write in turns. Its samples
// jump between two counters, so they show no increase.
type TwoWritersError struct {
	Series string
	At     time.Time
}

func (e *TwoWritersError) Error() string {
	return fmt.Sprintf("%s jumps between two values at %s: two sources write the same series, so its increase cannot be counted. "+
		"Give each source a separate label (a replica label that Thanos or Mimir deduplicates by), or stop one of them",
		e.Series, e.At.UTC().Format("2006-01-02 15:04 UTC"))
}

// UserMistake is true: the series is wrong, not the server.
func (*TwoWritersError) UserMistake() bool { return true }

const (
	writersWindow = 20 // samples that must fall apart into two rising counters
	writersFalls  = 6  // deep falls among them, at least
)

// hasTwoWriters reports whether the newest samples are those of two counters,
// each of which rises while the series jumps between them. A process that does
// the same work at each start and crashes does not pass: its values return, they
// do not go on.
func (c *counter) hasTwoWriters() bool {
	if len(c.recent) < writersWindow {
		return false
	}
	samples := c.recent[len(c.recent)-writersWindow:]
	// Greedy: a sample goes on with the greater of the two counters that it can.
	var high, low []Sample
	falls := 0
	for i, s := range samples {
		if i > 0 && s.V < samples[i-1].V && isDeepFall(samples[i-1], s) {
			falls++
		}
		switch {
		case len(high) == 0 || s.V >= high[len(high)-1].V:
			high = append(high, s)
		case len(low) == 0 || s.V >= low[len(low)-1].V:
			low = append(low, s)
		default:
			return false
		}
	}
	return falls >= writersFalls && risesOften(high) && risesOften(low)
}

// risesOften reports whether values grow at least twice.
func risesOften(samples []Sample) bool {
	n := 0
	for i := 1; i < len(samples); i++ {
		if samples[i].V > samples[i-1].V {
			n++
		}
	}
	return n > 1
}
