package promclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Reason says what kind of failure an Error is, so that callers can decide
// without reading its text.
type Reason int

// The reasons.
const (
	Unreachable  Reason = iota // no connection, or it broke
	Timeout                    // the deadline passed, here or on the server
	BadQuery                   // the server refused the query: 400
	Limit                      // a limit of the server: samples, series, points, length
	Unauthorized               // 401 or 403
	Busy                       // 429, 502, 503, 504: later may work
	ServerFault                // 5xx, or the execution failed
	BadResponse                // not the Prometheus API: HTML, broken JSON, 404
)

// String names the reason for metrics.
func (r Reason) String() string {
	return [...]string{"unreachable", "timeout", "bad_query", "limit", "unauthorized", "busy", "server_fault", "bad_response"}[r]
}

// Error is a failed request. Its text names what was asked, what went wrong and
// what to do next. It never contains credentials: URLs are not part of it.
type Error struct {
	Op      string // API method
	Reason  Reason
	Limit   LimitKind // which limit, where the reason is Limit
	Status  int       // HTTP status where known, else 0
	Message string    // the server's or the network's words
	silent  bool      // a Timeout of a server that answers nobody
	patient bool      // a Timeout after smaller questions, too, were waited for
	first   bool      // met before what was asked: by the question what the server is
	cause   error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("Prometheus %s failed: %s", e.Op, e.Message)
	if hint := e.hint(); hint != "" {
		text += ". " + hint
	}
	return text
}

// Unwrap gives the cause, so that errors.Is sees context errors.
func (e *Error) Unwrap() error { return e.cause }

func (e *Error) hint() string {
	if e.silent {
		return "Check that the server is well: it did not answer a trivial question either"
	}
	if e.patient {
		return "What was read is kept: ask again to go on from there, raise the data source timeout, or shorten the window"
	}
	switch e.Reason {
	case Unreachable:
		return "Check that the server is up and that the data source URL is right"
	case Timeout:
		return "Raise the data source timeout, shorten the window, or group by fewer labels"
	case Limit:
		if e.Limit == Body {
			return "Narrow the selector, group by fewer labels, or raise maxResponseMiB of the data source"
		}
		return "Narrow the selector, group by fewer labels, or raise the server's limit"
	case Unauthorized:
		return "Check the data source's authentication settings"
	case Busy:
		return "The server is overloaded or restarting; try again shortly"
	case BadResponse:
		return "The data source URL does not seem to be a Prometheus API; is a path prefix missing?"
	default:
		return ""
	}
}

// serverTimeout are words under a status that tells nothing: VictoriaMetrics', and
// those of gRPC between the parts of a server.
var serverTimeout = regexp.MustCompile(`timeout exceeded|DeadlineExceeded|query timed out`)

var statusText = regexp.MustCompile(`(?:client|server) error: (\d{3})`)

// classify turns an error of client_golang into an *Error. A cancelled context
// stays as it is: nobody is there to read it.
func classify(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	out := &Error{Op: op, Reason: ServerFault, Message: err.Error(), cause: err}
	var api *v1.Error
	if errors.As(err, &api) {
		out.Message = strings.TrimSpace(api.Msg)
		fromAPI(out, api)
		out.Message = valid(out.Message)
		return out
	}
	var urlErr *url.Error
	var redirect *redirectError
	if errors.As(err, &urlErr) {
		out.Message = urlErr.Err.Error() // without the URL: it may carry credentials
	}
	switch {
	case errors.Is(err, errBodyTooLarge):
		out.Reason, out.Limit, out.Message = Limit, Body, err.Error()
	case errors.Is(err, errPartial):
		out.Reason = ServerFault
	case late(err):
		out.Reason, out.Message, out.silent = Timeout, "no answer within the timeout", errors.Is(err, errSilent)
		if context.Cause(ctx) == errPatience { //nolint:errorlint // it is never wrapped
			out.patient, out.Message = true, "no answer within the timeout, and not to smaller questions in twice that time"
		}
	case errors.As(err, &redirect):
		out.Reason = BadResponse
	default:
		out.Reason = Unreachable
	}
	out.Message = valid(out.Message)
	return out
}

// redirectError is a redirect that is not followed.
type redirectError struct{ text string }

func (e *redirectError) Error() string { return e.text }

// valid makes text of the network fit for answers, which are UTF-8 throughout.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func fromAPI(out *Error, api *v1.Error) {
	if m := statusText.FindStringSubmatch(api.Msg); m != nil {
		out.Status, _ = strconv.Atoi(m[1])
		if inner := fromBody(api.Detail); inner != nil { // Prometheus' own words, under a 503
			out.Message = inner.Msg
			fromAPI(out, inner)
			return
		}
		if detail := firstLine(api.Detail); detail != "" {
			out.Message += ": " + detail
		}
	}
	limit := limitOf(api.Msg + " " + api.Detail)
	switch {
	case api.Type == v1.ErrTimeout:
		out.Reason = Timeout
	case out.Status == 401 || out.Status == 403:
		out.Reason = Unauthorized
	case limit != NoLimit:
		out.Reason, out.Limit = Limit, limit
	case out.Status == 504, serverTimeout.MatchString(api.Msg):
		out.Reason = Timeout // somebody on the way waited no longer
	case out.Status == 429 || out.Status == 502 || out.Status == 503:
		out.Reason = Busy
	case out.Status >= 300 && out.Status < 500:
		out.Reason = BadResponse
	case strings.Contains(api.Msg, "context deadline exceeded"):
		out.Reason = Timeout
	case api.Type == v1.ErrBadData:
		out.Reason, out.Status = BadQuery, 400
	case api.Type == v1.ErrBadResponse:
		out.Reason = BadResponse
	case api.Type == v1.ErrCanceled:
		out.Reason = Busy
	}
}

// fromBody reads the API's error object, which client_golang does not look for
// under every status; nil when the body is something else.
func fromBody(body string) *v1.Error {
	var answer struct {
		ErrorType v1.ErrorType `json:"errorType"`
		Error     string       `json:"error"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error == "" {
		return nil
	}
	return &v1.Error{Type: answer.ErrorType, Msg: answer.Error}
}

// longestLine is how much of an error page is shown, in characters.
const longestLine = 160

// firstLine keeps an error page of a proxy to a readable length.
func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(valid(s)); len(runes) > longestLine {
		return string(runes[:longestLine]) + "..."
	}
	return s
}
