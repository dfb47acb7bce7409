package cells

import "slices"

// block contains consecutive cells of one level, for all groups.
type block struct {
	readAt     []int64 // per cell: Unix seconds of its read, 0 never
	incomplete []bool  // per cell: some group lacks data in it
	corrected  []bool  // per cell: some counter was corrected in it
	rows       []*row  // by group; nil rows and those beyond the end are empty
}

func newBlock(l Level) *block {
	n := blockCells[l]
	return &block{readAt: make([]int64, n), incomplete: make([]bool, n), corrected: make([]bool, n)}
}

// timeOf returns when cell i was last read; 0 (never) if that time is after now, because the clock
// was set back.
func (b *block) timeOf(i int, now int64) int64 {
	if b == nil || b.readAt[i] > now {
		return 0
	}
	return b.readAt[i]
}

func (b *block) row(group int) *row {
	if group < len(b.rows) {
		return b.rows[group]
	}
	return nil
}

func (b *block) set(group int, r *row) {
	if group >= len(b.rows) {
		b.rows = append(b.rows, make([]*row, group+1-len(b.rows))...)
	}
	b.rows[group] = r
}

// row contains one group's cells in a block, as running sums: 8 bytes per part and 4 bytes of coverage for
// each cell. A row is immutable, so that results can use it while later reads replace it.
type row struct {
	first   int       // index of its first cell in the block
	parts   int       // per cell
	sums    []float64 // for each cell all parts: events from the first cell to its end
	covered []float32 // seconds with data, likewise
}

// rowBytes is the memory of a row in addition to its cells: structure, pointer and overhead of the
// allocator.
const rowBytes = 96

func (r *row) bytes() int64 {
	if r == nil {
		return 0
	}
	return int64(8*len(r.sums)+4*len(r.covered)) + rowBytes
}

// eventsUpTo returns the events of a part in the block before cell i.
func (r *row) eventsUpTo(part, i int) float64 {
	if r == nil {
		return 0
	}
	if i = min(i-r.first, len(r.covered)); i <= 0 {
		return 0
	}
	return r.sums[(i-1)*r.parts+part]
}

// secondsUpTo returns the seconds with data in the block before cell i.
func (r *row) secondsUpTo(i int) float64 {
	if r == nil {
		return 0
	}
	if i = min(i-r.first, len(r.covered)); i <= 0 {
		return 0
	}
	return float64(r.covered[i-1])
}

// with returns r with the cells from `at` on replaced; r may be nil. The result is nil if it is empty.
func (r *row) with(at int, c GroupCells, step int64) *row {
	n := len(c.Coverage)
	if r == nil && c.empty() {
		return nil
	}
	first, end := at, at+n
	if r != nil {
		first, end = min(first, r.first), max(end, r.first+len(r.covered))
	}
	parts := len(c.Counts)
	out := &row{
		first: first, parts: parts, sums: make([]float64, parts*(end-first)),
		covered: make([]float32, end-first),
	}
	for p, counts := range c.Counts {
		var sum float64
		for i := first; i < end; i++ {
			if i >= at && i < at+n {
				sum += counts[i-at]
			} else {
				sum += r.eventsUpTo(p, i+1) - r.eventsUpTo(p, i)
			}
			out.sums[(i-first)*parts+p] = sum
		}
	}
	var covered float64
	for i := first; i < end; i++ {
		if i >= at && i < at+n {
			covered += c.Coverage[i-at] * float64(step)
		} else {
			covered += r.secondsUpTo(i+1) - r.secondsUpTo(i)
		}
		out.covered[i-first] = float32(covered)
	}
	return out
}

// GroupCells contains the cells of one group over several runs, consecutively.
type GroupCells struct {
	Labels   map[string]string
	Counts   [][]float64 // events by part and cell
	Coverage []float64   // share of each cell with data, 0..1
}

// NewGroupCells returns n empty cells.
func NewGroupCells(labels map[string]string, parts, n int) *GroupCells {
	g := &GroupCells{Labels: labels, Counts: make([][]float64, parts), Coverage: make([]float64, n)}
	for p := range g.Counts {
		g.Counts[p] = make([]float64, n)
	}
	return g
}

func (g *GroupCells) slice(i, j int) GroupCells {
	out := GroupCells{Labels: g.Labels, Counts: make([][]float64, len(g.Counts)), Coverage: g.Coverage[i:j]}
	for p, counts := range g.Counts {
		out.Counts[p] = counts[i:j]
	}
	return out
}

func (g *GroupCells) empty() bool {
	nonZero := func(v float64) bool { return v != 0 }
	for _, part := range g.Counts {
		if slices.ContainsFunc(part, nonZero) {
			return false
		}
	}
	return !slices.ContainsFunc(g.Coverage, nonZero)
}
