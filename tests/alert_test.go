package tests

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// An alert query of two SLOs fails if one cannot be read. A panel query returns a row for each.
func TestAnAlertIsAnErrorWhereAPanelKeepsARow(t *testing.T) {
	source := source(t, running.Stack.PrometheusURL, `{"catalog":"slos:\n`+
		`- {name: availability, objective: 99.9, window: 1d, sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~\"5..\"}'}}}\n`+
		`- {name: latency, objective: 95, window: 1d, sli: {latency: {histogram: no_such_seconds, threshold: 300ms}}}\n"}`)
	const notices = "SLO latency: sli.latency.threshold: no histogram found: no_such_seconds_bucket has no buckets in this window. Check the metric name and labels"
	for _, headers := range []map[string]string{{"FromAlert": "true"}, nil} {
		res, err := running.Host.QueryData(within(t), &backend.QueryDataRequest{
			PluginContext: source.Context(), Headers: headers,
			Queries: []backend.DataQuery{{
				RefID: "A", JSON: []byte(`{"queryType":"summary"}`),
				TimeRange: backend.TimeRange{From: settled().Add(-time.Hour), To: settled()},
			}},
		})
		require.NoError(t, err)
		answer := res.Responses["A"]
		if headers != nil {
			require.EqualError(t, answer.Error, notices)
			require.Equal(t, backend.StatusBadRequest, answer.Status)
			continue
		}
		require.NoError(t, answer.Error)
		frame := answer.Frames[0]
		require.ElementsMatch(t, []string{"availability", "latency"}, words(t, frame, "slo"))
		for i, name := range words(t, frame, "slo") {
			require.Equal(t, name == "latency", numbers(t, frame, "sli")[i] == nil)
		}
		require.Equal(t, data.Notice{Severity: data.NoticeSeverityError, Text: notices}, frame.Meta.Notices[0])
	}
}
