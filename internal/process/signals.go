package process

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// ErrInterrupted is the error of a demo that the user ended.
var ErrInterrupted = errors.New("interrupted")

// WithSignals returns a context that ends on Ctrl-C, on a terminate signal, and when the parent
// process is gone: a killed mage would otherwise leave its targets running.
func WithSignals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	starter := os.Getppid()
	go func() {
		for {
			select {
			case <-signals:
				cancel(ErrInterrupted)
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
				if os.Getppid() != starter {
					cancel(ErrInterrupted)
				}
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals) // only now: a second signal must not interrupt the end of the programs
		cancel(context.Canceled)
	}
}
