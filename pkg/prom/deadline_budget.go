package prom

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

// WithDeadlineBudget returns a context for the requests of one query: once one of
// them ran into a timeout, all others end within twice that time. A context that has
// a budget already keeps it.
func WithDeadlineBudget(ctx context.Context) context.Context {
	if budgetOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, budgetKey{}, &deadlineBudget{})
}

// budgetOf is nil where a request is no part of a query.
func budgetOf(ctx context.Context) *deadlineBudget {
	b, _ := ctx.Value(budgetKey{}).(*deadlineBudget)
	return b
}

// minDeadlineBudget is for servers that say very soon that they ran out of time.
const minDeadlineBudget = 5 * time.Second

// errBudgetExhausted is the cause of an Error of a query whose budget is used up.
var errBudgetExhausted = fmt.Errorf("the server was too slow for smaller requests, too: %w", context.DeadlineExceeded)

// noteTimeout notes that a request ran out of time after it took so long.
func (b *deadlineBudget) noteTimeout(took time.Duration) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until.IsZero() {
		b.until = time.Now().Add(max(2*took, minDeadlineBudget))
	}
}

// withDeadline bounds the next request; whoever calls it must call done.
func (b *deadlineBudget) withDeadline(ctx context.Context) (_ context.Context, done context.CancelFunc) {
	if b == nil {
		return ctx, func() {}
	}
	b.mu.Lock()
	until := b.until
	b.mu.Unlock()
	if until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, until, errBudgetExhausted)
}
