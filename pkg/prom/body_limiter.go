package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// largeShare is the share (1/n) of the limit from which a response is read exclusively. As there
// are n slots, all other responses together then use less than one limit.
const largeShare = DefaultConcurrency

// bodyLimiter limits a response while it is read: its uncompressed bytes, and the memory of its
// decoded values. Only one large response is read at a time.
type bodyLimiter struct {
	ctx   context.Context
	body  io.Reader
	limit int64               // in bytes
	large *semaphore.Weighted // nil if the response is not stored

	read, held int64 // bytes read, and bytes of decoded values
	alone      bool
	err        error // why reading ended; nil at the end of the response
}

func (l *bodyLimiter) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.body.Read(p)
	l.read += int64(n)
	if tooMuch := l.check(); tooMuch != nil {
		return 0, tooMuch
	}
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

func (l *bodyLimiter) reserve(bytes int) error {
	l.held += int64(bytes)
	return l.check()
}

func (l *bodyLimiter) check() error {
	if size := max(l.read, l.held); size > l.limit {
		l.err = fmt.Errorf("%w (%d MiB)", errBodyTooLarge, l.limit>>20)
	} else if size > l.limit/largeShare && !l.alone && l.large != nil && l.err == nil {
		if l.err = l.large.Acquire(l.ctx, 1); l.err == nil {
			l.alone = true
		}
	}
	return l.err
}

// done allows the next large response. A response that was too large must not be referenced any
// more: its values are collected first, because the garbage of several would be a multiple of the
// limit.
func (l *bodyLimiter) done() {
	if !l.alone {
		return
	}
	if errors.Is(l.err, errBodyTooLarge) {
		runtime.GC()
	}
	l.large.Release(1)
}
