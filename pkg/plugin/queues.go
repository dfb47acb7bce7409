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

// Bounds of what is answered at the same time. A request beyond them waits with
// little more than its text in memory, until its turn or until its client leaves.
const (
	maxQueryRequests    = 128      // of dashboards, for each data source
	maxAlertRequests    = 64       // of alert rules, for each data source: they never wait for dashboards
	maxResourceCalls    = 16       // that read from the server, for each data source
	maxLists            = 16       // resource calls that list what is in memory, for each data source
	maxDefinitionReads  = 4        // resource calls that only read definitions, of the process: each may keep a core busy for a second
	maxResourceBodyHeld = 64 << 20 // bytes of resource calls that wait or are answered, of the process
	maxQueryBodyHeld    = 64 << 20 // likewise of queries of dashboards
	callBytes           = 4 << 10  // that a call takes beside its body
)

// queues are those of one data source.
type queues struct {
	queries, alerts, resources, lists *semaphore.Weighted
}

func newQueues() queues {
	return queues{
		semaphore.NewWeighted(maxQueryRequests), semaphore.NewWeighted(maxAlertRequests),
		semaphore.NewWeighted(maxResourceCalls), semaphore.NewWeighted(maxLists),
	}
}

// Turns that all data sources share.
var (
	definitionReads  = semaphore.NewWeighted(maxDefinitionReads)
	resourceBodyHeld = semaphore.NewWeighted(maxResourceBodyHeld)
	queryBodyHeld    = semaphore.NewWeighted(maxQueryBodyHeld)
)

// Answers where there is no memory for a request that waits.
var (
	errTooManyCalls   = fmt.Errorf("more than %d MiB of requests of editors are waiting for an answer. Try again in some seconds", maxResourceBodyHeld>>20)
	errTooManyQueries = &memory.FullError{Bytes: maxQueryBodyHeld, Room: maxQueryBodyHeld, Waited: true}
)

// CallResource answers a request of an editor.
func (d *Datasource) CallResource(ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	held := int64(len(req.Body)+len(req.URL)) + callBytes
	if !resourceBodyHeld.TryAcquire(held) {
		body := []byte(`{"message":"` + errTooManyCalls.Error() + `"}`)
		return sender.Send(&backend.CallResourceResponse{
			Status: http.StatusServiceUnavailable, Body: body, Headers: map[string][]string{"Content-Type": {"application/json"}},
		})
	}
	defer resourceBodyHeld.Release(held)
	return fault.Guard(ctx, func() error {
		return d.resources.CallResource(d.admit(ctx, req.GetHTTPHeaders(), req.PluginContext), req, sender)
	})
}

// limitConcurrency is a handler that runs when there is a turn, and never for a client
// that has left before.
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

// answerShare is the part of the process' memory for the answers that are being
// made. The counts, the answers of servers and the garbage of all of them share
// the rest.
const answerShare = 4

// storeShare is the part for what all data sources remember, whatever their cacheMiB.
const storeShare = 2

// maxAnswerBytes bounds the room for answers where the memory limit is far, or unknown.
const maxAnswerBytes = 4 << 30

// answerLimiter is for the answers of dashboards of all data sources. Those of alert rules
// take none: they are a number for each group, and must not wait.
var answerLimiter = memory.NewAnswerLimiter(maxAnswerBytes)

// SetMemoryLimit shows how much the process may take. It is called once, before
// any request.
func SetMemoryLimit(limit int64) {
	answerLimiter = memory.NewAnswerLimiter(min(limit/answerShare, maxAnswerBytes))
	memory.SetStoreLimit(limit / storeShare)
}
