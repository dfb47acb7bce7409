package prom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Reason shows what kind of failure an Error is, so that callers can decide
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
// what to do next. It contains no secret: what came from the network is redacted.
type Error struct {
	Op              string // API method
	Reason          Reason
	Limit           LimitKind // which limit, where the reason is Limit
	Status          int       // HTTP status where known, else 0
	Message         string    // the server's or the network's words, redacted
	silent          bool      // a Timeout of a server that does not answer a health check either
	budgetExhausted bool      // a Timeout after smaller requests timed out, too
	first           bool      // of the detection of the server, before the request itself
	page            bool      // the answer was a page, such as a gateway shows instead of what it does not let through
	cause           error     // without any text of the network
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
		return "The server did not answer a health check (query=1) either. Check that it is up"
	}
	if e.budgetExhausted {
		return "Partial results are cached. Retry to continue, raise the data source timeout, or shorten the window"
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
		return "The server is overloaded or restarting. Try again shortly"
	case BadResponse:
		return "The data source URL does not seem to be a Prometheus API. Is a path prefix missing?"
	default:
		return ""
	}
}

// The causes of errors that have no text of the network.
var (
	errBodyTooLarge  = errors.New("the response is larger than maxResponseMiB")
	errPartial       = errors.New("the server had only a part of the data: some of its storage does not answer")
	errBroken        = errors.New("the connection broke before the answer was complete")
	errRedirectOther = errors.New("redirect to another host")
	errRedirectLoop  = errors.New("stopped after 5 redirects")
)

// causes are the errors that callers may look for in an Error.
var causes = []error{context.DeadlineExceeded, errBodyTooLarge, errPartial, errSilent, errBroken, errIncomplete, errNoEnd, ErrStaleList, ErrNoSampleStream}

// causeOf keeps of an error what has no text of the network.
func causeOf(err error) error {
	var kept []error
	for _, c := range causes {
		if errors.Is(err, c) {
			kept = append(kept, c)
		}
	}
	return errors.Join(kept...)
}

// answerError is an answer that is no success: of the server, or of what stands before it.
type answerError struct {
	status int
	kind   v1.ErrorType // "" where the answer is not the API's
	about  string       // before the text, ours
	text   string
}

func (e *answerError) Error() string { return strings.TrimSuffix(e.about+e.text, ": ") }

// badAnswer is an answer that is not what the API gives.
func badAnswer(text string) error {
	return &answerError{status: http.StatusOK, kind: v1.ErrBadResponse, text: text}
}

// statusError reads the answer to a request that failed.
func statusError(status int, body []byte) *answerError {
	if e := fromBody(body); e != nil {
		e.status = status
		return e
	}
	side := "client"
	if status >= 500 {
		side = "server"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return &answerError{status: status, about: fmt.Sprintf("%s error: %d: ", side, status), text: line}
}

// fromBody reads the API's error object; nil when the body is something else.
func fromBody(body []byte) *answerError {
	var answer struct {
		ErrorType v1.ErrorType `json:"errorType"`
		Error     string       `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Error == "" {
		return nil
	}
	return &answerError{kind: answer.ErrorType, text: answer.Error}
}

// serverTimeout are words under a status that tells nothing: VictoriaMetrics', and
// those of gRPC between the parts of a server.
var serverTimeout = regexp.MustCompile(`timeout exceeded|DeadlineExceeded|query timed out`)

// reason is what kind of failure the answer is.
func (e *answerError) reason() (Reason, LimitKind) {
	limit := limitOf(e.text)
	switch {
	case e.kind == v1.ErrTimeout:
		return Timeout, NoLimit
	case e.status == http.StatusUnauthorized || e.status == http.StatusForbidden:
		return Unauthorized, NoLimit
	case limit != NoLimit:
		return Limit, limit
	case e.status == http.StatusGatewayTimeout, serverTimeout.MatchString(e.text):
		return Timeout, NoLimit // somebody on the way waited no longer
	case e.status == http.StatusTooManyRequests, e.status == http.StatusBadGateway, e.status == http.StatusServiceUnavailable, e.kind == v1.ErrCanceled:
		return Busy, NoLimit
	case e.kind == v1.ErrBadData:
		return BadQuery, NoLimit
	case strings.Contains(e.text, "context deadline exceeded"):
		return Timeout, NoLimit
	case e.kind == v1.ErrBadResponse, e.kind == "" && e.status < 300, e.status >= 300 && e.status < 500 && e.status != http.StatusUnprocessableEntity:
		return BadResponse, NoLimit
	}
	return ServerFault, NoLimit
}

// maxLineCharacters is how much of an error page is shown, in characters.
const maxLineCharacters = 160

// classify turns the failure of a request into an *Error. Texts of the network are
// redacted. A cancelled context stays as it is: nobody is there to read it.
func classify(ctx context.Context, op string, err error, secrets []string) error {
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	out := &Error{Op: op, Reason: Unreachable, cause: causeOf(err)}
	var answer *answerError
	switch {
	case errors.As(err, &answer):
		out.Reason, out.Limit = answer.reason()
		out.Status = answer.status
		text := Redact(strings.TrimSpace(answer.text), secrets...)
		if runes := []rune(text); answer.kind == "" && len(runes) > maxLineCharacters {
			text = string(runes[:maxLineCharacters]) + "..."
		}
		out.Message = strings.TrimSuffix(answer.about+text, ": ")
		out.page = answer.status == http.StatusOK && answer.kind == ""
		return out
	case errors.Is(err, errBodyTooLarge):
		out.Reason, out.Limit = Limit, Body
	case errors.Is(err, errPartial):
		out.Reason = ServerFault
	case errors.Is(err, errRedirectOther), errors.Is(err, errRedirectLoop):
		out.Reason = BadResponse
	case isTimeout(err):
		out.Reason, out.Message, out.silent = Timeout, "no answer within the timeout", errors.Is(err, errSilent)
		if context.Cause(ctx) == errBudgetExhausted { //nolint:errorlint // it is never wrapped
			out.budgetExhausted, out.Message = true, "no answer within the timeout, and none to smaller requests within twice that time"
		}
		return out
	}
	out.Message = Redact(networkText(err), secrets...)
	return out
}

// networkText is the text of a transport's error: without the URL, which may carry
// credentials, and without what a server sent in place of HTTP.
func networkText(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	text := err.Error()
	for _, quoting := range []string{"malformed HTTP", "malformed MIME", "bad Content-Length", "unsupported transfer encoding", "failed to parse Location header", "invalid header", "GOAWAY"} {
		if strings.Contains(text, quoting) {
			return "the answer is not HTTP (" + quoting + ")"
		}
	}
	return text
}

// isTimeout reports whether an error means that nobody answered in time.
func isTimeout(err error) bool {
	var netErr net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout()
}
