package ledger

import (
	"container/list"
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
	e := newEntry(q)
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
