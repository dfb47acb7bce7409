package ledger

// block is a fixed stretch of cells of one level, for all groups.
type block struct {
	readAt []int64 // per cell: Unix seconds at which it was read, 0 never
	rows   []*row  // by group; nil, and what lies behind the end, is empty
}

func newBlock(l level) *block { return &block{readAt: make([]int64, blockCells[l])} }

func (b *block) row(group int) *row {
	if group < len(b.rows) {
		return b.rows[group]
	}
	return nil
}

func (b *block) set(group int, r *row) {
	for len(b.rows) <= group {
		b.rows = append(b.rows, nil)
	}
	b.rows[group] = r
}

// row is one group's cells in a block, as running sums: 8 bytes a part and 4 of
// coverage a cell. It never changes, so that an answer may go on using it while
// later reads put others in its place.
type row struct {
	first   int       // of its cells, in the block
	parts   int       // of a cell
	sums    []float64 // cell after cell, so that one line of memory has all parts: events up to each, from the first on
	covered []float32 // measured seconds in the same
}

// rowBytes is what a row takes beside its cells: the structure, its pointer and
// what the allocator adds.
const rowBytes = 96

func (r *row) bytes() int64 {
	if r == nil {
		return 0
	}
	return int64(8*len(r.sums)+4*len(r.covered)) + rowBytes
}

// eventsUpTo are those of a part in the block's cells before cell i.
func (r *row) eventsUpTo(part, i int) float64 {
	if r == nil {
		return 0
	}
	if i = min(i-r.first, len(r.covered)); i <= 0 {
		return 0
	}
	return r.sums[(i-1)*r.parts+part]
}

// secondsUpTo are those measured in the block's cells before cell i.
func (r *row) secondsUpTo(i int) float64 {
	if r == nil {
		return 0
	}
	if i = min(i-r.first, len(r.covered)); i <= 0 {
		return 0
	}
	return float64(r.covered[i-1])
}

// with is r with the cells from `at` on replaced; r may be nil. It is nil when
// there is nothing in it.
func (r *row) with(at int, c groupCells, step int64) *row {
	n := len(c.coverage)
	if r == nil && c.empty() {
		return nil
	}
	first, end := at, at+n
	if r != nil {
		first, end = min(first, r.first), max(end, r.first+len(r.covered))
	}
	parts := len(c.counts)
	out := &row{first: first, parts: parts, sums: make([]float64, parts*(end-first)), covered: make([]float32, end-first)}
	for p, counts := range c.counts {
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
			covered += c.coverage[i-at] * float64(step)
		} else {
			covered += r.secondsUpTo(i+1) - r.secondsUpTo(i)
		}
		out.covered[i-first] = float32(covered)
	}
	return out
}
