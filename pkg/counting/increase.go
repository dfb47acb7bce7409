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
	// horizon is how far back, in milliseconds, growth shows how fast a counter can count. For
	// scrape intervals of up to an hour, the previous sample is within it.
	horizon = int64(75 * time.Minute / time.Millisecond)
	// correctionMemory is how long, in milliseconds, a corrected counter is compared with its old
	// maximum. Together with the horizon it is the context of a read.
	correctionMemory = int64(cells.ReadContext/time.Millisecond) - horizon
	// maxAbsence is how long, in milliseconds, a counter may be absent and continue from its last
	// value. After that it is a new counter.
	maxAbsence = int64(7 * 24 * time.Hour / time.Millisecond)
	// partialReset is the share of its value that a counter must lose for a decrease to be a reset
	// without further evidence. VictoriaMetrics uses the same share.
	partialReset = 1.0 / 8
	// plausibleGrowth is the factor of its fastest recent growth up to which a restarted counter
	// may have counted since its previous sample.
	plausibleGrowth = 4
)

// change is the meaning of a sample for its counter.
type change int

const (
	first     change = iota // no earlier sample: firstsample.go decides
	rise                    // the difference from the previous value counts
	reset                   // the counter restarted: its whole value counts
	corrected               // a small decrease without a restart: nothing counts until the old maximum is exceeded
	duplicate               // not newer than the previous sample
)

// counter evaluates the samples of one series, in order.
type counter struct {
	// recent contains the newest samples, at least those within the horizon.
	recent []Sample
	// peaks contains, after a decrease without a reset within correctionMemory, the samples that no
	// later one reached, descending; the newest sample is the last.
	peaks []Sample
	// restarted reports whether a process was replaced in (after, upTo]. known is false without
	// evidence. May be nil.
	restarted func(after, upTo int64) (replaced, known bool)

	correctedUntil int64 // until then the value may be below a maximum within correctionMemory
}

func (c *counter) begin() {
	*c = counter{recent: c.recent[:0], peaks: c.peaks[:0], restarted: c.restarted}
}

func (c *counter) last() (Sample, bool) {
	if len(c.recent) == 0 {
		return Sample{}, false
	}
	return c.recent[len(c.recent)-1], true
}

// add evaluates the next sample and returns the events that it adds.
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

// remember appends samples to the recent ones. It removes old ones if that frees half of the memory.
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

func (c *counter) pushPeak(s Sample) {
	for len(c.peaks) > 0 && c.peaks[len(c.peaks)-1].V <= s.V {
		c.peaks = c.peaks[:len(c.peaks)-1]
	}
	c.peaks = append(c.peaks, s)
	if len(c.peaks) == 1 && s.T > c.correctedUntil {
		c.peaks = c.peaks[:0]
	}
}

// judge evaluates a sample that is a decrease, or follows one.
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

// maximum returns the newest of the greatest values within correctionMemory before t and since the
// last reset. prev is the newest sample.
func (c *counter) maximum(prev Sample, t int64) Sample {
	if len(c.peaks) == 0 { // no decrease so far
		c.peaks = append(c.peaks, prev)
	}
	for len(c.peaks) > 1 && c.peaks[0].T <= t-correctionMemory {
		c.peaks = c.peaks[:copy(c.peaks, c.peaks[1:])]
	}
	return c.peaks[0]
}

// isReset reports whether the decrease from prev to s is a counter reset. A loss of less than an
// eighth is a correction (the other half of an HA pair, restored state, rounding), unless the
// process was replaced, or could have counted up to the new value since the previous sample.
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

// isRestarted reports whether a start timestamp shows that s counts from 0 since prev, as each
// sample with delta temporality does.
func isRestarted(prev, s Sample) bool { return s.Start != 0 && s.Start >= prev.T }

func isDeepFall(prev, s Sample) bool { return prev.V-s.V >= partialReset*prev.V }

// fastest returns the fastest growth between two samples within a horizon before t, in events per
// millisecond. After a deep fall the whole value counts as growth.
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

// TwoWritersError reports a series with samples of two sources. Its values alternate between two
// counters, so they show no increase.
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
	writersWindow  = 20 // number of samples that must be those of two increasing counters
	minWriterFalls = 6  // least number of deep falls among them
)

// hasTwoWriters reports whether the newest samples belong to two counters that both increase, while
// the series alternates between them. A process that repeats the same work at each start and
// crashes is excluded: its values repeat, they do not continue.
func (c *counter) hasTwoWriters() bool {
	if len(c.recent) < writersWindow {
		return false
	}
	samples := c.recent[len(c.recent)-writersWindow:]
	// Greedy: a sample continues the greater of the two counters that it can continue.
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
	return falls >= minWriterFalls && risesOften(high) && risesOften(low)
}

func risesOften(samples []Sample) bool {
	n := 0
	for i := 1; i < len(samples); i++ {
		if samples[i].V > samples[i-1].V {
			n++
		}
	}
	return n > 1
}
