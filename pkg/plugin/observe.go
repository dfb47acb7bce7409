package plugin

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/telemetry"
)

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
