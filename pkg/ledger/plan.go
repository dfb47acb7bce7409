package ledger

import (
	"slices"
	"time"
)

// level is a cell size.
type level int

const (
	hourCells level = iota
	fiveCells
	minuteCells
	levels
)

// Seconds of a cell, and cells of a cached block, per level.
var (
	cellSeconds = [levels]int64{3600, 300, 60}
	blockCells  = [levels]int64{120, 288, 60}
)

// run is a row of adjacent cells of one size, covering (from, to], Unix seconds.
type run struct {
	level    level
	from, to int64
}

func (r run) step() int64 { return cellSeconds[r.level] }
func (r run) cells() int  { return int((r.to - r.from) / r.step()) }

// gridMarks cuts the instants down to the minute, sorted, each once.
func gridMarks(borders []time.Time) []int64 {
	marks := make([]int64, 0, len(borders))
	for _, b := range borders {
		marks = append(marks, floor(b.Unix(), cellSeconds[minuteCells]))
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// plan covers the span of the marks with cells that have a border at each mark.
// Hours that end after settled are read by the minute, because only small cells
// are cheap to read again.
func plan(marks []int64, settled int64) []run {
	first, last := marks[0], marks[len(marks)-1]
	var runs []run
	next := 0 // first mark not before the hour
	for h := floor(first, 3600); h < last; h += 3600 {
		lo, hi := max(h, first), min(h+3600, last)
		for next < len(marks) && marks[next] < lo {
			next++
		}
		inside := next
		for inside < len(marks) && marks[inside] <= hi {
			inside++
		}
		r := run{hourLevel(lo, hi, marks[next:inside], settled), lo, hi}
		if n := len(runs); n > 0 && runs[n-1].level == r.level {
			runs[n-1].to = hi
		} else {
			runs = append(runs, r)
		}
	}
	return runs
}

// hourLevel is the coarsest level for the (part of an) hour (lo, hi].
func hourLevel(lo, hi int64, marks []int64, settled int64) level {
	if hi > settled {
		return minuteCells
	}
	for l := hourCells; l < minuteCells; l++ {
		onGrid := func(m int64) bool { return m%cellSeconds[l] == 0 }
		if onGrid(lo) && onGrid(hi) && !slices.ContainsFunc(marks, func(m int64) bool { return !onGrid(m) }) {
			return l
		}
	}
	return minuteCells
}

// chunks cuts a run at the borders of cached blocks: bounded requests at
// absolute times, which the caches of query frontends recognise.
func (r run) chunks() []run {
	span := r.step() * blockCells[r.level]
	if r.level == minuteCells {
		span *= 6 // six hours of minutes stay a small answer
	}
	var out []run
	for from := r.from; from < r.to; {
		to := min(floor(from, span)+span, r.to)
		out = append(out, run{r.level, from, to})
		from = to
	}
	return out
}

func floor(t, step int64) int64 {
	m := t % step
	if m < 0 {
		m += step
	}
	return t - m
}
