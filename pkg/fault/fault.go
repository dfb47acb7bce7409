// Package fault confines a panic to the query that caused it: the panic becomes an error, and the
// process continues. It also defines UserError. It must not depend on other packages of Burnline.
// Start reading at Guard.
package fault

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/errgroup"
)

// Error is a recovered panic. Its text is for users; value and stack are in the log.
type Error struct {
	Value any // the value of panic; not unwrapped, because it is not an error of the user or the server
}

func (*Error) Error() string {
	return "internal error (panic) in Burnline. Details are in the Grafana server log, please report them"
}

// Guard returns f's error. A panic in f is logged with its stack and returned as an *Error.
func Guard(ctx context.Context, f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			backend.Logger.FromContext(ctx).Error("Panic in a query", "panic", fmt.Sprint(value), "stack",
				string(debug.Stack()))
			err = &Error{value}
		}
	}()
	return f()
}

// Group is an errgroup.Group that recovers panics. Goroutines of a query must be started with it.
// The zero value is invalid.
type Group struct {
	ctx    context.Context // for the log
	errors *errgroup.Group
}

// WithContext returns a group and a context that ends with the first error, or when Wait returns.
func WithContext(ctx context.Context) (*Group, context.Context) {
	g, gctx := errgroup.WithContext(ctx)
	return &Group{gctx, g}, gctx
}

// SetLimit bounds the concurrent functions.
func (g *Group) SetLimit(n int) { g.errors.SetLimit(n) }

// Go runs f in a goroutine, within the limit.
func (g *Group) Go(f func() error) {
	g.errors.Go(func() error { return Guard(g.ctx, f) })
}

// Wait waits for all functions and returns the first error.
func (g *Group) Wait() error { return g.errors.Wait() }

// UserError is a mistake that the user can correct. The plugin returns it as a downstream error
// with status 400.
type UserError struct {
	Field   string // of the query or the settings, e.g. "metrics[1]"; "" for the whole
	Message string // the mistake, and the correction
}

// UserErrorf returns a UserError with a formatted message.
func UserErrorf(field, format string, args ...any) error {
	return &UserError{Field: field, Message: fmt.Sprintf(format, args...)}
}

func (e *UserError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// IsUserError reports whether err is, wraps or joins a UserError.
func IsUserError(err error) bool {
	var user *UserError
	return errors.As(err, &user)
}
