package cells

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// entry contains the cells of one query.
type entry struct {
	by    []string
	parts int
	bytes atomic.Int64

	mu       sync.Mutex // guards the fields below; never held during a request
	width    int        // approximate number of series, 0 before the first fetch
	interval int64      // longest usual interval of samples of a series, in seconds; 0 unknown
	// lookahead is how long after a cell, in seconds, samples may still change its counts.
	lookahead int64
	groups    map[string]int
	labels    []map[string]string // by group
	sorted    []int               // group indexes in the order of their labels; valid if complete
	blocks    [levels]map[int64]*block
	inflight  []*fetch
	series    seriesTimes
}

// Memory of an entry, a block and a group in addition to cells.
const (
	entryBytes = 512
	blockBytes = 256
	groupBytes = 256
)

func newEntry(q Query) *entry {
	e := &entry{
		by: q.GroupBy(), parts: q.PartCount(), groups: map[string]int{},
		series: seriesTimes{last: map[uint64]int64{}},
	}
	for l := range e.blocks {
		e.blocks[l] = map[int64]*block{}
	}
	e.bytes.Store(entryBytes + int64(len(q.Key())))
	return e
}

// place returns the start of the block with the cell that starts at from, and the index of the cell in it.
func place(l Level, from int64) (start int64, i int) {
	start = Floor(from, cellSeconds[l]*blockCells[l])
	return start, int((from - start) / cellSeconds[l])
}

func (e *entry) block(l Level, from int64) (*block, int) {
	start, i := place(l, from)
	b := e.blocks[l][start]
	if b == nil {
		b = newBlock(l)
		e.blocks[l][start] = b
		e.bytes.Add(blockCells[l]*10 + blockBytes)
	}
	return b, i
}

// readAt returns when the cell was last read; 0 for never.
func (e *entry) readAt(l Level, from, now int64) int64 {
	start, i := place(l, from)
	return e.blocks[l][start].timeOf(i, now)
}

func (e *entry) group(labels map[string]string) int {
	key := groupKey(e.by, labels)
	g, ok := e.groups[key]
	if !ok {
		g = len(e.labels)
		e.groups[key] = g
		e.labels = append(e.labels, labels)
		e.bytes.Add(int64(2*len(key)) + groupBytes)
	}
	return g
}

// settle returns the age, in seconds, from which a cell is final: more than usual if samples are far apart.
func (e *entry) settle(usual int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return max(usual, e.lookahead)
}

// separator is invalid in UTF-8, so no label value contains it.
const separator = "\xff"

func groupKey(by []string, labels map[string]string) string {
	var b strings.Builder
	for _, l := range by {
		b.WriteString(labels[l])
		b.WriteString(separator)
	}
	return b.String()
}

func (e *entry) order() []int {
	if len(e.sorted) != len(e.labels) {
		keys := make([]string, len(e.labels))
		for key, g := range e.groups {
			keys[g] = key
		}
		e.sorted = make([]int, len(e.labels))
		for g := range e.sorted {
			e.sorted[g] = g
		}
		slices.SortFunc(e.sorted, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	}
	return e.sorted
}

// put stores cells that were read at readAt; 0: they must be read again.
func (e *entry) put(f *Fetched, readAt int64) {
	byGroup := make(map[int]*GroupCells, len(f.Groups))
	for _, g := range f.Groups {
		byGroup[e.group(g.Labels)] = g
	}
	offset := 0 // of the run in the fetched cells
	for _, r := range f.Runs {
		for from := r.From; from < r.To; {
			b, at := e.block(r.Level, from)
			n := min(len(b.readAt)-at, int((r.To-from)/r.Step()))
			first := offset + int((from-r.From)/r.Step())
			e.putBlock(b, at, n, byGroup, first, r.Step())
			for i := range n {
				b.readAt[at+i] = readAt
				b.corrected[at+i] = f.Corrected != nil && f.Corrected[first+i]
			}
			from += int64(n) * r.Step()
		}
		offset += r.Cells()
	}
	e.width, e.interval, e.lookahead = max(f.Width, 1), max(f.Interval, e.interval), max(f.Lookahead, e.lookahead)
}

// putBlock replaces n cells of a block for all groups. Groups that were not fetched lose these cells.
func (e *entry) putBlock(b *block, at, n int, byGroup map[int]*GroupCells, first int, step int64) {
	nothing := *NewGroupCells(nil, e.parts, n)
	covered := make([]bool, n) // by any group
	clear(b.incomplete[at : at+n])
	for id := range e.labels {
		g := byGroup[id]
		if g == nil {
			if b.row(id) != nil {
				e.replace(b, id, at, nothing, step)
			}
			continue
		}
		cells := g.slice(first, first+n)
		e.replace(b, id, at, cells, step)
		for i, share := range cells.Coverage {
			covered[i] = covered[i] || share > 0
			b.incomplete[at+i] = b.incomplete[at+i] || share > 0 && share < 1
		}
	}
	for i, some := range covered {
		b.incomplete[at+i] = b.incomplete[at+i] || !some
	}
}

func (e *entry) replace(b *block, group, at int, cells GroupCells, step int64) {
	old := b.row(group)
	if fresh := old.with(at, cells, step); fresh != nil {
		b.set(group, fresh)
		e.bytes.Add(fresh.bytes() - old.bytes())
	}
}

// isUncorrectedBefore reports whether all cells within ReadContext before an instant are cached,
// without a counter correction.
func (e *entry) isUncorrectedBefore(at, now int64) bool {
	for t := at - spanGap; t < at; {
		until := e.uncorrectedUntil(t, now)
		if until == 0 {
			return false
		}
		t = until
	}
	return true
}

// uncorrectedUntil returns the end of the longest cached cell that contains the second after t and
// has no correction; 0 if there is none.
func (e *entry) uncorrectedUntil(t, now int64) int64 {
	for l := range levels {
		from := Floor(t, cellSeconds[l])
		if e.readAt(l, from, now) > 0 {
			if b, i := e.block(l, from); !b.corrected[i] {
				return from + cellSeconds[l]
			}
		}
	}
	return 0
}
