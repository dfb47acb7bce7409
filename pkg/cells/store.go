package cells

import (
	"container/list"
	"strings"
	"sync"

	"github.com/burnline/burnline/pkg/telemetry"
)

// Store keeps the cells of many queries within a bound of bytes, for any number
// of caches. When it is over the bound, the queries that were used longest ago
// are forgotten whole.
type Store struct {
	mu      sync.Mutex
	limit   int64
	entries map[string]*list.Element
	recent  *list.List // of *entry, most recently used first
}

// NewStore returns an empty store that holds at most limit bytes of cells.
func NewStore(limit int64) *Store {
	return &Store{limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
}

// entry is that of a query of one owner.
func (s *Store) entry(owner string, q Query) *entry {
	key := owner + separator + q.Key()
	s.mu.Lock()
	defer s.mu.Unlock()
	if el, ok := s.entries[key]; ok {
		s.recent.MoveToFront(el)
		return el.Value.(*entry)
	}
	e := newEntry(key, q)
	s.entries[key] = s.recent.PushFront(e)
	return e
}

// Bytes are the bytes held for cells, and their bound.
func (s *Store) Bytes() (held, limit int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes(), s.limit
}

func (s *Store) bytes() (total int64) {
	for el := s.recent.Front(); el != nil; el = el.Next() {
		total += el.Value.(*entry).bytes.Load()
	}
	return total
}

// Forget drops all cells of one owner. Reads that are under way store into
// entries that nobody uses any more.
func (s *Store) Forget(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, el := range s.entries {
		if strings.HasPrefix(key, owner+separator) {
			s.recent.Remove(el)
			delete(s.entries, key)
		}
	}
}

func (s *Store) trim() {
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
