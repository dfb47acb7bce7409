package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
)

// Without any series there are no rows of single SLOs. A notice describes how to enable the metrics
// of each.
func TestAClusterWithoutMetricsHasNoRows(t *testing.T) {
	const ofHubble = `
  - {name: latency, objective: 99, window: 1d, by: [destination_workload], sli: {latency: {histogram: hubble_http_request_duration_seconds, threshold: 500ms}}}
  - {name: drops, objective: 99, window: 1d, sli: {events: {total: hubble_flows_processed_total, bad: hubble_drop_total}}}`
	ask := func(more string) *Report {
		c, problems := catalog.Parse([]byte("slos:" + ofHubble + more))
		require.NoError(t, problems.Err())
		r, err := New(promtest.Load(t, gaps), Options{}).Summary(t.Context(), c.SLOs, hour(35, 0))
		require.NoError(t, err)
		return r
	}
	r := ask("")
	require.Empty(t, r.Rows)
	require.Len(t, r.Failed, 1)
	require.Contains(t, r.Failed[0].Error(),
		"no histogram found: hubble_http_request_duration_seconds_bucket has no buckets in this window. "+
			"Check the metric name and labels. If it is that of Hubble HTTP (Cilium), to turn it on: ")
	require.Len(t, r.Warnings, 1)
	require.Contains(t, r.Warnings[0],
		"no series of hubble_flows_processed_total in the last 1d. Check the metric name and labels. If it is that of ")

	r = ask("\n  - {name: there, objective: 99, window: 1d, by: [workload], sli: {events: {total: requests_total, bad: 'requests_total{code=\"500\"}'}}}")
	held := slices.IndexFunc(r.Rows, func(row Row) bool { return row.Unread })
	require.GreaterOrEqual(t, held, 0, "beside others its place is held")
	require.Equal(t, "latency", r.Rows[held].SLO.Name)
	require.Greater(t, len(r.Rows), 1)
}
