package demo

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// errInterrupted is why a demo ends that somebody ended.
var errInterrupted = errors.New("interrupted")

// WithSignals is a context that ends on Ctrl-C, on a request to terminate, and when the process that started this one
// is gone: a killed mage would otherwise leave its targets running.
func WithSignals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	starter := os.Getppid()
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-signals:
				cancel(errInterrupted)
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
				if os.Getppid() != starter {
					cancel(errInterrupted)
				}
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}
