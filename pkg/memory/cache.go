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

// Cache is what one owner remembers of one kind, in a Store. Caches of the same
// owner and name share their values. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	Scope
	name  string
	bytes func(K, V) int
	loads singleflight.Group
}

// Scope is where, as whom, and by which clock something is remembered.
type Scope struct {
	Store *Store
	Owner string
	Now   func() time.Time
}

// Always is the TTL of a value that is used until it is evicted.
const Always time.Duration = math.MaxInt64

// valueBytes is what the store itself takes for a value.
const valueBytes = 256

// NewCache returns a cache. Its name is in the metrics. bytes is about what a value takes, with its key.
func NewCache[K comparable, V any](s Scope, name string, bytes func(K, V) int) *Cache[K, V] {
	return &Cache[K, V]{Scope: s, name: name, bytes: bytes}
}

func (c *Cache[K, V]) key(k K) key { return key{c.Owner, c.name, k} }

// Get returns the value of k. Where the clock has been set back behind the time
// at which the value was added, there is none.
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

// Add sets the value of k, which may be used for a while.
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

// GetOrAdd returns the value of k, and adds a new one for Always where there is none.
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

// UpdateSize accounts for a pointer that the cache may still hold, after what it points to has changed.
func (c *Cache[K, V]) UpdateSize(k K, v V) {
	c.Store.mu.Lock()
	defer c.Store.mu.Unlock()
	if el := c.Store.values[c.key(k)]; el != nil && el.Value.(*value).value == any(v) {
		c.Store.resize(el.Value.(*value), valueBytes+int64(c.bytes(k, v)))
	}
}

// All returns the values, in no order. It takes time for each value of the store.
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

// Load returns the value of k. Where there is none it calls ask, once for all who
// wait for k on this Cache at the same time, and adds the value for the TTL that ask
// returns, if any. The call goes on when the first of them leaves, until the deadline that this one had. asked reports
// whether this Load made it. A panic is the error of all.
func (c *Cache[K, V]) Load(ctx context.Context, k K, load func(context.Context) (V, time.Duration, error)) (v V, loaded bool, err error) {
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
	if errors.Is(ctx.Err(), context.DeadlineExceeded) { // ask ends as well, and its error names what was too slow
		select {
		case a := <-done:
			v, _ = a.Val.(V)
			return v, made, a.Err
		case <-time.After(errorGrace):
		}
	}
	return v, false, ctx.Err()
}

// errorGrace is how long past its deadline a Load waits for the error that the deadline causes.
const errorGrace = time.Second
