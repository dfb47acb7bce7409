// Package fault keeps a mistake of ours in one query: a panic becomes the error of whoever asked, instead of the end of the
// process that serves everybody.
package fault

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/errgroup"
)

// Error is a panic that was caught. Its text is for users: what panicked and where is in the log.
type Error struct {
	Value any // what panic was called with; not unwrapped: it says nothing of the user or the server
}

func (*Error) Error() string {
	return "internal error (panic) in Burnline. Details are in the Grafana server log, please report them"
}

// Guard is f's error. A panic in f is logged with its stack and given as an *Error.
func Guard(ctx context.Context, f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			backend.Logger.FromContext(ctx).Error("Panic in a query", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = &Error{value}
		}
	}()
	return f()
}

// Group is an errgroup.Group whose functions are guarded: whoever starts a goroutine for a query starts it here. The zero
// value is not of use.
type Group struct {
	ctx    context.Context // of the group, for its log
	errors *errgroup.Group
}

// WithContext returns a group and a context that ends with the first error, or when Wait returns.
func WithContext(ctx context.Context) (*Group, context.Context) {
	g, gctx := errgroup.WithContext(ctx)
	return &Group{gctx, g}, gctx
}

// SetLimit bounds the functions that run side by side.
func (g *Group) SetLimit(n int) { g.errors.SetLimit(n) }

// Go runs f in a goroutine of the group, once the limit allows.
func (g *Group) Go(f func() error) {
	g.errors.Go(func() error { return Guard(g.ctx, f) })
}

// Wait waits for all of them and gives the first error.
func (g *Group) Wait() error { return g.errors.Wait() }
