package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/burnline/burnline/pkg/telemetry"
)

// retries is the number of attempts and the pauses of a request.
type retries struct {
	attempts    int           // including the first
	first, most time.Duration // pause after the first attempt, and the longest pause; each pause doubles
}

var defaultRetries = retries{attempts: 5, first: 200 * time.Millisecond, most: 5 * time.Second}

// do calls send until the result is final, no attempt is left, or the next pause would end after
// the deadline of ctx. send returns the headers of the response.
func (r retries) do(ctx context.Context, send func() (http.Header, error)) error {
	pause := r.first
	for attempt := 1; ; attempt++ {
		header, err := send()
		cause := retryCause(err)
		if cause == "" || attempt >= r.attempts {
			return err
		}
		wait := pause/2 + rand.N(pause/2+1) //nolint:gosec // jitter, not a secret
		if after := retryAfter(header, time.Now()); after > 0 {
			wait = after + rand.N(r.first) //nolint:gosec // as above
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return err
		}
		pause = min(2*pause, r.most)
		telemetry.Retry(cause)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// mimirBlocksMissing is in Mimir's error while store gateways have not loaded recently uploaded or
// compacted blocks.
const mimirBlocksMissing = "err-mimir-store-consistency-check-failed"

// retryCause returns why a request may succeed when it is repeated; "" if it would fail again. A
// query that timed out would: Prometheus responds with 503, and the caller splits the query.
func retryCause(err error) string {
	var answer *answerError
	switch {
	case err == nil, errors.Is(err, errBodyTooLarge), isTimeout(err):
		return ""
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errBroken):
		return "connection"
	case !errors.As(err, &answer):
		return ""
	}
	switch answer.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		if strings.Contains(answer.text, mimirBlocksMissing) {
			return "blocks"
		}
		return ""
	}
	if answer.kind == v1.ErrTimeout || answer.kind != "" && limitOf(answer.text) != NoLimit {
		return ""
	}
	return strconv.Itoa(answer.status)
}

// retryAfter returns the pause that the server requires: seconds or a date; 0 without the header.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// deadlineBudget limits all requests of one query: after the first timeout the
// rest must finish within twice its duration.
type deadlineBudget struct {
	mu    sync.Mutex
	until time.Time // zero before the first timeout
}

type budgetKey struct{}

// WithDeadlineBudget returns a context for the requests of one query: after the first timeout, all
// others must end within twice its duration. A context that has a budget keeps it.
func WithDeadlineBudget(ctx context.Context) context.Context {
	if budgetOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, budgetKey{}, &deadlineBudget{})
}

// budgetOf returns nil for a request outside of a query.
func budgetOf(ctx context.Context) *deadlineBudget {
	b, _ := ctx.Value(budgetKey{}).(*deadlineBudget)
	return b
}

// minDeadlineBudget is for servers that report a timeout very early.
const minDeadlineBudget = 5 * time.Second

// errBudgetExhausted is the cause of an Error of a query without a remaining budget.
var errBudgetExhausted = fmt.Errorf("the server was too slow for smaller requests, too: %w", context.DeadlineExceeded)

// noteTimeout starts the budget after a request that timed out.
func (b *deadlineBudget) noteTimeout(took time.Duration) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until.IsZero() {
		b.until = time.Now().Add(max(2*took, minDeadlineBudget))
	}
}

// withDeadline applies the budget to the next request. The caller must call done.
func (b *deadlineBudget) withDeadline(ctx context.Context) (_ context.Context, done context.CancelFunc) {
	if b == nil {
		return ctx, func() {}
	}
	b.mu.Lock()
	until := b.until
	b.mu.Unlock()
	if until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, until, errBudgetExhausted)
}

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
