package promclient

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// question is what somebody waits for: all requests that answer it share how
// long a server that is too slow may keep them. A first request that is late
// starts the clock: smaller ones may be in time, but all of them together get
// twice what the first one took.
type question struct {
	mu    sync.Mutex
	until time.Time // zero while no request was late
}

type questionKey struct{}

// Question is a context whose requests belong together, as those of one query do:
// once one of them ran into a timeout, all others end within twice that time. A
// context that has a question already keeps it.
func Question(ctx context.Context) context.Context {
	if questionOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, questionKey{}, &question{})
}

// questionOf is nil where requests are on their own.
func questionOf(ctx context.Context) *question {
	q, _ := ctx.Value(questionKey{}).(*question)
	return q
}

// leastPatience is for servers that say very soon that they ran out of time.
const leastPatience = 5 * time.Second

// errPatience is the cause of an Error of a question that waited long enough.
var errPatience = fmt.Errorf("the server was too slow for smaller questions, too: %w", context.DeadlineExceeded)

// late notes that a request ran out of time after it took so long.
func (q *question) late(took time.Duration) {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.until.IsZero() {
		q.until = time.Now().Add(max(2*took, leastPatience))
	}
}

// within bounds the next request; whoever calls it must call done.
func (q *question) within(ctx context.Context) (_ context.Context, done context.CancelFunc) {
	if q == nil {
		return ctx, func() {}
	}
	q.mu.Lock()
	until := q.until
	q.mu.Unlock()
	if until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, until, errPatience)
}
