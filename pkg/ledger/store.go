package ledger

import (
	"container/list"
	"sync"

	"github.com/burnline/burnline/pkg/telemetry"
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
	e := newEntry(q)
	s.entries[key] = s.recent.PushFront(e)
	return e
}

// CacheBytes are the bytes held for cells, and their bound.
func (l *Ledger) CacheBytes() (held, limit int64) {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	return l.store.bytes(), l.store.limit
}

func (s *store) bytes() (total int64) {
	for el := s.recent.Front(); el != nil; el = el.Next() {
		total += el.Value.(*entry).bytes.Load()
	}
	return total
}

func (s *store) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.bytes()
	for el := s.recent.Back(); el != nil && total > s.limit; {
		e, older := el.Value.(*entry), el
		el = el.Prev()
		total -= e.bytes.Load()
		s.recent.Remove(older)
		delete(s.entries, e.key)
		telemetry.Evicted(1)
	}
}
