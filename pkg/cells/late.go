package cells

import (
	"slices"
	"time"
)

// SampleTimes are the first and last sample of a series in a read, in Unix milliseconds.
type SampleTimes struct{ First, Last int64 }

// seriesTimes contains the last sample of each series in the newest read of a query. It shows
// whether samples arrived late: a settled cell is final only while no series gets samples in it
// that its read did not contain.
type seriesTimes struct {
	last map[uint64]int64 // by series, Unix milliseconds
	// cells that end until then (Unix seconds) were settled in that read; 0 before the first read
	settled int64
}

const (
	// seriesTTL is how long after its last sample a series is remembered, and so the longest delay
	// of samples that is noticed at once.
	seriesTTL = 25 * time.Hour
	// newSeriesLate is how long before its first sample in a read, in milliseconds, a new series in
	// settled time may have begun.
	newSeriesLate = int64(time.Hour / time.Millisecond)
)

// update stores the series of a read with cells that are settled until `settled`. It returns the time (Unix
// seconds) from which cells must be read again because samples arrived late; 0 if none did.
//
// A series without a sample after the settled border, which now has one, was late: samples between
// its last sample and that border may have been added since. An unknown series with samples before
// the border was late as a whole.
func (s *seriesTimes) update(seen map[uint64]SampleTimes, settled int64) (late int64) {
	border := s.settled * 1000
	late = border
	for key, times := range seen {
		last, known := s.last[key]
		switch {
		case s.settled == 0:
		case known && last < border && times.Last > last:
			late = min(late, last)
		case !known && times.First <= border && times.Last > border-int64(ReadContext/time.Millisecond):
			late = min(late, times.First-newSeriesLate)
		}
		s.last[key] = max(last, times.Last)
	}
	oldest := (settled - int64(seriesTTL/time.Second)) * 1000
	for key, last := range s.last {
		if last < oldest {
			delete(s.last, key)
		}
	}
	s.settled = max(s.settled, settled)
	if late >= border {
		return 0
	}
	return Floor(late, 1000) / 1000
}

// forget marks all cells that overlap (from, to] as missing.
func (e *entry) forget(from, to int64) {
	for l := range levels {
		for start, b := range e.blocks[l] {
			if start >= to || start+cellSeconds[l]*blockCells[l] <= from {
				continue
			}
			for i := range b.readAt {
				cell := start + int64(i)*cellSeconds[l]
				if cell < to && cell+cellSeconds[l] > from {
					b.readAt[i] = 0
				}
			}
		}
	}
}

// revisitAges are ages, in seconds, at which an incomplete cell is read again, and then once a day,
// for data that arrives later (backfilled blocks, out-of-order samples).
var revisitAges = []int64{3600, 6 * 3600, 24 * 3600}

// maxRevisits bounds the incomplete cells that one Read reads again: a month of hours takes eight
// refreshes of a dashboard.
const maxRevisits = 96

func (e *entry) mustRevisit(l Level, from, read, now int64) bool {
	age, readAge := now-from-cellSeconds[l], read-from-cellSeconds[l]
	isDue := now-read >= revisitAges[len(revisitAges)-1] ||
		slices.ContainsFunc(revisitAges, func(a int64) bool { return readAge < a && a <= age })
	return isDue && (e.isIncomplete(l, from) || e.isNextToIncomplete(l, from))
}

// isNextToIncomplete reports whether an incomplete cell of any level ends where a cell starts, or
// starts where it ends. The first cell after a gap contains the increase over the gap, and the last
// one before it may lack a few minutes that seem to have data, because an old value is still valid.
func (e *entry) isNextToIncomplete(l Level, from int64) bool {
	to := from + cellSeconds[l]
	for near := range levels {
		n := cellSeconds[near]
		if from%n == 0 && e.isIncomplete(near, from-n) || to%n == 0 && e.isIncomplete(near, to) {
			return true
		}
	}
	return false
}

func (e *entry) isIncomplete(l Level, from int64) bool {
	start, i := place(l, from)
	b := e.blocks[l][start]
	return b != nil && b.incomplete[i]
}
