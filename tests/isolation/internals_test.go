package isolation

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

// The built plugin exports every metric of the provisioned dashboard. After a query, the metrics of
// queries have values.
func TestTheInternalsDashboardShowsThePluginsMetrics(t *testing.T) {
	upstream := serveAll(t, owner(t, "shop", 100))
	seesOnly(t, ask(t, source(t, "internals", upstream, "{}", nil), nil, summary), "shop", 7200)

	raw, err := os.ReadFile("../../provisioning/dashboards/burnline-internals.json")
	require.NoError(t, err)
	var dashboard struct {
		Title  string
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(raw, &dashboard))
	require.Equal(t, "Burnline internals", dashboard.Title)
	metrics, err := host.CollectMetrics(t.Context())
	require.NoError(t, err)
	notices := map[string]string{} // values by name
	for line := range strings.Lines(string(metrics)) {
		if name, value, ok := strings.Cut(line, " "); ok && name != "#" {
			name, _, _ = strings.Cut(name, "{")
			if _, more, ok := strings.Cut(line, "} "); ok {
				value = more
			}
			if value = strings.TrimSpace(value); notices[name] == "" || notices[name] == "0" {
				notices[name] = value
			}
		}
	}
	requested := 0
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(strings.ReplaceAll(target.Expr,
				"$__rate_interval", "1m"))
			require.NoError(t, err, target.Expr)
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				if selector, ok := n.(*parser.VectorSelector); ok {
					requested++
					require.Contains(t, notices, selector.Name, p.Title)
				}
				return nil
			})
		}
	}
	require.Greater(t, requested, 15)
	for _, name := range []string{
		"burnline_queries_total", "burnline_query_duration_seconds_count", "burnline_upstream_requests_total",
		"burnline_upstream_response_bytes_total",
		"burnline_cache_cells_total", "burnline_cache_bytes", "burnline_cache_limit_bytes", "go_goroutines",
		"process_resident_memory_bytes",
	} {
		require.NotContains(t, []string{"", "0"}, notices[name], name)
	}
}
