package promclient

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

// meter bounds an answer on its way in: what comes, uncompressed, and what is
// made of it in memory. Of answers that are large only one at a time goes on.
type meter struct {
	ctx   context.Context
	body  io.Reader
	limit int64 // bytes
	large *semaphore.Weighted

	read, held int64 // bytes that came, and that are held for what was decoded of them
	alone      bool
	err        error // why no more is read; nil at the end
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.body.Read(p)
	m.read += int64(n)
	if tooMuch := m.check(); tooMuch != nil {
		return 0, tooMuch
	}
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// hold counts memory that stays in use for what was read.
func (m *meter) hold(bytes int) error {
	m.held += int64(bytes)
	return m.check()
}

func (m *meter) check() error {
	if size := max(m.read, m.held); size > m.limit {
		m.err = fmt.Errorf("%w (%d MiB)", errBodyTooLarge, m.limit>>20)
	} else if size > m.limit/largeShare && !m.alone && m.err == nil {
		if m.err = m.large.Acquire(m.ctx, 1); m.err == nil {
			m.alone = true
		}
	}
	return m.err
}

// done lets the next large answer in. Nothing of one that was too large may be
// referred to any more: what was made of it is collected first, as garbage of
// several at once would take a multiple of the limit.
func (m *meter) done() {
	if !m.alone {
		return
	}
	if errors.Is(m.err, errBodyTooLarge) {
		runtime.GC()
	}
	m.large.Release(1)
}
