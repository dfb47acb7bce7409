package plugin

import (
	"context"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/models"
)

// maxConcurrentQueries is the most that the SDK runs side by side.
const maxConcurrentQueries = 10

// QueryData answers every query on its own: a bad one never fails its neighbours.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	limit := maxConcurrentQueries
	if cfg := req.PluginContext.GrafanaConfig; cfg != nil {
		if n, err := cfg.ConcurrentQueryCount(); err == nil && n > 0 {
			limit = min(n, limit)
		}
	}
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		out, err := d.query(ctx, q.DataQuery, q.Headers)
		if err != nil {
			return errorResponse(ctx, err)
		}
		return backend.DataResponse{Frames: out, Status: backend.StatusOK}
	}, limit)
}

func (d *Datasource) query(ctx context.Context, dq backend.DataQuery, headers http.Header) (data.Frames, error) {
	if d.settingsErr != nil {
		return nil, d.settingsErr
	}
	q, err := models.ParseQuery(dq)
	if err != nil {
		return nil, err
	}
	slos, warnings, err := q.Resolve(d.settings.Catalog)
	if err != nil {
		return nil, err
	}
	e := d.viewers.engine(headers)
	if q.Type == models.QueryTimeSeries {
		h, err := e.TimeSeries(ctx, slos, q.Metrics, q.From, q.To, engine.Step(interval(q)))
		if err != nil {
			return nil, err
		}
		h.Warnings = append(warnings, h.Warnings...)
		return executed(frames.TimeSeries(h), h.Sent), nil
	}
	if fs, ok, err := d.answer(ctx, e, q, slos, warnings); ok {
		return fs, err
	}
	r, err := e.Summary(ctx, slos, q.Instant)
	if err != nil {
		return nil, err
	}
	r.Warnings = append(warnings, r.Warnings...)
	if len(slos) == 0 {
		r.Warnings = append(r.Warnings, "The catalog of this data source has no SLO. Add one in its settings, or write one in the query.")
	}
	if q.Type == models.QueryWorkloads {
		r = engine.Workloads(r, names(slos))
		out := append(data.Frames{frames.Summary(frames.WorkloadsName, r)}, frames.Trends(r)...)
		return executed(out, r.Sent), nil
	}
	f := frames.Summary(frames.SummaryName, r)
	if q.Value != "" {
		if f, err = frames.Only(f, q.Value); err != nil {
			return nil, err
		}
	}
	return executed(data.Frames{f}, r.Sent), nil
}

// executed puts the PromQL that was sent where the query inspector looks.
func executed(fs data.Frames, sent []string) data.Frames {
	if len(fs) > 0 && len(sent) > 0 {
		fs[0].Meta.ExecutedQueryString = strings.Join(sent, "\n\n")
	}
	return fs
}

func names(slos []catalog.SLO) []string {
	out := make([]string, len(slos))
	for i, s := range slos {
		out[i] = s.Name
	}
	return out
}
