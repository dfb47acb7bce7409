package ledger

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// entry holds the cells of one query.
type entry struct {
	key   string
	by    []string
	parts int
	bytes atomic.Int64

	mu      sync.Mutex // guards what follows; never held while a request is under way
	width   int        // about how many series a fetch receives, 0 before the first
	groups  map[string]int
	labels  []map[string]string // by group
	sorted  []int               // groups in the order of their labels, when as many
	blocks  [levels]map[int64]*block
	flights []*flight
}

// Bytes that an entry, a block and a group take beside their cells.
const (
	entryBytes = 512
	blockBytes = 160
	groupBytes = 256
)

func newEntry(q Reading) *entry {
	e := &entry{key: q.key(), by: q.groupBy(), parts: q.parts(), groups: map[string]int{}}
	for l := range e.blocks {
		e.blocks[l] = map[int64]*block{}
	}
	e.bytes.Store(entryBytes + int64(len(e.key)))
	return e
}

// block gives the block of the cell that starts at from, and its place in it.
func (e *entry) block(l level, from int64) (*block, int) {
	span := cellSeconds[l] * blockCells[l]
	start := floor(from, span)
	b := e.blocks[l][start]
	if b == nil {
		b = newBlock(l)
		e.blocks[l][start] = b
		e.bytes.Add(blockCells[l]*8 + blockBytes)
	}
	return b, int((from - start) / cellSeconds[l])
}

// readAt is when the cell was last read; never (0) where that lies behind now:
// the clock has been set back.
func (e *entry) readAt(l level, from, now int64) int64 {
	span := cellSeconds[l] * blockCells[l]
	start := floor(from, span)
	if b := e.blocks[l][start]; b != nil {
		if at := b.readAt[(from-start)/cellSeconds[l]]; at <= now {
			return at
		}
	}
	return 0
}

func (e *entry) group(labels map[string]string) int {
	key := groupKey(e.by, func(l string) string { return labels[l] })
	g, ok := e.groups[key]
	if !ok {
		g = len(e.labels)
		e.groups[key] = g
		e.labels = append(e.labels, labels)
		e.bytes.Add(int64(2*len(key)) + groupBytes)
	}
	return g
}

// order is the groups by their labels.
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

// put stores a fetched run. Cells of an answer that came with warnings may be
// partial: they are used once and read again next time.
func (e *entry) put(f *fetched, now int64) {
	if len(f.warnings) > 0 {
		now = 0
	}
	byGroup := make(map[int]*groupCells, len(f.groups))
	for _, g := range f.groups {
		byGroup[e.group(g.labels)] = g
	}
	r := f.run
	for from := r.from; from < r.to; {
		b, at := e.block(r.level, from)
		n := min(len(b.readAt)-at, int((r.to-from)/r.step()))
		for i := range n {
			b.readAt[at+i] = now
		}
		first := int((from - r.from) / r.step())
		nothing := emptyCells(e.parts, n)
		for id := range e.labels {
			cells := nothing // forgets what an earlier read said
			if g := byGroup[id]; g != nil {
				cells = g.part(first, first+n)
			}
			e.replace(b, id, at, cells, r.step())
		}
		from += int64(n) * r.step()
	}
	e.width = max(f.width, 1)
}

func (e *entry) replace(b *block, group, at int, cells groupCells, step int64) {
	old := b.row(group)
	if fresh := old.with(at, cells, step); fresh != nil {
		b.set(group, fresh)
		e.bytes.Add(fresh.bytes() - old.bytes())
	}
}

// fold fills missing hour cells from smaller cells that are settled, so that an
// hour that was watched as it went by is never read a second time.
func (e *entry) fold(r run, now, settle int64) {
	if r.level != hourCells {
		return
	}
	for from := r.from; from < r.to; from += 3600 {
		if e.readAt(hourCells, from, now) >= from+3600+settle {
			continue
		}
		for _, l := range []level{fiveCells, minuteCells} {
			if e.settledHour(l, from, now, settle) {
				e.sumHour(l, from)
				break
			}
		}
	}
}

func (e *entry) settledHour(l level, from, now, settle int64) bool {
	for t := from; t < from+3600; t += cellSeconds[l] {
		if e.readAt(l, t, now) < t+cellSeconds[l]+settle {
			return false
		}
	}
	return true
}

func (e *entry) sumHour(l level, from int64) {
	hour, h := e.block(hourCells, from)
	small, first := e.block(l, from)
	end := first + int(3600/cellSeconds[l])
	for g := range e.labels {
		row := small.row(g)
		sum := emptyCells(e.parts, 1)
		for p := range e.parts {
			sum.counts[p][0] = row.eventsUpTo(p, end) - row.eventsUpTo(p, first)
		}
		sum.coverage[0] = (row.secondsUpTo(end) - row.secondsUpTo(first)) / 3600
		e.replace(hour, g, h, sum, 3600)
	}
	hour.readAt[h] = small.readAt[end-1]
}
