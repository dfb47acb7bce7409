package prom

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/fault"
)

// fact is a property of a server, cached until a time.
type fact[T any] struct {
	inflight singleflight.Group

	mu      sync.Mutex
	garbled int // consecutive garbled responses
	known   T
	until   time.Time
}

// isReliable reports whether a response may be cached: it makes sense, or it is one of several
// consecutive ones that do not.
func (f *fact[T]) isReliable(isGarbled bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.garbled++; !isGarbled {
		f.garbled = 0
	}
	return f.garbled == 0 || f.garbled >= maxReadFailures
}

func (f *fact[T]) set(known T, length time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known, f.until = known, time.Now().Add(length)
}

// ask returns the cached fact. If it has expired, it calls find, which may set it.
func (f *fact[T]) ask(ctx context.Context, find func(context.Context) (T, error)) (T, error) {
	f.mu.Lock()
	known, until := f.known, f.until
	f.mu.Unlock()
	if time.Now().Before(until) {
		return known, nil
	}
	return loadOnce(ctx, &f.inflight, find)
}

// loadOnce runs a function once for all concurrent callers, also when the first one leaves before
// the end. A panic is an error of all: in a separate goroutine it would end the process.
func loadOnce[T any](ctx context.Context, group *singleflight.Group, do func(context.Context) (T, error)) (T, error) {
	done := group.DoChan("", func() (any, error) {
		var v T
		err := fault.Guard(ctx, func() (err error) {
			v, err = do(context.WithoutCancel(ctx))
			return err
		})
		return v, err
	})
	select {
	case a := <-done:
		v, _ := a.Val.(T)
		return v, a.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
