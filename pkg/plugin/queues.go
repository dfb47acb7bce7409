package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
)

// Bounds of concurrent requests. A request beyond them waits, with little more than its text in
// memory, until it gets a turn or its client leaves.
const (
	maxQueryRequests    = 128      // of dashboards, for each data source
	maxAlertRequests    = 64       // of alert rules, for each data source: they never wait for dashboards
	maxResourceCalls    = 16       // that read from the server, for each data source
	maxLists            = 16       // that list data in memory, for each data source
	maxDefinitionReads  = 4        // that only read definitions, of the process: each may use a core for a second
	maxResourceBodyHeld = 64 << 20 // bytes of waiting and running resource calls, of the process
	maxQueryBodyHeld    = 64 << 20 // bytes of waiting and running queries of dashboards, of the process
	callBytes           = 4 << 10  // memory of a call in addition to its body
)

// queues are the queues of one data source.
type queues struct {
	queries, alerts, resources, lists *semaphore.Weighted
}

func newQueues() queues {
	return queues{
		semaphore.NewWeighted(maxQueryRequests), semaphore.NewWeighted(maxAlertRequests),
		semaphore.NewWeighted(maxResourceCalls), semaphore.NewWeighted(maxLists),
	}
}

// Limits that all data sources share.
var (
	definitionReads  = semaphore.NewWeighted(maxDefinitionReads)
	resourceBodyHeld = semaphore.NewWeighted(maxResourceBodyHeld)
	queryBodyHeld    = semaphore.NewWeighted(maxQueryBodyHeld)
)

// Errors of requests beyond the memory limit.
var (
	errTooManyCalls = fmt.Errorf("more than %d MiB of requests of editors are waiting for an answer. Try again in some seconds",
		maxResourceBodyHeld>>20)
	errTooManyQueries = &memory.FullError{Bytes: maxQueryBodyHeld, Limit: maxQueryBodyHeld, Waited: true}
)

// CallResource serves a request of an editor.
func (d *Datasource) CallResource(ctx context.Context, req *backend.CallResourceRequest,
	sender backend.CallResourceResponseSender,
) error {
	held := int64(len(req.Body)+len(req.URL)) + callBytes
	if !resourceBodyHeld.TryAcquire(held) {
		body := []byte(`{"message":"` + errTooManyCalls.Error() + `"}`)
		return sender.Send(&backend.CallResourceResponse{
			Status: http.StatusServiceUnavailable, Body: body,
			Headers: map[string][]string{"Content-Type": {"application/json"}},
		})
	}
	defer resourceBodyHeld.Release(held)
	return fault.Guard(ctx, func() error {
		return d.resources.CallResource(d.admit(ctx, req.GetHTTPHeaders(), req.PluginContext), req, sender)
	})
}

// limitConcurrency returns a handler that waits for a turn. It does not run if the client has left before.
func limitConcurrency(turns *semaphore.Weighted, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := turns.Acquire(r.Context(), 1); err != nil {
			status := statusCanceled
			if errors.Is(err, context.DeadlineExceeded) {
				status = http.StatusServiceUnavailable
			}
			writeError(w, status, fmt.Errorf("the request was waiting for others to be answered: %w", err))
			return
		}
		defer turns.Release(1)
		stay := answerLimiter.Start()
		defer stay.Release()
		next(w, r.WithContext(memory.WithReservation(r.Context(), stay)))
	}
}

// answerShare is the part (1/n) of the process' memory for answers in progress. Counts, responses
// of servers and garbage share the rest.
const answerShare = 4

// storeShare is the part (1/n) for all caches of all data sources, a bound above their cacheMiB.
const storeShare = 2

// maxAnswerBytes bounds the memory for answers if the memory limit is high or unknown.
const maxAnswerBytes = 4 << 30

// answerLimiter limits the memory of answers to dashboards. Answers to alert rules are not limited:
// they are one number for each group, and must not wait.
var answerLimiter = memory.NewAnswerLimiter(maxAnswerBytes)

// SetMemoryLimit sets the memory limit of the process. It must be called once, before any request.
func SetMemoryLimit(limit int64) {
	answerLimiter = memory.NewAnswerLimiter(min(limit/answerShare, maxAnswerBytes))
	memory.SetStoreLimit(limit / storeShare)
}
