package ledger

import (
	"container/list"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
)

// store keeps the cells of many queries within a bound of bytes. When it is
// over the bound, the queries that were used longest ago are forgotten whole.
type store struct {
	mu      sync.Mutex
	limit   int64
	entries map[string]*list.Element
	recent  *list.List // of *entry, most recently used first
}

func newStore(limit int64) *store {
	return &store{limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
}

func (s *store) entry(q Reading) *entry {
	key := q.key()
	s.mu.Lock()
	defer s.mu.Unlock()
	if el, ok := s.entries[key]; ok {
		s.recent.MoveToFront(el)
		return el.Value.(*entry)
	}
	e := &entry{key: key, by: q.groupBy(), parts: q.parts(), groups: map[string]int{}, turn: make(chan struct{}, 1)}
	for l := range e.blocks {
		e.blocks[l] = map[int64]*block{}
	}
	s.entries[key] = s.recent.PushFront(e)
	return e
}

func (s *store) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var total int64
	for el := s.recent.Front(); el != nil; el = el.Next() {
		total += el.Value.(*entry).bytes.Load()
	}
	for el := s.recent.Back(); el != nil && total > s.limit; {
		e, older := el.Value.(*entry), el
		el = el.Prev()
		total -= e.bytes.Load()
		s.recent.Remove(older)
		delete(s.entries, e.key)
	}
}

// lock waits for the entry's turn, or for ctx to end.
func (e *entry) lock(ctx context.Context) error {
	select {
	case e.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *entry) unlock() { <-e.turn }

// fresh is how long, in seconds, an unsettled cell may be used again: panels of
// one dashboard refresh ask within moments of each other.
const fresh = 5

// missing lists the parts of r that must be fetched at now, cut into chunks.
func (e *entry) missing(r run, now, settle int64) []run {
	var out []run
	for from := r.from; from < r.to; from += r.step() {
		end := from + r.step()
		read := e.readAt(r.level, from)
		if read >= end+settle || read > 0 && now-read <= fresh && read <= now {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to == from {
			out[n-1].to = end
		} else {
			out = append(out, run{r.level, from, end})
		}
	}
	var chunked []run
	for _, m := range out {
		chunked = append(chunked, m.chunks()...)
	}
	return chunked
}

// fold fills missing hour cells from smaller cells that are settled, so that an
// hour that was watched as it went by is never read a second time.
func (e *entry) fold(r run, settle int64) {
	if r.level != hourCells {
		return
	}
	for from := r.from; from < r.to; from += 3600 {
		if e.readAt(hourCells, from) >= from+3600+settle {
			continue
		}
		for _, l := range []level{fiveCells, minuteCells} {
			if e.settledHour(l, from, settle) {
				e.sumHour(l, from)
				break
			}
		}
	}
}

func (e *entry) settledHour(l level, from, settle int64) bool {
	for t := from; t < from+3600; t += cellSeconds[l] {
		if e.readAt(l, t) < t+cellSeconds[l]+settle {
			return false
		}
	}
	return true
}

func (e *entry) sumHour(l level, from int64) {
	hour, h := e.block(hourCells, from)
	small, first := e.block(l, from)
	n := int(3600 / cellSeconds[l])
	for g, row := range small.rows {
		to := e.row(hour, hourCells, g)
		for p := range e.parts {
			var sum float64
			for i := range n {
				sum += row.counts[p][first+i]
			}
			to.counts[p][h] = sum
		}
		var covered float64
		for i := range n {
			covered += float64(row.coverage[first+i])
		}
		to.coverage[h] = float32(covered / float64(n))
	}
	hour.readAt[h] = small.readAt[first+n-1]
}

// assemble lays the cells of the runs in a row as running sums.
func (e *entry) assemble(runs []run) *Counts {
	cells := 0
	for _, r := range runs {
		cells += r.cells()
	}
	out := &Counts{borders: make([]int64, 1, cells+1), Groups: make([]Group, len(e.labels))}
	out.borders[0] = runs[0].from
	backing := make([]float64, len(e.labels)*(e.parts+1)*(cells+1))
	for g := range out.Groups {
		out.Groups[g].Labels = maps.Clone(e.labels[g])
		out.Groups[g].sums = make([][]float64, e.parts)
		for p := range e.parts {
			out.Groups[g].sums[p], backing = backing[:cells+1], backing[cells+1:]
		}
		out.Groups[g].covered, backing = backing[:cells+1], backing[cells+1:]
	}
	seen := make([]bool, len(e.labels))
	k := 0
	for _, r := range runs {
		for from := r.from; from < r.to; from += r.step() {
			b, i := e.block(r.level, from)
			k++
			out.borders = append(out.borders, from+r.step())
			for g := range out.Groups {
				e.extend(&out.Groups[g], b.rows[g], i, k, r.step())
				seen[g] = seen[g] || b.rows[g] != nil && b.rows[g].any(i)
			}
		}
	}
	kept := out.Groups[:0]
	for g := range out.Groups {
		if seen[g] { // a group of other times is not part of this answer
			kept = append(kept, out.Groups[g])
		}
	}
	out.Groups = kept
	slices.SortFunc(out.Groups, func(a, b Group) int {
		return strings.Compare(groupKey(e.by, a.Labels), groupKey(e.by, b.Labels))
	})
	return out
}

func (e *entry) extend(g *Group, row *row, i, k int, step int64) {
	for p := range g.sums {
		g.sums[p][k] = g.sums[p][k-1]
		if row != nil {
			g.sums[p][k] += row.counts[p][i]
		}
	}
	g.covered[k] = g.covered[k-1]
	if row != nil {
		g.covered[k] += float64(row.coverage[i]) * float64(step)
	}
}

func groupKey(by []string, labels map[string]string) string {
	var b strings.Builder
	for _, l := range by {
		b.WriteString(labels[l])
		b.WriteByte(0xff) // not valid in UTF-8, so no value holds it
	}
	return b.String()
}
