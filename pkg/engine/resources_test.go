package engine_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

const workloadsOfACluster = `load 1m
  container_memory_working_set_bytes{namespace="a",pod="web-0",container="app"} 950x240
  container_memory_working_set_bytes{namespace="a",pod="db-0",container="app"} 100x240
  container_memory_working_set_bytes{namespace="b",pod="job-0",container="app"} 10x240
  kube_pod_container_resource_limits{namespace="a",pod="web-0",container="app",resource="memory"} 1000x240
  kube_pod_container_resource_limits{namespace="a",pod="db-0",container="app",resource="memory"} 1000x240
  kube_pod_owner{namespace="a",pod="web-0",owner_kind="StatefulSet",owner_name="web",owner_is_controller="true"} 1x240
  kube_pod_owner{namespace="a",pod="db-0",owner_kind="StatefulSet",owner_name="db",owner_is_controller="true"} 1x240
`

func askResources(t *testing.T, fields map[string]any) *Resources {
	t.Helper()
	now := time.Unix(0, 0).Add(4 * time.Hour)
	e := New(promtest.Load(t, workloadsOfACluster), Options{Now: func() time.Time { return now }})
	fields["queryType"] = "resources"
	text, err := json.Marshal(fields)
	require.NoError(t, err)
	q, err := query.ParseQuery(backend.DataQuery{
		JSON: text, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
	}, now)
	require.NoError(t, err)
	out, err := e.Resources(t.Context(), q.ResourcesRequest())
	require.NoError(t, err)
	return out
}

func TestWhatIsKnownOfWorkloadsIsATable(t *testing.T) {
	r := askResources(t, map[string]any{})
	require.Equal(t, []string{"namespace", "workload", "workload_type"}, r.By, "without clusters of one cluster")
	var names []string
	for _, s := range r.Signals {
		names = append(names, s.Name)
	}
	require.Equal(t, []string{"memory", "memory_limit"}, names, "without columns of nothing")
	require.Equal(t,
		map[string]string{"cluster": "", "namespace": "a", "workload": "web", "workload_type": "statefulset"},
		r.Rows[0].Labels)
	require.InDelta(t, 0.95, *r.Rows[0].Values[1], 1e-9)
	require.Nil(t, r.Rows[2].Values[1])
	require.Contains(t, strings.Join(r.Warnings, "\n"), `no owner found for 1 of 3 pods, such as b/job-0`)

	named := askResources(t, map[string]any{
		"resources": map[string]any{"signals": []string{"gpus", "memory"}, "top": 1}, "groupBy": []string{"namespace"},
		"filters": []map[string]string{
			{"label": "namespace", "op": "=~", "value": ".*"},
			{"label": "code", "value": "500"},
		},
	})
	require.Len(t, named.Signals, 2, "what was named stays")
	require.Len(t, named.Rows, 1)
	require.InDelta(t, 1050, *named.Rows[0].Values[0], 1e-9)
	require.Nil(t, named.Rows[0].Values[1])
	require.Contains(t, named.Warnings,
		"filters: code is ignored. Resources can be filtered by [cluster namespace workload workload_type pod]")
	require.Contains(t, named.Warnings, "1 of 2 are shown, those with most out of bounds (resources.top)")
}

func TestWhatWorkloadsUseOverTime(t *testing.T) {
	r := askResources(t,
		map[string]any{"resources": map[string]any{"signals": []string{"memory"}, "format": "timeseries", "top": 2}})
	require.Len(t, r.Series, 2)
	require.Equal(t, "web", r.Series[0].Labels["workload"], "what stands out most first")
	require.Len(t, r.Series[0].Points, 61)
	require.InDelta(t, 950, *r.Series[0].Points[60].Value, 1e-9)
	require.Contains(t, r.Warnings, "Memory: 2 of 3 are shown, those that stand out most (resources.top)")
}

func TestResourcesWithoutRowsHaveAReason(t *testing.T) {
	for _, format := range []string{"table", "timeseries"} {
		out := askResources(t, map[string]any{
			"resources": map[string]any{"signals": []string{"memory_limit"}, "format": format},
			"filters":   []map[string]string{{"label": "workload", "value": "nonesuch"}},
		})
		require.Contains(t, out.Warnings, "no workload with these signals meets the filters")
	}
}
