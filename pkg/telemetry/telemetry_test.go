package telemetry

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

// exposed returns the series of /metrics by name.
func exposed(t *testing.T) map[string][]map[string]string {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	out := map[string][]map[string]string{}
	for _, f := range families {
		names := []string{f.GetName()}
		if f.GetMetric()[0].GetHistogram() != nil {
			names = []string{f.GetName() + "_bucket", f.GetName() + "_count", f.GetName() + "_sum"}
		}
		for _, m := range f.GetMetric() {
			lset := map[string]string{}
			for _, l := range m.GetLabel() {
				lset[l.GetName()] = l.GetValue()
			}
			for _, n := range names {
				out[n] = append(out[n], lset)
			}
		}
	}
	return out
}

type fake struct{ held, limit int64 }

func (f fake) CacheBytes() (map[string]int64, int64) {
	return map[string]int64{"counts": f.held, "grids": 2 * f.held}, f.limit
}

// Every selector of the dashboard matches a series from the start.
func TestTheInternalsDashboardQueriesExistingMetrics(t *testing.T) {
	raw, err := os.ReadFile("../../provisioning/dashboards/burnline-internals.json")
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	require.NoError(t, json.Unmarshal(raw, &dashboard))
	series := exposed(t)
	requested := map[string]bool{}
	for _, p := range dashboard.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(strings.ReplaceAll(target.Expr,
				"$__rate_interval", "1m"))
			require.NoError(t, err, target.Expr)
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				if vs, ok := n.(*parser.VectorSelector); ok {
					requested[vs.Name] = true
					require.True(t, matchesAny(vs.LabelMatchers, series[vs.Name]), "%s: nothing is %s", p.Title, vs)
				}
				return nil
			})
		}
	}
	for name := range series {
		counted := strings.HasSuffix(name, "_count") || strings.HasSuffix(name, "_sum")
		if strings.HasPrefix(name, "burnline_") && !counted {
			require.True(t, requested[name], "%s is on no panel", name)
		}
	}
}

func matchesAny(ms []*labels.Matcher, series []map[string]string) bool {
	for _, s := range series {
		all := true
		for _, m := range ms {
			if m.Name != model.MetricNameLabel && m.Name != "job" { // the scraper adds job
				all = all && m.Matches(s[m.Name])
			}
		}
		if all {
			return true
		}
	}
	return false
}

func value(t *testing.T, name string, lset map[string]string) float64 {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			got := map[string]string{}
			for _, l := range m.GetLabel() {
				got[l.GetName()] = l.GetValue()
			}
			if f.GetName() == name && len(got) == len(lset) && matchesAll(got, lset) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	t.Fatalf("no %s%v", name, lset)
	return 0
}

func matchesAll(got, want map[string]string) bool {
	for k, v := range want {
		if got[k] != v {
			return false
		}
	}
	return true
}

func TestWhatIsCounted(t *testing.T) {
	RegisterQueryTypes("summary")
	Query("summary", OK, time.Second)
	Query("'; drop table", UserError, time.Second)
	Request("query_range", "ok", time.Second)
	Answer(1000, 250)
	Retry("429")
	SplitByTime()
	SplitByGroup()
	Cells(30, 12)
	Evicted("counts")
	Evicted("counts")
	require.EqualValues(t, 1,
		value(t, "burnline_queries_total", map[string]string{"query_type": "summary", "outcome": "ok"}))
	require.EqualValues(t, 1,
		value(t, "burnline_queries_total", map[string]string{"query_type": "other", "outcome": "user_error"}))
	require.EqualValues(t, 1, value(t, "burnline_query_duration_seconds", map[string]string{"query_type": "summary"}))
	require.EqualValues(t, 1,
		value(t, "burnline_upstream_requests_total", map[string]string{"op": "query_range", "outcome": "ok"}))
	require.EqualValues(t, 1000, value(t, "burnline_upstream_response_bytes_total", nil))
	require.EqualValues(t, 250, value(t, "burnline_upstream_samples_total", nil))
	require.EqualValues(t, 1, value(t, "burnline_upstream_retries_total", map[string]string{"cause": "429"}))
	require.EqualValues(t, 1, value(t, "burnline_splits_total", map[string]string{"by": "time"}))
	require.EqualValues(t, 1, value(t, "burnline_splits_total", map[string]string{"by": "group"}))
	require.EqualValues(t, 30, value(t, "burnline_cache_cells_total", map[string]string{"result": "hit"}))
	require.EqualValues(t, 12, value(t, "burnline_cache_cells_total", map[string]string{"result": "miss"}))
	require.EqualValues(t, 2, value(t, "burnline_cache_evictions_total", map[string]string{"cache": "counts"}))
}

func TestCachesAreAddedUpWhileTheyAreInUse(t *testing.T) {
	stopA, stopB := Watch(fake{10, 100}), Watch(&fake{5, 50})
	require.EqualValues(t, 15, value(t, "burnline_cache_bytes", map[string]string{"cache": "counts"}))
	require.EqualValues(t, 30, value(t, "burnline_cache_bytes", map[string]string{"cache": "grids"}))
	require.EqualValues(t, 150, value(t, "burnline_cache_limit_bytes", nil))
	stopA()
	require.EqualValues(t, 5, value(t, "burnline_cache_bytes", map[string]string{"cache": "counts"}))
	stopB()
	require.EqualValues(t, 0, value(t, "burnline_cache_bytes", map[string]string{"cache": "counts"}))
}
