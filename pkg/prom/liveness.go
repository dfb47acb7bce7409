package prom

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// liveness distinguishes a slow server, for which smaller requests may succeed, from one that does
// not respond at all, for which further requests would only wait for timeouts.
type liveness struct {
	answered atomic.Int64 // Unix nanoseconds of the last response

	mu     sync.Mutex // held during a probe, so that concurrent requests share it
	silent time.Time  // time of the last failed probe
}

// probeTimeout is the timeout of a query that costs the server nothing.
const probeTimeout = time.Second

// errSilent is the cause of an Error with silent set.
var errSilent = errors.New("the server does not respond")

func (l *liveness) markAlive() { l.answered.Store(time.Now().UnixNano()) }

// isDown reports whether the server has responded to no request since a time, such as the start of
// a request that timed out. It probes the server if no response is known.
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
			return false // for example a refused connection: the request reports it better
		}
	}
	l.silent = time.Now()
	return true
}

// isStillDown reports, before a request, whether a server that did not respond still does not: a
// query of many requests, and queued queries, wait for one timeout, and then only for probes.
func (l *liveness) isStillDown(requestedAt time.Time, probe func() error) bool {
	l.mu.Lock()
	was := !l.silent.IsZero() && l.answered.Load() < l.silent.UnixNano()
	l.mu.Unlock()
	return was && l.isDown(requestedAt, probe)
}
