package plugin

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/sli"
)

// errorResponse returns the HTTP status of an error, and its source: errors of users and servers
// are downstream errors, all others are plugin errors.
func errorResponse(ctx context.Context, err error) backend.DataResponse {
	status, downstream := statusOf(err)
	source := backend.ErrorSourcePlugin
	if downstream {
		source = backend.ErrorSourceDownstream
	} else {
		backend.Logger.FromContext(ctx).Error("Query failed", "error", err)
	}
	return backend.DataResponse{Error: publicError{err}, Status: backend.Status(status), ErrorSource: source}
}

// maxErrorCharacters bounds the text of an error: a server may respond with a page, or repeat the query.
const maxErrorCharacters = 2000

// plainText returns the text of an error as valid UTF-8 of bounded length. Invalid UTF-8 would make
// the whole response fail.
func plainText(err error) string {
	text := strings.ToValidUTF8(err.Error(), "\uFFFD")
	if runes := []rune(text); len(runes) > maxErrorCharacters {
		return string(runes[:maxErrorCharacters]) + "…"
	}
	return text
}

// publicError replaces the text of an error by its plain text.
type publicError struct{ error }

func (t publicError) Error() string { return plainText(t.error) }
func (t publicError) Unwrap() error { return t.error }

// userMistake is an error of a package below that the user can correct.
type userMistake interface{ UserMistake() bool }

// statusCanceled is the status by which proxies report a client that has left.
const statusCanceled = 499

func statusOf(err error) (status int, downstream bool) {
	var server *prom.Error
	var noBucket *sli.NoBucketError
	var problems catalog.Problems
	var mistake userMistake
	var notWhole *partialError
	var full *memory.FullError
	var set *statusError
	switch {
	case errors.As(err, &set):
		return set.status, true
	case errors.As(err, &full):
		return http.StatusServiceUnavailable, true
	case fault.IsUserError(err), errors.As(err, &noBucket), errors.As(err, &problems), errors.As(err, &mistake) &&
		mistake.UserMistake():
		return http.StatusBadRequest, true
	case errors.As(err, &server):
		return serverStatus[server.Reason], true
	case errors.As(err, &notWhole):
		return http.StatusBadGateway, true
	case errors.Is(err, context.Canceled):
		return statusCanceled, true // the client has left
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout, true
	}
	return http.StatusInternalServerError, false
}

var serverStatus = map[prom.Reason]int{
	prom.Unreachable:  http.StatusBadGateway,
	prom.Timeout:      http.StatusGatewayTimeout,
	prom.BadQuery:     http.StatusBadRequest,
	prom.Limit:        http.StatusUnprocessableEntity,
	prom.Unauthorized: http.StatusUnauthorized,
	prom.Busy:         http.StatusServiceUnavailable,
	prom.ServerFault:  http.StatusBadGateway,
	prom.BadResponse:  http.StatusBadGateway,
}
