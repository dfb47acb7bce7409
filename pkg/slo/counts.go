package slo

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Counts are the events of one window and one group.
type Counts struct {
	Total float64 // all events
	Bad   float64 // events that violate the objective
}

// Measured are the counts of a window and the share of the window in which they were measured.
type Measured struct {
	Counts
	Coverage float64 // measured share of the window, 0..1; watched time without events is measured
}

// ErrorRatio is the share of bad events, within [0, 1]. ok is false without events: 0/0 is neither
// good nor bad.
//
// Bad and total come from different series. A scrape between the two reads can leave bad slightly
// above total, or below 0 if good is above total. Such counts are clamped to [0, total].
func (c Counts) ErrorRatio() (float64, bool) {
	c, ok := c.clamp()
	if !ok {
		return 0, false
	}
	return c.Bad / c.Total, true
}

// SLI is the share of good events, within [0, 1]. ok is false without events.
func SLI(c Counts) (float64, bool) {
	ratio, ok := c.ErrorRatio()
	if !ok {
		return 0, false
	}
	return 1 - ratio, true
}

// clamp returns the counts with 0 <= Bad <= Total. ok is false without events, and for NaN or infinity.
func (c Counts) clamp() (Counts, bool) {
	if !(c.Total > 0) || math.IsInf(c.Total, 0) || math.IsNaN(c.Bad) || math.IsInf(c.Bad, 0) {
		return Counts{}, false
	}
	c.Bad = min(max(c.Bad, 0), c.Total)
	return c, true
}

// clampedCoverage is Coverage within [0, 1]; NaN is 0.
func (m Measured) clampedCoverage() float64 {
	if !(m.Coverage > 0) {
		return 0
	}
	return min(m.Coverage, 1)
}

// Interval is the time (From, To].
type Interval struct{ From, To time.Time }

// Cut returns the part of the interval within (from, to]. Its length is 0 or less if they do not overlap.
func (i Interval) Cut(from, to time.Time) Interval {
	if i.From.Before(from) {
		i.From = from
	}
	if i.To.After(to) {
		i.To = to
	}
	return i
}

// Length is the interval's length, at least 0.
func (i Interval) Length() time.Duration { return max(i.To.Sub(i.From), 0) }

// LengthWithout is the length of (from, to] without the intervals, which must not overlap.
func LengthWithout(from, to time.Time, out []Interval) time.Duration {
	length := max(to.Sub(from), 0)
	for _, i := range out {
		length -= i.Cut(from, to).Length()
	}
	return length
}

// Union joins intervals that overlap or touch, in order, and leaves out empty ones.
func Union(all []Interval) []Interval {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Interval) int { return cmp.Compare(a.From.UnixNano(), b.From.UnixNano()) })
	var out []Interval
	for _, i := range all {
		switch n := len(out); {
		case i.Length() == 0:
		case n > 0 && !i.From.After(out[n-1].To):
			if i.To.After(out[n-1].To) {
				out[n-1].To = i.To
			}
		default:
			out = append(out, i)
		}
	}
	return out
}
