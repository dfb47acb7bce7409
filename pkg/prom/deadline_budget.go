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
	until time.Time // zero before the first timeout
}

type budgetKey struct{}

// WithDeadlineBudget returns a context for the requests of one query: after the first timeout, all
// others must end within twice its duration. A context that has a budget keeps it.
func WithDeadlineBudget(ctx context.Context) context.Context {
	if budgetOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, budgetKey{}, &deadlineBudget{})
}

// budgetOf returns nil for a request outside of a query.
func budgetOf(ctx context.Context) *deadlineBudget {
	b, _ := ctx.Value(budgetKey{}).(*deadlineBudget)
	return b
}

// minDeadlineBudget is for servers that report a timeout very early.
const minDeadlineBudget = 5 * time.Second

// errBudgetExhausted is the cause of an Error of a query without a remaining budget.
var errBudgetExhausted = fmt.Errorf("the server was too slow for smaller requests, too: %w", context.DeadlineExceeded)

// noteTimeout starts the budget after a request that timed out.
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

// withDeadline applies the budget to the next request. The caller must call done.
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
