package prom

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/burnline/burnline/pkg/telemetry"
)

// retries sets how often, and after what pauses, a request is sent again.
type retries struct {
	attempts    int           // at most, with the first one
	first, most time.Duration // pause after the first attempt, and the longest; each doubles
}

var defaultRetries = retries{attempts: 5, first: 200 * time.Millisecond, most: 5 * time.Second}

// do sends a request until its answer is final, no attempt is left, or the next
// pause would end after the deadline of ctx. send returns the headers of an answer.
func (r retries) do(ctx context.Context, send func() (http.Header, error)) error {
	pause := r.first
	for attempt := 1; ; attempt++ {
		header, err := send()
		cause := retryCause(err)
		if cause == "" || attempt >= r.attempts {
			return err
		}
		wait := pause/2 + rand.N(pause/2+1) //nolint:gosec // jitter keeps clients apart, it is no secret
		if asked := retryAfter(header, time.Now()); asked > 0 {
			wait = asked + rand.N(r.first) //nolint:gosec // as above
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

// mimirBlocksMissing is in what Mimir says while its store gateways have not loaded
// blocks yet that were uploaded or compacted just now.
const mimirBlocksMissing = "err-mimir-store-consistency-check-failed"

// retryCause is why the same request may be answered when it is sent again; ""
// when it would fail again. A query that timed out would: it is answered with a
// 503 by Prometheus, and split instead.
func retryCause(err error) string {
	var answer *answerError
	switch {
	case err == nil, errors.Is(err, errBodyTooLarge), isTimeout(err):
		return ""
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errBroken):
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

// retryAfter is how long the server asks to wait: seconds or a date; 0 where it
// does not ask.
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
