package tests

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/tests/exemplars"
)

// The plugin offers all exemplars of bad events that Prometheus has, and no other.
func TestExemplarsOfTheDemo(t *testing.T) {
	const workload = "checkout" // fails and is slow until now
	var from, to time.Time
	var want map[string]map[string]bool
	// Only live samples have exemplars, and the demo has just begun to write them.
	require.Eventually(t, func() bool {
		var err error
		to = settled()
		from = to.Add(-10 * time.Minute)
		want, err = exemplars.Bad(within(t), running.Stack.PrometheusURL, workload, from, to)
		enough := err == nil && len(want) > 0
		for _, ids := range want {
			enough = enough && len(ids) > 10
		}
		return enough
	}, 5*time.Minute, 5*time.Second)
	for slo, ids := range want {
		text, err := json.Marshal(exemplars.Query(slo, workload))
		require.NoError(t, err)
		answer, err := running.Host.QueryData(within(t), &backend.QueryDataRequest{
			PluginContext: running.Source.Context(),
			Queries: []backend.DataQuery{{
				RefID: "A", JSON: text,
				TimeRange: backend.TimeRange{From: from, To: to},
			}},
		})
		require.NoError(t, err)
		require.NoError(t, answer.Responses["A"].Error)
		got, err := exemplars.Offered(answer.Responses["A"].Frames[0], slo, workload)
		require.NoError(t, err)
		require.Equal(t, ids, got, slo)
	}
}
