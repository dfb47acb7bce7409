package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// largeShare is the part of the limit from which on an answer is read alone: all
// others together then hold less than one limit more, as there are as many slots.
const largeShare = DefaultConcurrency

// bodyLimiter bounds an answer on its way in: what comes, uncompressed, and what is
// made of it in memory. Of answers that are large only one at a time goes on.
type bodyLimiter struct {
	ctx   context.Context
	body  io.Reader
	limit int64               // bytes
	large *semaphore.Weighted // nil where nothing of the answer is held

	read, held int64 // bytes that came, and that are held for what was decoded of them
	alone      bool
	err        error // why no more is read; nil at the end
}

// Read implements io.Reader.
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

// reserve counts memory that stays in use for what was read.
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

// done lets the next large answer in. Nothing of one that was too large may be
// referred to any more: what was made of it is collected first, as garbage of
// several at once would take a multiple of the limit.
func (l *bodyLimiter) done() {
	if !l.alone {
		return
	}
	if errors.Is(l.err, errBodyTooLarge) {
		runtime.GC()
	}
	l.large.Release(1)
}
