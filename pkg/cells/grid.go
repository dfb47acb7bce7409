package cells

import (
	"slices"
	"time"
)

// Level is the size of a cell.
type Level int

// The levels, coarse to fine.
const (
	Hour Level = iota
	FiveMinutes
	Minute
	levels
)

// Seconds of a cell, and cells of a cached block, per level.
var (
	cellSeconds = [levels]int64{3600, 300, 60}
	blockCells  = [levels]int64{120, 288, 60}
)

// Run is a sequence of cells of one level that covers (From, To], in Unix seconds.
type Run struct {
	Level    Level
	From, To int64
}

// Step is the length of a cell in seconds.
func (r Run) Step() int64 { return cellSeconds[r.Level] }

// Cells is the number of cells.
func (r Run) Cells() int { return int((r.To - r.From) / r.Step()) }

func (r Run) contains(o Run) bool { return r.Level == o.Level && r.From <= o.From && o.To <= r.To }

// TotalCells returns the number of cells of all runs.
func TotalCells(runs []Run) (n int) {
	for _, r := range runs {
		n += r.Cells()
	}
	return n
}

// gridMarks rounds instants down to the minute; sorted and distinct.
func gridMarks(borders []time.Time) []int64 {
	marks := make([]int64, 0, len(borders))
	for _, b := range borders {
		marks = append(marks, Floor(b.Unix(), cellSeconds[Minute]))
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// planRuns covers the span of the marks with cells that have a border at each mark. Hours that end
// after `settled` are divided into minutes, because small cells are cheap to read again.
func planRuns(marks []int64, settled int64) []Run {
	first, last := marks[0], marks[len(marks)-1]
	var runs []Run
	next := 0 // first mark at or after the start of the hour
	for h := Floor(first, 3600); h < last; h += 3600 {
		lo, hi := max(h, first), min(h+3600, last)
		for next < len(marks) && marks[next] < lo {
			next++
		}
		inside := next
		for inside < len(marks) && marks[inside] <= hi {
			inside++
		}
		runs = joinRun(runs, Run{hourLevel(hi, marks[next:inside], settled), lo, hi})
	}
	return runs
}

func joinRun(runs []Run, r Run) []Run {
	if n := len(runs); n > 0 && runs[n-1].Level == r.Level && runs[n-1].To == r.From {
		runs[n-1].To = r.To
		return runs
	}
	return append(runs, r)
}

// hourLevel returns the level for the (part of an) hour that ends at hi. A single border in it is
// that of a window, which moves by a minute with each refresh: minutes serve all of these. Several
// borders are the steps of a series, which stay.
func hourLevel(hi int64, marks []int64, settled int64) Level {
	within := 0
	for _, m := range marks {
		switch {
		case m%3600 == 0:
		case m%300 != 0:
			return Minute
		default:
			within++
		}
	}
	switch {
	case hi > settled || within == 1:
		return Minute
	case within == 0:
		return Hour
	}
	return FiveMinutes
}

// spanGap is the largest gap, in seconds, between runs of one read. A read begins ReadContext
// before its first run, so one read of two near runs is cheaper than two.
const spanGap = int64(ReadContext / time.Second)

// spans groups runs, which may overlap, by nearness in time; each group is ascending.
func spans(runs []Run) [][]Run {
	sorted := slices.Clone(runs)
	slices.SortFunc(sorted, func(a, b Run) int { return int(a.From - b.From) })
	var out [][]Run
	end := int64(0)
	for _, r := range sorted {
		if n := len(out); n > 0 && r.From-end <= spanGap {
			out[n-1] = append(out[n-1], r)
		} else {
			out = append(out, []Run{r})
		}
		end = max(end, r.To)
	}
	return out
}

// Floor returns the greatest multiple of step that is at most t.
func Floor(t, step int64) int64 {
	m := t % step
	if m < 0 {
		m += step
	}
	return t - m
}
