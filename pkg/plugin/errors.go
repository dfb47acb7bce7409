package plugin

import (
	"context"
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/promclient"
	"github.com/burnline/burnline/pkg/sli"
)

// errorResponse gives an error its HTTP status and says whose it is: the
// user's and the server's are downstream, the rest is ours.
func errorResponse(ctx context.Context, err error) backend.DataResponse {
	status, downstream := statusOf(err)
	source := backend.ErrorSourcePlugin
	if downstream {
		source = backend.ErrorSourceDownstream
	} else {
		backend.Logger.FromContext(ctx).Error("Query failed", "error", err)
	}
	return backend.DataResponse{Error: err, Status: backend.Status(status), ErrorSource: source}
}

func statusOf(err error) (status int, downstream bool) {
	var server *promclient.Error
	var noBucket *sli.NoBucketError
	var problems catalog.Problems
	switch {
	case models.IsUserError(err), errors.As(err, &noBucket), errors.As(err, &problems):
		return http.StatusBadRequest, true
	case errors.As(err, &server):
		return serverStatus[server.Reason], true
	case errors.Is(err, context.Canceled):
		return 499, true // nobody waits for the answer any more
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout, true
	}
	return http.StatusInternalServerError, false
}

var serverStatus = map[promclient.Reason]int{
	promclient.Unreachable:  http.StatusBadGateway,
	promclient.Timeout:      http.StatusGatewayTimeout,
	promclient.BadQuery:     http.StatusBadRequest,
	promclient.Limit:        http.StatusUnprocessableEntity,
	promclient.Unauthorized: http.StatusUnauthorized,
	promclient.Busy:         http.StatusServiceUnavailable,
	promclient.ServerFault:  http.StatusBadGateway,
	promclient.BadResponse:  http.StatusBadGateway,
}
