package cells

import (
	"slices"
	"time"
)

// Seen is when a series has its first and last sample in what was read, in Unix
// milliseconds.
type Seen struct{ First, Last int64 }

// seriesTimes are the last samples of the series of a query as of its newest
// read. They show whether samples arrived late: a settled cell is final only
// while no series turns out to have had samples in it that were not there when
// it was read.
type seriesTimes struct {
	last    map[uint64]int64 // by series, Unix milliseconds
	settled int64            // cells that end at or before this (Unix seconds) were settled by that read; 0 before the first
}

const (
	// seriesKept is how long after its last sample a series is remembered: as
	// long as samples may stay away and still be noticed the moment they arrive.
	seriesKept = 25 * time.Hour
	// unknownLate is how far before its first sample that was read a series that
	// appeared in settled time may have begun, in milliseconds.
	unknownLate = int64(time.Hour / time.Millisecond)
)

// update takes in the series of a read whose cells are settled up to `settled`,
// and returns since when (Unix seconds) cells must be read again because samples
// arrived late; 0 when none did.
//
// A series that had no sample after the settled border, and has one now, was
// late: what lies between its last sample then and that border may have been
// filled since. A series that nobody knew and that has samples before the border
// was late as a whole.
func (s *seriesTimes) update(seen map[uint64]Seen, settled int64) (late int64) {
	border := s.settled * 1000
	late = border
	for key, times := range seen {
		last, known := s.last[key]
		switch {
		case s.settled == 0:
		case known && last < border && times.Last > last:
			late = min(late, last)
		case !known && times.First <= border && times.Last > border-int64(Context/time.Millisecond):
			late = min(late, times.First-unknownLate)
		}
		s.last[key] = max(last, times.Last)
	}
	oldest := (settled - int64(seriesKept/time.Second)) * 1000
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

// forget makes all cells that overlap (from, to] missing.
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

// revisitAges, in seconds: an incomplete cell is read again when it is so old,
// and once a day from the last of them on, for data that is filled in later
// (backfilled blocks, samples out of order).
var revisitAges = []int64{3600, 6 * 3600, 24 * 3600}

// maxRevisits bounds the incomplete cells that one Read reads again: a month of
// hours takes eight refreshes of a dashboard.
const maxRevisits = 96

// mustRevisit reports whether a settled cell that ends at end is to be read again.
func (e *entry) mustRevisit(l Level, from, read, now int64) bool {
	if !e.isIncomplete(l, from) && !e.isIncompleteUpTo(from) { // what follows a gap counts what rose in it
		return false
	}
	age, readAge := now-from-cellSeconds[l], read-from-cellSeconds[l]
	if slices.ContainsFunc(revisitAges, func(a int64) bool { return readAge < a && a <= age }) {
		return true
	}
	return now-read >= revisitAges[len(revisitAges)-1]
}

// isIncompleteUpTo reports whether an incomplete cell, of whatever size, ends at t.
func (e *entry) isIncompleteUpTo(t int64) bool {
	for l := range levels {
		if t%cellSeconds[l] == 0 && e.isIncomplete(l, t-cellSeconds[l]) {
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
