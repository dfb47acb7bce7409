package memory

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// maxWait is the longest wait of an answer for memory. Grafana's own timeout is 30 s.
const maxWait = 25 * time.Second

// AnswerLimiter limits the memory of answers in progress. An answer waits for memory. It is refused
// if it could never fit.
type AnswerLimiter struct {
	mu      sync.Mutex
	bytes   int64 // limit of all answers
	taken   int64
	waiting chan struct{} // closed when memory is released
}

// NewAnswerLimiter returns a limiter of all answers together.
func NewAnswerLimiter(bytes int64) *AnswerLimiter {
	return &AnswerLimiter{bytes: bytes, waiting: make(chan struct{})}
}

// Reservation is the memory of one answer. A nil Reservation is unlimited.
type Reservation struct {
	limiter *AnswerLimiter
	mu      sync.Mutex
	bytes   int64
}

// Start begins an answer without memory. The caller must call Release.
func (r *AnswerLimiter) Start() *Reservation { return &Reservation{limiter: r} }

// FullError is returned if the memory limit leaves no room for a result.
type FullError struct {
	Bytes, Limit int64
	Waited       bool // it fits, but other answers use the memory
}

func (e *FullError) Error() string {
	if e.Waited {
		return fmt.Sprintf("Other answers use the memory that this one needs (%d MiB of %d MiB). Try again in some seconds, choose fewer groups, "+
			"or raise memory_limit_mib of the plugin", mib(e.Bytes), mib(e.Limit))
	}
	return fmt.Sprintf("The answer is too large: it needs about %d MiB, and the plugin may use %d MiB for answers. Choose fewer groups or a shorter time, "+
		"or raise memory_limit_mib of the plugin", mib(e.Bytes), mib(e.Limit))
}

func mib(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// Grow reserves more memory for an answer. The first call waits until there is enough. Later calls
// only fail if the answer as a whole exceeds the limit: answers that wait while they have memory
// could wait for each other.
func (s *Reservation) Grow(ctx context.Context, bytes int64) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.limiter
	if s.bytes+bytes > r.bytes {
		return &FullError{Bytes: s.bytes + bytes, Limit: r.bytes}
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	for {
		r.mu.Lock()
		if s.bytes > 0 || r.taken+bytes <= r.bytes {
			r.taken += bytes
			s.bytes += bytes
			r.mu.Unlock()
			return nil
		}
		waiting := r.waiting
		r.mu.Unlock()
		select {
		case <-waiting:
		case <-ctx.Done():
			if context.Cause(ctx) == context.Canceled { //nolint:errorlint // the cause itself
				return ctx.Err()
			}
			return &FullError{bytes, r.bytes, true}
		}
	}
}

// Release returns all memory of the answer.
func (s *Reservation) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.limiter
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken -= s.bytes
	s.bytes = 0
	close(r.waiting)
	r.waiting = make(chan struct{})
}

type reservationKey struct{}

// WithReservation returns a context with the reservation of an answer.
func WithReservation(ctx context.Context, s *Reservation) context.Context {
	return context.WithValue(ctx, reservationKey{}, s)
}

// ReservationOf returns the reservation of a context, or nil.
func ReservationOf(ctx context.Context) *Reservation {
	s, _ := ctx.Value(reservationKey{}).(*Reservation)
	return s
}
