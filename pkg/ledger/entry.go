package ledger

import "sync/atomic"

// entry holds the cells of one query. Its fields are guarded by turn, bytes
// excepted.
type entry struct {
	key    string
	by     []string
	parts  int
	series int           // about how many series a fetch receives, 0 before the first
	turn   chan struct{} // holds a value while somebody works on the entry
	bytes  atomic.Int64
	groups map[string]int
	labels []map[string]string
	blocks [levels]map[int64]*block
}

// block is a fixed stretch of cells of one level, for all groups.
type block struct {
	readAt []int64 // per cell: Unix seconds at which it was read, 0 never
	rows   map[int]*row
}

// row is one group's cells in a block: 8 bytes a part and 4 of coverage a cell.
type row struct {
	counts   [][]float64
	coverage []float32
}

func (r *row) any(i int) bool {
	for _, part := range r.counts {
		if part[i] != 0 {
			return true
		}
	}
	return r.coverage[i] > 0
}

// block gives the block of the cell that starts at from, and its place in it.
func (e *entry) block(l level, from int64) (*block, int) {
	span := cellSeconds[l] * blockCells[l]
	start := floor(from, span)
	b := e.blocks[l][start]
	if b == nil {
		b = &block{readAt: make([]int64, blockCells[l]), rows: map[int]*row{}}
		e.blocks[l][start] = b
		e.bytes.Add(blockCells[l]*8 + 64)
	}
	return b, int((from - start) / cellSeconds[l])
}

func (e *entry) readAt(l level, from int64) int64 {
	span := cellSeconds[l] * blockCells[l]
	start := floor(from, span)
	if b := e.blocks[l][start]; b != nil {
		return b.readAt[(from-start)/cellSeconds[l]]
	}
	return 0
}

func (e *entry) row(b *block, l level, g int) *row {
	r := b.rows[g]
	if r == nil {
		n := blockCells[l]
		r = &row{counts: make([][]float64, e.parts), coverage: make([]float32, n)}
		for p := range r.counts {
			r.counts[p] = make([]float64, n)
		}
		b.rows[g] = r
		e.bytes.Add(n*(8*int64(e.parts)+4) + 24*int64(e.parts) + 64)
	}
	return r
}

func (e *entry) group(labels map[string]string) int {
	key := groupKey(e.by, labels)
	g, ok := e.groups[key]
	if !ok {
		g = len(e.labels)
		e.groups[key] = g
		e.labels = append(e.labels, labels)
		e.bytes.Add(int64(2*len(key)) + 128)
	}
	return g
}

// put stores a fetched run. Cells of an answer that came with warnings may be
// partial: they are used once and read again next time.
func (e *entry) put(f *fetched, now int64) {
	for from := f.run.from; from < f.run.to; from += f.run.step() {
		b, i := e.block(f.run.level, from)
		for _, r := range b.rows { // forget what an earlier read said
			for p := range r.counts {
				r.counts[p][i] = 0
			}
			r.coverage[i] = 0
		}
		b.readAt[i] = now
		if len(f.warnings) > 0 {
			b.readAt[i] = 0
		}
	}
	for _, g := range f.groups {
		id := e.group(g.labels)
		for i := range f.run.cells() {
			b, at := e.block(f.run.level, f.run.from+int64(i)*f.run.step())
			if !g.any(i) {
				continue
			}
			r := e.row(b, f.run.level, id)
			for p := range r.counts {
				r.counts[p][at] = g.counts[p][i]
			}
			r.coverage[at] = float32(g.coverage[i])
		}
	}
}
