package promclient

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"syscall"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/burnline/burnline/pkg/telemetry"
)

// retries says how often, and after what pauses, a request is sent again.
type retries struct {
	attempts    int           // at most, with the first one
	first, most time.Duration // pause after the first attempt, and the longest; each doubles
}

var defaultRetries = retries{attempts: 5, first: 200 * time.Millisecond, most: 5 * time.Second}

// do sends a request until its answer is final, no attempt is left, or the next
// pause would end after the deadline of ctx. The last answer is returned.
func (r retries) do(ctx context.Context, send func() (*http.Response, []byte, error)) (*http.Response, []byte, error) {
	pause := r.first
	for attempt := 1; ; attempt++ {
		resp, body, err := send()
		cause := retryable(resp, body, err)
		if cause == "" || attempt == r.attempts {
			return resp, body, err
		}
		wait := pause/2 + rand.N(pause/2+1) //nolint:gosec // jitter keeps clients apart, it is no secret
		if asked := retryAfter(resp, time.Now()); asked > 0 {
			wait = asked + rand.N(r.first) //nolint:gosec // as above
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return resp, body, err
		}
		pause = min(2*pause, r.most)
		telemetry.Retry(cause)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return resp, body, err
		}
	}
}

// blocksOnTheirWay is in what Mimir says while its store gateways have not loaded
// blocks yet that were uploaded or compacted just now.
const blocksOnTheirWay = "err-mimir-store-consistency-check-failed"

// retryable says why the same request may be answered when it is sent again; ""
// when it would fail again. A query that timed out would: it is answered with a
// 503 by Prometheus, and split instead.
func retryable(resp *http.Response, body []byte, err error) (cause string) {
	switch {
	case errors.Is(err, errBodyTooLarge):
		return ""
	case err != nil:
		if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return "connection"
		}
		return ""
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return ""
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		if bytes.Contains(body, []byte(blocksOnTheirWay)) {
			return "blocks"
		}
		return ""
	}
	if e := fromBody(string(body)); e != nil && (e.Type == v1.ErrTimeout || limitOf(e.Msg) != NoLimit) {
		return ""
	}
	return strconv.Itoa(resp.StatusCode)
}

// retryAfter is how long the server asks to wait: seconds or a date; 0 where it
// does not ask.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.Header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
