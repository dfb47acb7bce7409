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
	"slices"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Reason is the kind of an Error, so that callers need not read its text.
type Reason int

// The reasons.
const (
	Unreachable  Reason = iota // no connection, or it broke
	Timeout                    // the deadline passed, here or on the server
	BadQuery                   // the server refused the query: 400
	Limit                      // a limit of the server: samples, series, points, length
	Unauthorized               // 401 or 403
	Busy                       // 429, 502, 503: a later request may succeed
	ServerFault                // other 5xx, or the execution failed
	BadResponse                // not the Prometheus API: HTML, broken JSON, 404
)

// String returns the name of the reason in metrics.
func (r Reason) String() string {
	return [...]string{
		"unreachable", "timeout", "bad_query", "limit", "unauthorized", "busy", "server_fault",
		"bad_response",
	}[r]
}

// Error is a failed request. Its text contains the request, the failure and the next step. It
// contains no secret: texts of the network are redacted.
type Error struct {
	Op              string // API method
	Reason          Reason
	Limit           LimitKind // if the reason is Limit
	Status          int       // HTTP status, or 0
	Message         string    // of the server or network, redacted
	silent          bool      // a Timeout of a server that does not respond to a health check either
	budgetExhausted bool      // a Timeout after smaller requests timed out, too
	first           bool      // failed in the detection of the server, before the request itself
	page            bool      // the response was a page, for example of a gateway that blocks the request
	cause           error     // without texts of the network
}

func (e *Error) Error() string {
	text := fmt.Sprintf("Prometheus %s failed: %s", e.Op, e.Message)
	if hint := e.hint(); hint != "" {
		text += ". " + hint
	}
	return text
}

// Unwrap returns the cause, for checks of context errors.
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

// Causes of errors without texts of the network.
var (
	errBodyTooLarge  = errors.New("the response is larger than maxResponseMiB")
	errPartial       = errors.New("the server returned partial data: some of its storage is unavailable")
	errBroken        = errors.New("the connection broke before the answer was complete")
	errRedirectOther = errors.New("redirect to another host")
	errRedirectLoop  = errors.New("stopped after 5 redirects")
)

// causes are the errors that callers may look for in an Error.
var causes = []error{
	context.DeadlineExceeded, errBodyTooLarge, errPartial, errSilent, errBroken, errIncomplete,
	errNoEnd, ErrStaleList, ErrNoSampleStream,
}

// causeOf returns the part of an error without texts of the network.
func causeOf(err error) error {
	return errors.Join(slices.DeleteFunc(slices.Clone(causes), func(c error) bool { return !errors.Is(err, c) })...)
}

// answerError is an unsuccessful response of the server, or of a proxy.
type answerError struct {
	status int
	kind   v1.ErrorType // "" if the response is not of the API
	about  string       // precedes the text
	text   string
}

func (e *answerError) Error() string { return strings.TrimSuffix(e.about+e.text, ": ") }

func badAnswer(text string) error {
	return &answerError{status: http.StatusOK, kind: v1.ErrBadResponse, text: text}
}

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

// fromBody reads the API's error object; nil for other content.
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

// serverTimeout matches the texts of timeouts with an unspecific status: of VictoriaMetrics, and of
// gRPC between components of a server.
var serverTimeout = regexp.MustCompile(`timeout exceeded|DeadlineExceeded|query timed out`)

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
		return Timeout, NoLimit // a component in between timed out
	case e.status == http.StatusTooManyRequests, e.status == http.StatusBadGateway,
		e.status == http.StatusServiceUnavailable, e.kind == v1.ErrCanceled:
		return Busy, NoLimit
	case e.kind == v1.ErrBadData:
		return BadQuery, NoLimit
	case strings.Contains(e.text, "context deadline exceeded"):
		return Timeout, NoLimit
	case e.kind == v1.ErrBadResponse, e.kind == "" && e.status < 300, e.status >= 300 && e.status < 500 &&
		e.status != http.StatusUnprocessableEntity:
		return BadResponse, NoLimit
	}
	return ServerFault, NoLimit
}

// maxLineCharacters bounds the quoted part of an error page.
const maxLineCharacters = 160

// classify converts the failure of a request to an *Error, with redacted texts. It returns errors
// of a canceled context unchanged.
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
		if context.Cause(ctx) == errBudgetExhausted { //nolint:errorlint // never wrapped
			out.budgetExhausted, out.Message = true,
				"no answer within the timeout, and none to smaller requests within twice that time"
		}
		return out
	}
	out.Message = Redact(networkText(err), secrets...)
	return out
}

// networkText returns the text of a transport's error without the URL, which may contain
// credentials, and without text of the server.
func networkText(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	text := err.Error()
	for _, quoting := range []string{
		"malformed HTTP", "malformed MIME", "bad Content-Length",
		"unsupported transfer encoding", "failed to parse Location header", "invalid header", "GOAWAY",
	} {
		if strings.Contains(text, quoting) {
			return "the answer is not HTTP (" + quoting + ")"
		}
	}
	return text
}

// isTimeout reports whether an error means that no response arrived in time.
func isTimeout(err error) bool {
	var netErr net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout()
}
