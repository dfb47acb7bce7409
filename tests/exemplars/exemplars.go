// Package exemplars reads the exemplars of the demo's workloads from a server's own API, and judges
// them without the engine: for tests of what Burnline offers.
package exemplars

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/common/model"
)

const slow = 0.3 // seconds: the threshold of the demo's SLO latency

// Bad returns the trace IDs of a workload's bad events in (from, to], by the demo's SLOs.
func Bad(ctx context.Context, api, workload string, from, to time.Time) (bad map[string]map[string]bool, err error) {
	seconds := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	query := url.Values{
		"query": {fmt.Sprintf(`{__name__=~"http_requests_total|http_request_duration_seconds_bucket",workload=%q}`,
			workload)},
		"start": {seconds(from)}, "end": {seconds(to)},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/api/v1/query_exemplars?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var answer struct {
		Data []struct {
			SeriesLabels map[string]string
			Exemplars    []struct {
				Labels    map[string]string
				Value     model.SampleValue
				Timestamp model.Time
			}
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", api, res.Status, err)
	}
	bad = map[string]map[string]bool{"availability": {}, "latency": {}}
	for _, series := range answer.Data {
		isCounter := series.SeriesLabels["__name__"] == "http_requests_total"
		for _, x := range series.Exemplars {
			at := x.Timestamp.Time()
			switch {
			case !at.After(from) || at.After(to):
			case isCounter && series.SeriesLabels["code"] >= "500":
				bad["availability"][x.Labels["trace_id"]] = true
			case !isCounter && float64(x.Value) > slow:
				bad["latency"][x.Labels["trace_id"]] = true
			}
		}
	}
	return bad, nil
}

// Query returns the query of the same exemplars.
func Query(slo, workload string) map[string]any {
	return map[string]any{
		"queryType": "exemplars", "slos": []string{slo},
		"filters": []map[string]string{{"label": "workload", "op": "=", "value": workload}},
	}
}

// Offered returns the trace IDs of a frame. Every row must be of the SLO and the workload.
func Offered(f *data.Frame, slo, workload string) (map[string]bool, error) {
	column := func(name string) *data.Field { field, _ := f.FieldByName(name); return field }
	out := map[string]bool{}
	for i := range f.Rows() {
		if column("slo").At(i) != slo || column("workload").At(i) != workload {
			return nil, fmt.Errorf("a row of %v of %v", column("slo").At(i), column("workload").At(i))
		}
		id, ok := column("trace_id").At(i).(string)
		if !ok || id == "" || out[id] {
			return nil, fmt.Errorf("trace ID %q is empty or repeated", id)
		}
		out[id] = true
	}
	return out, nil
}
