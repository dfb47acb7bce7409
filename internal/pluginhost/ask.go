package pluginhost

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// StartLogged is Start with a log file, which Kill closes.
func StartLogged(binary, file string) (*Host, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	log, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("log of the plugin: %w", err)
	}
	h, err := Start(binary, log)
	if err != nil {
		_ = log.Close()
		return nil, err
	}
	h.log = log
	return h, nil
}

// Query is one query of a dashboard or an alert rule.
type Query struct {
	JSON     map[string]any
	From, To time.Time
	Points   int64             // maximum number of points of a time series; 0: 100
	Headers  map[string]string // of the viewer
	Alerting bool              // as from an alert rule
}

// Ask sends a query. It returns the frames, or the error that a user would get.
func (h *Host) Ask(ctx context.Context, source *DataSource, q Query) (data.Frames, error) {
	raw, err := json.Marshal(q.JSON)
	if err != nil {
		return nil, err
	}
	if q.Points == 0 {
		q.Points = 100
	}
	kind, _ := q.JSON["queryType"].(string)
	headers := map[string]string{}
	maps.Copy(headers, q.Headers)
	if q.Alerting {
		headers[backend.FromAlertHeaderName] = "true"
	}
	res, err := h.QueryData(ctx, &backend.QueryDataRequest{
		PluginContext: source.Context(), Headers: headers,
		Queries: []backend.DataQuery{{
			RefID: "A", QueryType: kind, MaxDataPoints: q.Points, Interval: q.To.Sub(q.From) / time.Duration(q.Points),
			JSON:      raw,
			TimeRange: backend.TimeRange{From: q.From, To: q.To},
		}},
	})
	if err != nil {
		return nil, err
	}
	answer := res.Responses["A"]
	if answer.Error == nil && len(answer.Frames) == 0 {
		return nil, fmt.Errorf("the plugin sent no frame")
	}
	return answer.Frames, answer.Error
}
