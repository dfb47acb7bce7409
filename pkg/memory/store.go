package memory

import (
	"container/list"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/telemetry"
)

// Store contains the caches of one data source, for any number of owners (identities), within a bound in
// bytes. Beyond the bound it evicts the least recently used values of all caches and owners.
type Store struct {
	mu     *sync.Mutex // the mutex of the budget; it guards the fields below
	budget *budget
	limit  int64
	total  int64
	held   map[string]int64 // bytes by cache
	values map[key]*list.Element
	recent *list.List // of *value, most recently used first
	stop   func()     // nil once the store is closed
}

type key struct {
	owner, cache string
	key          any
}

type value struct {
	key
	value any
	bytes int64
	added time.Time
	ttl   time.Duration
}

// budget bounds several stores together. The largest store evicts first.
type budget struct {
	mu           sync.Mutex
	total, limit int64
	stores       map[*Store]bool
}

// processBudget is the budget of all stores.
var processBudget = &budget{limit: math.MaxInt64, stores: map[*Store]bool{}}

// SetStoreLimit bounds the bytes of all stores of the process together.
func SetStoreLimit(bytes int64) {
	processBudget.mu.Lock()
	defer processBudget.mu.Unlock()
	processBudget.limit = bytes
}

// NewStore returns an empty store with a limit in bytes. Its bytes are in the metrics of the
// process until Close.
func NewStore(limit int64) *Store { return processBudget.newStore(limit) }

func (b *budget) newStore(limit int64) *Store {
	s := &Store{
		mu: &b.mu, budget: b, limit: limit, held: map[string]int64{}, values: map[key]*list.Element{},
		recent: list.New(),
	}
	s.stop = telemetry.Watch(s)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stores[s] = true
	return s
}

// Close empties the store permanently.
func (s *Store) Close() {
	s.mu.Lock()
	stop := s.stop
	s.stop = func() {}
	delete(s.budget.stores, s)
	s.drop(func(key) bool { return true })
	s.mu.Unlock()
	stop()
}

// CacheBytes returns the bytes by cache, and the bound of their sum.
func (s *Store) CacheBytes() (byCache map[string]int64, limit int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.held), s.limit
}

// Bytes returns the bytes of all caches, and their bound.
func (s *Store) Bytes() (held, limit int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total, s.limit
}

// Forget removes all values of one owner. Values that are being loaded are not added any more.
func (s *Store) Forget(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(func(k key) bool { return k.owner == owner })
}

func (s *Store) drop(is func(key) bool) {
	for k, el := range s.values {
		if is(k) {
			s.remove(el)
		}
	}
}

func (s *Store) put(v *value) {
	if !s.budget.stores[s] { // the store is closed
		return
	}
	if el := s.values[v.key]; el != nil {
		s.remove(el)
	}
	bytes := v.bytes
	v.bytes = 0
	s.values[v.key] = s.recent.PushFront(v)
	s.resize(v, bytes)
}

func (s *Store) remove(el *list.Element) {
	v := s.recent.Remove(el).(*value)
	delete(s.values, v.key)
	s.count(v, -v.bytes)
}

func (s *Store) count(v *value, more int64) {
	v.bytes += more
	s.held[v.cache] += more
	s.total += more
	s.budget.total += more
}

// resize sets the size of a value, and evicts others, or the value itself if it does not fit.
func (s *Store) resize(v *value, bytes int64) {
	s.count(v, bytes-v.bytes)
	for s.total > s.limit {
		s.evict()
	}
	for b := s.budget; b.total > b.limit; {
		most := s
		for other := range b.stores {
			if other.total > most.total {
				most = other
			}
		}
		most.evict()
	}
}

func (s *Store) evict() {
	oldest := s.recent.Back()
	telemetry.Evicted(oldest.Value.(*value).cache)
	s.remove(oldest)
}
