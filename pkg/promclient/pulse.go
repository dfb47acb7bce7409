package promclient

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// pulse tells a server that is slow, and may answer a smaller question in time,
// from one that answers nobody: to that, every further question would only make
// the viewer wait for another timeout.
type pulse struct {
	answered atomic.Int64 // Unix nanoseconds of the last answer

	mu     sync.Mutex // held while the server is probed, so that one probe does for all
	silent time.Time  // when it was last found to answer nobody
}

// probeWithin is how long the server has for a question that costs it nothing.
const probeWithin = time.Second

// errSilent is the cause of an Error with silent set.
var errSilent = errors.New("the server answers nobody")

func (p *pulse) beat() { p.answered.Store(time.Now().UnixNano()) }

// gone tells whether the server answers nobody since an instant, such as when a
// request began that is late. It asks the server where nothing else tells.
func (p *pulse) gone(began time.Time, probe func() error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answered.Load() > began.UnixNano() {
		return false
	}
	if !p.silent.After(began) {
		switch err := probe(); {
		case err == nil:
			p.beat()
			return false
		case !late(err):
			return false // a connection that is refused, say: the request tells better
		}
	}
	p.silent = time.Now()
	return true
}

// stillGone tells, before a request, whether a server that fell silent still is:
// a query of many requests, and who waited for a slot, wait for one timeout in
// all and then for probes.
func (p *pulse) stillGone(asked time.Time, probe func() error) bool {
	p.mu.Lock()
	was := !p.silent.IsZero() && p.answered.Load() < p.silent.UnixNano()
	p.mu.Unlock()
	return was && p.gone(asked, probe)
}

// probe asks the server for the value of 1. Any answer is one, a refusal too.
func (c *caller) probe(ctx context.Context, about call) error {
	about.into = nil
	ctx, cancel := context.WithTimeout(withCall(ctx, about), probeWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL("/api/v1/query", nil).String()+"?query=1", nil)
	if err != nil {
		return err
	}
	c.prepare(req, about)
	_, _, err = c.once(ctx, req) //nolint:bodyclose // read and closed there
	return err
}

// late tells whether an error says that nobody answered in time.
func late(err error) bool {
	var netErr net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout()
}
