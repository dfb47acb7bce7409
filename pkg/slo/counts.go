package slo

import "math"

// Counts are the events of one window and one group.
type Counts struct {
	Total float64 // all events
	Bad   float64 // those that broke the promise
}

// Measured are the counts of a window and how much of the window they were counted in.
type Measured struct {
	Counts
	Coverage float64 // share of the window that was measured, 0..1; idle time that was watched is measured
}

// ErrorRatio is the share of bad events, within [0, 1]. It is false when there were no events: 0/0 is neither good nor bad.
//
// Bad and total are read apart, and a scrape in between can leave bad a little above total (or a good count above it, hence
// bad below 0). Such counts are held within [0, total].
func (c Counts) ErrorRatio() (float64, bool) {
	c, ok := c.clamp()
	if !ok {
		return 0, false
	}
	return c.Bad / c.Total, true
}

// SLI is the share of good events, within [0, 1]. It is false when there were no events.
func SLI(c Counts) (float64, bool) {
	ratio, ok := c.ErrorRatio()
	if !ok {
		return 0, false
	}
	return 1 - ratio, true
}

// clamp gives the counts with 0 <= Bad <= Total, and false when they cannot be divided: no events, or not numbers.
func (c Counts) clamp() (Counts, bool) {
	if !(c.Total > 0) || math.IsInf(c.Total, 0) || math.IsNaN(c.Bad) || math.IsInf(c.Bad, 0) {
		return Counts{}, false
	}
	c.Bad = min(max(c.Bad, 0), c.Total)
	return c, true
}

// clampedCoverage is Coverage held within [0, 1]; not a number is 0.
func (m Measured) clampedCoverage() float64 {
	if !(m.Coverage > 0) {
		return 0
	}
	return min(m.Coverage, 1)
}
