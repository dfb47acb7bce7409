package memory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/fault"
)

// Cache contains the values of one kind and owner in a Store. Caches with the same owner and name
// share their values. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	Scope
	name  string
	bytes func(K, V) int
	loads singleflight.Group
}

// Scope is the store, the owner and the clock of a cache.
type Scope struct {
	Store *Store
	Owner string
	Now   func() time.Time
}

// Always is the TTL of a value that is valid until it is evicted.
const Always time.Duration = math.MaxInt64

// valueBytes is the overhead of a value in the store.
const valueBytes = 256

// NewCache returns a cache. The name is a label of metrics. bytes returns the approximate size of a
// key and value.
func NewCache[K comparable, V any](s Scope, name string, bytes func(K, V) int) *Cache[K, V] {
	return &Cache[K, V]{Scope: s, name: name, bytes: bytes}
}

func (c *Cache[K, V]) key(k K) key { return key{c.Owner, c.name, k} }

// Get returns the value of k, unless it has expired, or was added at a time after the present one
// (the clock was set back).
func (c *Cache[K, V]) Get(k K) (v V, ok bool) {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	return c.get(k)
}

func (c *Cache[K, V]) get(k K) (v V, ok bool) {
	el := c.Store.values[c.key(k)]
	if el == nil {
		return v, false
	}
	known := el.Value.(*value)
	if !c.isFresh(known) {
		c.Store.remove(el)
		return v, false
	}
	c.Store.recent.MoveToFront(el)
	return known.value.(V), true
}

func (c *Cache[K, V]) isFresh(v *value) bool {
	if v.ttl == Always {
		return true
	}
	age := c.Now().Sub(v.added)
	return age >= 0 && age < v.ttl
}

// Add sets the value of k for a TTL.
func (c *Cache[K, V]) Add(k K, v V, ttl time.Duration) {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	c.add(k, v, ttl)
}

func (c *Cache[K, V]) add(k K, v V, ttl time.Duration) {
	added := time.Time{}
	if ttl != Always {
		added = c.Now()
	}
	c.Store.put(&value{c.key(k), v, valueBytes + int64(c.bytes(k, v)), added, ttl})
}

// GetOrAdd returns the value of k. If there is none, it adds a new one with TTL Always.
func (c *Cache[K, V]) GetOrAdd(k K, create func() V) V {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	v, ok := c.get(k)
	if !ok {
		v = create()
		c.add(k, v, Always)
	}
	return v
}

// UpdateSize accounts for a changed size of the value behind a pointer, if the cache still contains it.
func (c *Cache[K, V]) UpdateSize(k K, v V) {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	if el := c.Store.values[c.key(k)]; el != nil && el.Value.(*value).value == any(v) {
		c.Store.resize(el.Value.(*value), valueBytes+int64(c.bytes(k, v)))
	}
}

// All returns the values in no order. It takes time for each value of the store.
func (c *Cache[K, V]) All() iter.Seq2[K, V] {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	all := map[K]V{}
	for k, el := range c.Store.values {
		if v := el.Value.(*value); k.owner == c.Owner && k.cache == c.name && c.isFresh(v) {
			all[k.key.(K)] = v.value.(V)
		}
	}
	return maps.All(all)
}

// Load returns the value of k. If there is none, it calls load once for all concurrent callers of
// this Cache, and adds the value for the returned TTL, if positive. The call continues when the
// first caller leaves, until the deadline of that caller. loaded reports whether this caller made
// the call. A panic is an error of all callers.
func (c *Cache[K, V]) Load(ctx context.Context, k K, load func(context.Context) (V, time.Duration, error)) (v V,
	loaded bool, err error,
) {
	if v, ok := c.Get(k); ok {
		return v, false, nil
	}
	made := false
	done := c.loads.DoChan(fmt.Sprint(k), func() (any, error) {
		if v, ok := c.Get(k); ok { // added meanwhile
			return v, nil
		}
		made = true
		var out V
		var ttl time.Duration
		err := fault.Guard(ctx, func() (err error) {
			detached := context.WithoutCancel(ctx)
			if deadline, ok := ctx.Deadline(); ok {
				var cancel context.CancelFunc
				detached, cancel = context.WithDeadline(detached, deadline)
				defer cancel()
			}
			out, ttl, err = load(detached)
			return err
		})
		if err == nil && ttl > 0 {
			c.Add(k, out, ttl)
		}
		return out, err
	})
	select {
	case a := <-done:
		v, _ = a.Val.(V)
		return v, made, a.Err
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) { // load ends too, with an error that names the slow request
		select {
		case a := <-done:
			v, _ = a.Val.(V)
			return v, made, a.Err
		case <-time.After(errorGrace):
		}
	}
	return v, false, ctx.Err()
}

// errorGrace is how long after its deadline a Load waits for the resulting error.
const errorGrace = time.Second
