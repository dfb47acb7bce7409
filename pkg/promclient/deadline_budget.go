package promclient

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// deadlineBudget limits all requests of one query: after the first timeout the
// rest must finish within twice its duration.
type deadlineBudget struct {
	mu    sync.Mutex
	until time.Time // zero while no request was late
}

type budgetKey struct{}

// Question is a context whose requests belong together, as those of one query do:
// once one of them ran into a timeout, all others end within twice that time. A
// context that has a question already keeps it.
func Question(ctx context.Context) context.Context {
	if budgetOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, budgetKey{}, &deadlineBudget{})
}

// budgetOf is nil where a request is no part of a query.
func budgetOf(ctx context.Context) *deadlineBudget {
	q, _ := ctx.Value(budgetKey{}).(*deadlineBudget)
	return q
}

// leastPatience is for servers that say very soon that they ran out of time.
const leastPatience = 5 * time.Second

// errPatience is the cause of an Error of a query whose budget is used up.
var errPatience = fmt.Errorf("the server was too slow for smaller questions, too: %w", context.DeadlineExceeded)

// late notes that a request ran out of time after it took so long.
func (q *deadlineBudget) late(took time.Duration) {
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
func (q *deadlineBudget) within(ctx context.Context) (_ context.Context, done context.CancelFunc) {
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
