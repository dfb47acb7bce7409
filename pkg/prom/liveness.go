package prom

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// liveness distinguishes a slow server, for which smaller requests may succeed,
// from one that does not respond at all: to that, every further request would only
// make the viewer wait for another timeout.
type liveness struct {
	answered atomic.Int64 // Unix nanoseconds of the last answer

	mu     sync.Mutex // held while the server is probed, so that one probe does for all
	silent time.Time  // when it was last found not to respond
}

// probeTimeout is how long the server has for a query that costs it nothing.
const probeTimeout = time.Second

// errSilent is the cause of an Error with silent set.
var errSilent = errors.New("the server answers nobody")

func (l *liveness) markAlive() { l.answered.Store(time.Now().UnixNano()) }

// isDown reports whether the server has answered no request since an instant, such
// as when a request began that timed out. It probes the server where no answer shows it.
func (l *liveness) isDown(began time.Time, probe func() error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answered.Load() > began.UnixNano() {
		return false
	}
	if !l.silent.After(began) {
		switch err := probe(); {
		case err == nil:
			l.markAlive()
			return false
		case !isTimeout(err):
			return false // a connection that is refused, say: the request shows it better
		}
	}
	l.silent = time.Now()
	return true
}

// isStillDown reports, before a request, whether a server that did not respond
// still does not: a query of many requests, and who waited for a slot, wait for one
// timeout in all and then for probes.
func (l *liveness) isStillDown(asked time.Time, probe func() error) bool {
	l.mu.Lock()
	was := !l.silent.IsZero() && l.answered.Load() < l.silent.UnixNano()
	l.mu.Unlock()
	return was && l.isDown(asked, probe)
}
