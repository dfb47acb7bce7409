package tests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/dashboards"
)

// chosen are the default values of the dashboards' variables in Grafana.
var chosen = map[string]string{
	"slo": "availability", "cluster": ".*", "namespace": ".*", "workload": ".*", "label": "code", "route": "code",
	"code": "code", "period": "month", "timezone": "UTC", "policy": "page-and-slack",
}

// chosenOf are the values in dashboards of the cluster. One workload has no GPU, another one has.
func chosenOf(dashboard, panel string) map[string]string {
	of := func(namespace, workload string) map[string]string {
		return map[string]string{"cluster": ".*", "namespace": namespace, "workload": workload}
	}
	switch {
	case dashboard != "burnline-kubernetes-workload":
		return chosen
	case slices.Contains([]string{"TCP retransmits", "Round trip", "DNS latency"}, panel):
		return of("data", "postgres")
	case panel == "Connections failed":
		return of("shop", "orders")
	case slices.Contains([]string{"Connection setup", "Open connections", "Broken streams"}, panel):
		return of("edge", "envoy-gateway")
	case slices.Contains([]string{
		"Requests queued", "KV cache", "Requests aborted", "NVLink, peak", "PCIe, peak",
		"InfiniBand, peak",
	}, panel):
		return of("inference", "chat-70b")
	case panel == "CronJob late":
		return of("batch", "nightly-export")
	case panel == "HPA at maximum":
		return of("shop", "frontend")
	case panel == "OOM killed" || panel == "Containers stuck":
		return of("batch", "importer")
	case panel == "GPUs":
		return map[string]string{"cluster": ".*", "namespace": "inference", "workload": "chat-8b"}
	}
	return map[string]string{"cluster": ".*", "namespace": "shop", "workload": "checkout"}
}

// On the demo, each panel of each bundled dashboard has data with units.
func TestBundledDashboardsAnswer(t *testing.T) {
	files, err := filepath.Glob(project.Path("dist/dashboards/*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 5)
	cluster := clusterSource(t)
	for _, file := range files {
		d, err := dashboards.Read(file)
		require.NoError(t, err)
		require.NotEmpty(t, d.Panels, file)
		source := running.Source
		if strings.HasPrefix(d.UID, "burnline-kubernetes") {
			source = cluster
		}
		for _, panel := range d.All() {
			if len(panel.Targets) == 0 || panel.Title == "Failing requests" {
				continue // a text, or exemplars, which the demo has only since its start
			}
			t.Run(d.Title+"/"+panel.Title, func(t *testing.T) {
				if hasQueries, other := panel.HasQueries(); !hasQueries {
					require.True(t,
						slices.ContainsFunc(d.Panels, func(p dashboards.Panel) bool { return p.ID == other }),
						"it shows panel %d", other)
					return
				}
				for _, frames := range askAsDashboard(t, source, d, panel) {
					requireMeasured(t, frames)
				}
			})
		}
	}
}

// clusterSource is the data source of the demo's cluster.
func clusterSource(t *testing.T) *pluginhost.DataSource {
	t.Helper()
	catalog, err := os.ReadFile(project.Path("devstack/workloads/kubernetes.yaml"))
	require.NoError(t, err)
	source, err := pluginhost.NewDataSource(stack.DatasourceID, "cluster", "Cluster", running.Stack.PrometheusURL,
		map[string]any{"catalog": string(catalog)})
	require.NoError(t, err)
	return source
}

// askAsDashboard sends a panel's queries over the dashboard's time range.
func askAsDashboard(t *testing.T, source *pluginhost.DataSource, d *dashboards.Dashboard,
	panel dashboards.Panel,
) []data.Frames {
	t.Helper()
	now := settled()
	from, err := d.From(now)
	require.NoError(t, err)
	queries, err := dashboards.Queries(panel.Targets, chosenOf(d.UID, panel.Title), from, now, panel.Points())
	require.NoError(t, err)
	res, err := running.Host.QueryData(within(t),
		&backend.QueryDataRequest{PluginContext: source.Context(), Queries: queries})
	require.NoError(t, err)
	var out []data.Frames
	for _, q := range queries {
		require.NoError(t, res.Responses[q.RefID].Error)
		out = append(out, res.Responses[q.RefID].Frames)
	}
	return out
}

// unitless are columns of counts and flags.
var unitless = []string{
	"state", "firing_", "complete", "others", "p95_bounded", "low_traffic", "pages", "needless",
	"alarms", "incidents", "detected", "open", "own",
}

// requireMeasured requires rows, a measured number in some of them, and a unit of each number that
// has one.
func requireMeasured(t *testing.T, frames data.Frames) {
	t.Helper()
	require.NotEmpty(t, frames)
	measured := 0
	for _, frame := range frames {
		require.NotZero(t, frame.Rows(), "rows of frame %s", frame.Name)
		for _, field := range frame.Fields {
			if !field.Type().Numeric() {
				continue
			}
			if !hasPrefix(field.Name, unitless) {
				require.NotNil(t, field.Config, field.Name)
				require.NotEmpty(t, field.Config.Unit, "unit of %s in frame %s", field.Name, frame.Name)
			}
			for i := range field.Len() {
				if !field.NilAt(i) {
					measured++
				}
			}
		}
	}
	require.NotZero(t, measured, "numbers that were measured")
}

func hasPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
