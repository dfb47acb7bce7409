package memory

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is a manual clock.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func texts(s *Store, owner, name string, c *clock) *Cache[string, string] {
	return NewCache(Scope{s, owner, c.now}, name, func(k, v string) int { return len(k) + len(v) })
}

func testStore(t *testing.T, limit int64) *Store {
	s := NewStore(limit)
	t.Cleanup(s.Close)
	return s
}

func TestAValueIsUsedForItsTTL(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	cache := texts(testStore(t, 1<<20), "ann", "a", c)
	cache.Add("k", "v", time.Minute)
	cache.Add("always", "v", Always)
	for _, tt := range []struct {
		after time.Duration
		ok    bool
	}{{0, true}, {59 * time.Second, true}, {-time.Second, false}} {
		cache.Add("k", "v", time.Minute)
		c.at = c.at.Add(tt.after)
		_, ok := cache.Get("k")
		require.Equal(t, tt.ok, ok, tt.after)
	}
	cache.Add("k", "v", time.Minute)
	c.at = c.at.Add(time.Minute)
	require.Len(t, collect(cache), 1, "only the one for always")
	_, ok := cache.Get("k")
	require.False(t, ok)
	v, ok := cache.Get("always")
	require.True(t, ok)
	require.Equal(t, "v", v)
	held, _ := cache.Store.Bytes()
	require.EqualValues(t, valueBytes+len("always")+len("v"), held, "what is too old was dropped when it was asked for")
}

func collect(c *Cache[string, string]) map[string]string {
	out := map[string]string{}
	for k, v := range c.All() {
		out[k] = v
	}
	return out
}

// All caches of all owners share the bytes of a store. The least recently used value is evicted.
func TestAStoreStaysWithinItsBytes(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	const each = valueBytes + 1 + 743 // 1,000 bytes
	s := testStore(t, 10*each)
	v := string(make([]byte, 743))
	caches := []*Cache[string, string]{texts(s, "ann", "a", c), texts(s, "ann", "b", c), texts(s, "ben", "a", c)}
	for i := range 10 {
		caches[i%3].Add(fmt.Sprint(i), v, time.Hour)
	}
	held, limit := s.Bytes()
	require.EqualValues(t, []int64{10_000, 10_000}, []int64{held, limit})
	_, ok := caches[0].Get("0")
	require.True(t, ok)
	caches[1].Add("x", v, time.Hour)
	_, ok = caches[1].Get("1")
	require.False(t, ok, "the oldest")
	_, ok = caches[0].Get("0")
	require.True(t, ok, "used since")
	byCache, _ := s.CacheBytes()
	require.Equal(t, map[string]int64{"a": 7000, "b": 3000}, byCache)
	caches[0].Add("0", "short", time.Hour)
	byCache, _ = s.CacheBytes()
	require.Equal(t, map[string]int64{"a": 6000 + valueBytes + 6, "b": 3000}, byCache,
		"replaced, and not counted twice")
	caches[0].Add("L", string(make([]byte, 20_000)), time.Hour)
	held, _ = s.Bytes()
	require.Zero(t, held, "one that never fits is not held")
}

func TestForgetDropsAllOfAnOwner(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	s := testStore(t, 1<<20)
	a, b, other := texts(s, "ann", "a", c), texts(s, "ann", "b", c), texts(s, "ben", "a", c)
	for _, cache := range []*Cache[string, string]{a, b, other} {
		cache.Add("k", "v", Always)
	}
	_, ok := texts(s, "ann", "a", c).Get("k")
	require.True(t, ok, "caches of one name and owner share values")
	s.Forget("ann")
	require.Empty(t, collect(a))
	require.Empty(t, collect(b))
	require.Len(t, collect(other), 1)
	held, _ := s.Bytes()
	require.EqualValues(t, valueBytes+2, held)
	s.Close()
	s.Close()
	other.Add("k", "v", Always)
	require.Equal(t, "new", other.GetOrAdd("k", func() string { return "new" }))
	require.Empty(t, collect(other), "a closed store holds nothing")
}

func TestPointersGrow(t *testing.T) {
	s := testStore(t, valueBytes+100)
	c := NewCache(Scope{Store: s}, "n", func(_ int, n *int) int { return *n })
	n := c.GetOrAdd(1, func() *int { return new(int) })
	*n = 100
	c.UpdateSize(1, n)
	held, _ := s.Bytes()
	require.EqualValues(t, valueBytes+100, held)
	c.UpdateSize(1, new(int))
	held, _ = s.Bytes()
	require.EqualValues(t, valueBytes+100, held, "another value is not the one that is held")
	*n = 101
	c.UpdateSize(1, n)
	c.UpdateSize(1, n)
	held, _ = s.Bytes()
	require.Zero(t, held)
}

// The stores of all data sources share the bytes of the process. The largest one evicts.
func TestStoresStayWithinTheBytesOfTheProcess(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	b := &budget{limit: math.MaxInt64, stores: map[*Store]bool{}}
	large, small := b.newStore(1<<30), b.newStore(1<<30)
	t.Cleanup(large.Close)
	t.Cleanup(small.Close)
	v := string(make([]byte, 1000-valueBytes-3))
	for i := range 90 {
		texts(large, "", "a", c).Add(fmt.Sprintf("%03d", i), v, Always)
	}
	b.limit = 100_000
	for i := range 40 {
		texts(small, "", "a", c).Add(fmt.Sprintf("%03d", i), v, Always)
	}
	one, _ := large.Bytes()
	other, _ := small.Bytes()
	require.EqualValues(t, []int64{60_000, 40_000}, []int64{one, other})
	large.Close()
	require.EqualValues(t, 40_000, b.total)
}

func TestOneLoadServesAllWhoWait(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	cache := texts(testStore(t, 1<<20), "ann", "a", c)
	calls, let, began := 0, make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) (string, time.Duration, error) {
		calls++
		close(began)
		<-let
		return "v", time.Minute, ctx.Err()
	}
	first, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, _, err := cache.Load(first, "k", load)
		gone <- err
	}()
	<-began
	leave()
	require.ErrorIs(t, <-gone, context.Canceled)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			v, loaded, err := cache.Load(t.Context(), "k", load)
			if v != "v" || loaded || err != nil {
				t.Error(v, loaded, err)
			}
		})
	}
	close(let)
	all.Wait()
	require.Equal(t, 1, calls)

	c.at = c.at.Add(time.Hour)
	failed := errors.New("the server is away")
	_, loaded, err := cache.Load(t.Context(), "k",
		func(context.Context) (string, time.Duration, error) { return "", time.Minute, failed })
	require.ErrorIs(t, err, failed)
	require.True(t, loaded)
	for range 2 {
		v, loaded, err := cache.Load(t.Context(), "k",
			func(context.Context) (string, time.Duration, error) { return "partial", 0, nil })
		require.NoError(t, err)
		require.True(t, loaded, "neither a failure nor what has no TTL is held")
		require.Equal(t, "partial", v)
	}
	_, _, err = cache.Load(t.Context(), "k",
		func(context.Context) (string, time.Duration, error) { panic("a mistake") })
	require.ErrorContains(t, err, "internal error (panic)")
}
