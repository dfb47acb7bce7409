package prom

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/fault"
)

// fact is what a server showed of itself, which is believed until an instant.
type fact[T any] struct {
	asking singleflight.Group

	mu      sync.Mutex
	garbled int // answers in a row
	known   T
	until   time.Time
}

// isReliable reports whether what an answer shows may be remembered: it makes sense,
// or it is one of several in a row that do not.
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

// ask returns the fact. Where it is not known any more, find finds out and may set it.
func (f *fact[T]) ask(ctx context.Context, find func(context.Context) (T, error)) (T, error) {
	f.mu.Lock()
	known, until := f.known, f.until
	f.mu.Unlock()
	if time.Now().Before(until) {
		return known, nil
	}
	return loadOnce(ctx, &f.asking, find)
}

// loadOnce runs a function once for all who wait for it at the same time, also when
// the first of them leaves before the answer. A panic is the error of all: in a
// goroutine of its own it would end the process.
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
