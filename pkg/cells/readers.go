package cells

import (
	"context"
	"sync"
	"time"
)

// readers counts the Reads that wait for fetches. Without any for a while, the fetches end.
type readers struct {
	mu     sync.Mutex
	n      int
	linger time.Duration
	cancel context.CancelFunc // nil before begin
	idle   *time.Timer        // runs while n is 0
}

// begin returns a context for the fetches of the first Read. It has the values and the deadline of
// ctx, but is not canceled with ctx. The caller must call end.
func (r *readers) begin(ctx context.Context, linger time.Duration) (detached context.Context, end context.CancelFunc) {
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := cancel
	if deadline, ok := ctx.Deadline(); ok {
		detached, stop = context.WithDeadline(detached, deadline)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.linger, r.cancel = linger, cancel
	return detached, func() {
		stop()
		cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.stopIdle()
		r.cancel = nil
	}
}

func (r *readers) join() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	r.stopIdle()
}

func (r *readers) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n--; r.n == 0 && r.cancel != nil {
		r.idle = time.AfterFunc(r.linger, r.cancel)
	}
}

func (r *readers) stopIdle() {
	if r.idle != nil {
		r.idle.Stop()
		r.idle = nil
	}
}

// wait waits for a fetch of another Read. It returns the error of ctx if ctx ends first.
func (f *fetch) wait(ctx context.Context) error {
	f.readers.join()
	defer f.readers.leave()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
