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
		runs = join(runs, run{hourLevel(lo, hi, marks[next:inside], settled), lo, hi})
	}
	var out []run
	for _, r := range runs {
		if r.level == fiveCells && r.to-r.from < fewHours {
			r.level = minuteCells
		}
		out = join(out, r)
	}
	return out
}

// fewHours, in seconds, are read by their samples, in one request, sooner than
// by borders every five minutes, in several.
const fewHours = 6 * 3600

// join adds a run to adjacent ones.
func join(runs []run, r run) []run {
	if n := len(runs); n > 0 && runs[n-1].level == r.level {
		runs[n-1].to = r.to
		return runs
	}
	return append(runs, r)
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

// Bounds of one piece of a run.
const (
	fewPoints  = 12_000  // up to here one request costs less than several side by side
	manyPoints = 500_000 // some 12 MB of JSON
	mostCells  = 5_000   // Prometheus answers at most 11,000 points a series
	blockHours = 120     // five days: what servers read side by side
)

// scrapesPerMinute is how often counters are taken to be scraped.
const scrapesPerMinute = 4

// chunks cuts a run into pieces to be read side by side, where about width
// series answer.
func (r run) chunks(width int) []run {
	perCell := int(r.points(width)) / r.cells()
	n := int64(min(max(fewPoints/perCell, blockHours), max(manyPoints/perCell, 1), mostCells))
	var out []run
	for from := r.from; from < r.to; from += n * r.step() {
		out = append(out, run{r.level, from, min(from+n*r.step(), r.to)})
	}
	return out
}

// points is about how many of width series a request for the run receives.
func (r run) points(width int) int64 {
	perCell := int64(max(width, 1))
	if r.level == minuteCells {
		perCell *= scrapesPerMinute
	}
	return perCell * int64(r.cells())
}

func (r run) holds(o run) bool { return r.level == o.level && r.from <= o.from && o.to <= r.to }

func floor(t, step int64) int64 {
	m := t % step
	if m < 0 {
		m += step
	}
	return t - m
}
