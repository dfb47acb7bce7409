package process

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// ErrInterrupted is why a demo ends that somebody ended.
var ErrInterrupted = errors.New("interrupted")

// WithSignals is a context that ends on Ctrl-C, on a request to terminate, and when the process
// that started this one is gone: a killed mage would otherwise leave its targets running.
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
		signal.Stop(signals) // only now: a second signal must not interrupt what ends the programs
		cancel(context.Canceled)
	}
}
