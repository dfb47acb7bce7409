package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/telemetry"
)

// maxConcurrentQueries is the concurrency limit of the SDK.
const maxConcurrentQueries = 10

// QueryData answers each query independently: the error of one query does not affect others.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	ctx = d.admit(ctx, req.GetHTTPHeaders(), req.PluginContext)
	alerting := isFromAlert(req)
	turns := d.queues.queries
	if alerting {
		turns = d.queues.alerts
	} else {
		held := int64(callBytes)
		for _, q := range req.Queries {
			held += int64(len(q.JSON))
		}
		if !queryBodyHeld.TryAcquire(held) {
			return nil, errTooManyQueries
		}
		defer queryBodyHeld.Release(held)
	}
	if err := turns.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer turns.Release(1)
	limit := maxConcurrentQueries
	if cfg := req.PluginContext.GrafanaConfig; cfg != nil {
		if n, err := cfg.ConcurrentQueryCount(); err == nil && n > 0 {
			limit = min(n, limit)
		}
	}
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		return observe(ctx, q.DataQuery, func(ctx context.Context) (out data.Frames, err error) {
			err = fault.Guard(ctx, func() (err error) {
				out, err = d.query(prom.WithDeadlineBudget(ctx), q.DataQuery, alerting)
				return err
			})
			return out, err
		})
	}, limit)
}

// isFromAlert reports whether the result decides if an alert fires or resolves.
func isFromAlert(req *backend.QueryDataRequest) bool {
	return req.Headers[backend.FromAlertHeaderName] != "" || req.GetHTTPHeader(backend.FromAlertHeaderName) != ""
}

func (d *Datasource) query(ctx context.Context, dq backend.DataQuery, alerting bool) (data.Frames, error) {
	if d.settingsErr != nil {
		return nil, d.settingsErr
	}
	if alerting && dq.QueryType == "" { // a rule that has only a data source: the editor shows this default
		dq.QueryType = string(query.Alerts)
	}
	q, err := query.ParseQuery(dq, time.Now())
	if err != nil {
		return nil, err
	}
	q.ForRule = alerting
	var gone removedSLOs
	fromRule := alerting
	if alerting {
		if q, gone, err = d.splitRemoved(q); err != nil {
			return nil, err
		}
	}
	alerting = alerting || q.Type == query.Alerts
	var slos []catalog.SLO
	var warnings []string
	if q.Type.HasSLOs() && !gone.isEmptied(q) {
		if slos, warnings, err = d.resolve(q, alerting); err != nil {
			return nil, err
		}
		if slos, err = q.LimitToPart(slos); err != nil {
			return nil, err
		}
	}
	if !fromRule {
		stay := answerLimiter.Start()
		defer stay.Release()
		ctx = memory.WithReservation(ctx, stay)
	}
	deriving, derive := tracing.DefaultTracer().Start(ctx, "derive")
	answer, err := withEngine(deriving, d.engines, fromRule, func(e *engine.Engine) (engine.Answer, error) {
		return q.Ask(deriving, e, query.Scope{SLOs: slos, Catalog: d.settings.Catalog})
	})
	derive.End()
	if err != nil {
		return nil, err
	}
	if a, ok := answer.(*engine.Alerts); ok {
		gone.addUnmeasured(a)
	}
	report := answer.Common()
	if alerting { // an alert would resolve if it lost a row, or if a failing store returned errors as warnings
		if err := errors.Join(report.Err(), partialWarning(report.Warnings)); err != nil {
			return nil, err
		}
	}
	report.Warnings = slices.Concat(warnings, q.Warnings, report.Warnings)
	_, frame := tracing.DefaultTracer().Start(ctx, "frame")
	defer frame.End()
	return frames.Of(answer, q)
}

// partialError is the error of an alert rule with a result that may be incomplete.
type partialError struct{ warning string }

func (e *partialError) Error() string {
	return e.warning + ". An alert is not judged by it. See that all of the server's storage answers"
}

// partialWarning returns an error for the first warning that means incomplete data, or nil.
func partialWarning(warnings []string) error {
	if i := slices.IndexFunc(warnings, prom.Partial); i >= 0 {
		return &partialError{warnings[i]}
	}
	return nil
}

// resolve returns the SLOs of a query. A mistake in the catalog hides SLOs from a query of all
// SLOs: for an alert that is an error.
func (d *Datasource) resolve(q query.Query, alerting bool) ([]catalog.SLO, []string, error) {
	slos, warnings, err := q.Resolve(d.settings.Catalog)
	if err != nil {
		return nil, nil, err
	}
	problems := d.settings.CatalogProblems
	switch whole := len(q.Names) == 0 && q.Inline == nil; {
	case !whole:
	case len(problems) > 0 && (alerting || len(slos) == 0):
		return nil, nil, fault.UserErrorf("", "the SLO catalog of this data source has %s. First: %s. "+
			"Fix it in the data source settings, or select specific SLOs (slos)",
			countText(len(problems), "problem"),
			problems[0].Error())
	case len(problems) > 0 && len(warnings) == 0:
		warnings = append(warnings, fmt.Sprintf("The SLO catalog has %s. First: %s", countText(len(problems), "problem"), problems[0].Error()))
	case len(slos) == 0:
		warnings = append(warnings,
			"The catalog of this data source has no SLO. Add one in its settings, or write one in the query.")
	}
	return slos, warnings, nil
}

func init() {
	for _, t := range query.Types() {
		telemetry.RegisterQueryTypes(string(t))
	}
}

// observe runs one query and records a span, metrics and a log line.
func observe(ctx context.Context, q backend.DataQuery,
	answer func(context.Context) (data.Frames, error),
) backend.DataResponse {
	kind := q.QueryType
	if kind == "" {
		kind = string(query.Summary)
	}
	ctx, span := tracing.DefaultTracer().Start(ctx, "answer")
	defer span.End()
	began := time.Now()
	frames, err := answer(ctx)
	elapsed := time.Since(began)
	outcome := outcomeOf(err)
	telemetry.Query(kind, outcome, elapsed)
	span.SetAttributes(attribute.String("burnline.query_type", kind), attribute.String("burnline.outcome", outcome))

	logger := backend.Logger.FromContext(ctx)
	about := []any{
		"refId", q.RefID, "queryType", kind, "outcome", outcome, "duration",
		elapsed.Round(time.Millisecond).String(), "frames", len(frames),
	}
	switch outcome {
	case telemetry.OK, telemetry.Canceled:
		logger.Debug("Query answered", about...)
	case telemetry.UserError:
		logger.Debug("Query refused", append(about, "error", plainText(err))...)
	default:
		span.SetStatus(codes.Error, outcome)
		logger.Warn("Query not answered", append(about, "error", plainText(err))...)
	}
	if err != nil {
		return errorResponse(ctx, err)
	}
	return backend.DataResponse{Frames: frames, Status: backend.StatusOK}
}

// outcomeOf returns the metric label of an error: user, server or plugin.
func outcomeOf(err error) string {
	if err == nil {
		return telemetry.OK
	}
	status, downstream := statusOf(err)
	switch {
	case status == statusCanceled:
		return telemetry.Canceled
	case !downstream:
		return telemetry.PluginError
	case status == http.StatusBadRequest:
		return telemetry.UserError
	}
	return telemetry.UpstreamError
}
