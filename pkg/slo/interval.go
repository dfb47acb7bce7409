package slo

import (
	"cmp"
	"slices"
	"time"
)

// Interval is the time (From, To].
type Interval struct{ From, To time.Time }

// Cut returns the part of the interval within (from, to]. Its length is 0 or less if they do not
// overlap.
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
