package memory

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// maxWait is how long an answer waits for room. Grafana itself gives up after 30 s.
const maxWait = 25 * time.Second

// AnswerLimiter is the memory for the answers that are being made. Several answers share
// it. One that finds no room waits, and is refused when it could never fit.
type AnswerLimiter struct {
	mu      sync.Mutex
	bytes   int64 // for all answers
	taken   int64
	waiting chan struct{} // closed when something is given back
}

// NewAnswerLimiter returns room for answers of so many bytes together.
func NewAnswerLimiter(bytes int64) *AnswerLimiter {
	return &AnswerLimiter{bytes: bytes, waiting: make(chan struct{})}
}

// Reservation is what one answer takes. A nil Stay takes nothing.
type Reservation struct {
	room  *AnswerLimiter
	mu    sync.Mutex
	taken int64
}

// Start begins an answer. The caller must call Leave.
func (r *AnswerLimiter) Start() *Reservation { return &Reservation{room: r} }

// FullError is an answer for which there is no room.
type FullError struct {
	Bytes, Room int64
	Waited      bool // it fits, but not beside the others
}

func (e *FullError) Error() string {
	if e.Waited {
		return fmt.Sprintf("Other answers take the memory that this one needs (%d MiB of %d MiB). Try again in some seconds, choose fewer groups, "+
			"or raise memory_limit_mib of the plugin", mib(e.Bytes), mib(e.Room))
	}
	return fmt.Sprintf("The answer is too large: it needs about %d MiB, and the plugin may use %d MiB for answers. Choose fewer groups or a shorter time, "+
		"or raise memory_limit_mib of the plugin", mib(e.Bytes), mib(e.Room))
}

func mib(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// Grow takes room for more of an answer. The first time it waits until there is
// enough. Later it only fails where the answer as a whole does not fit: an answer
// that waits while it holds room could wait for another that does the same.
func (s *Reservation) Grow(ctx context.Context, bytes int64) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.room
	if s.taken+bytes > r.bytes {
		return &FullError{Bytes: s.taken + bytes, Room: r.bytes}
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	for {
		r.mu.Lock()
		if s.taken > 0 || r.taken+bytes <= r.bytes {
			r.taken += bytes
			s.taken += bytes
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

// Release gives back all that was taken.
func (s *Reservation) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken -= s.taken
	s.taken = 0
	close(r.waiting)
	r.waiting = make(chan struct{})
}

type reservationKey struct{}

// WithReservation returns a context in which an answer takes its room from a stay.
func WithReservation(ctx context.Context, s *Reservation) context.Context {
	return context.WithValue(ctx, reservationKey{}, s)
}

// ReservationOf is the stay of the context, nil without one.
func ReservationOf(ctx context.Context) *Reservation {
	s, _ := ctx.Value(reservationKey{}).(*Reservation)
	return s
}
