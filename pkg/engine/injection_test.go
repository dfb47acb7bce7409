package engine

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/prom"
)

// eavesdropper records the queries it receives, and returns one series.
type eavesdropper struct {
	metric       model.Metric
	mu           sync.Mutex
	requestCount []string
}

func (e *eavesdropper) record(expr string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requestCount = append(e.requestCount, expr)
}

func (e *eavesdropper) QueryRange(_ context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	e.record(expr)
	s := &model.SampleStream{Metric: e.metric}
	for at := r.Start; !at.After(r.End); at = at.Add(r.Step) {
		// includes resets
		s.Values = append(s.Values,
			model.SamplePair{Timestamp: model.TimeFromUnix(at.Unix()), Value: model.SampleValue(at.Unix() % 7200)})
	}
	return model.Matrix{s}, nil, nil
}

func (e *eavesdropper) Query(_ context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	e.record(expr)
	return model.Matrix{{
		Metric: e.metric,
		Values: []model.SamplePair{{Timestamp: model.TimeFromUnix(at.Unix()), Value: 1}},
	}}, nil, nil
}

func (e *eavesdropper) CanStreamSamples(context.Context) (bool, error) { return false, nil }

func (e *eavesdropper) ListSeries(context.Context, []prom.Selection) (*prom.SeriesList, error) {
	return nil, prom.ErrNoSampleStream
}

func (e *eavesdropper) StreamSamples(context.Context, *prom.SeriesList, []prom.Selection,
	prom.SampleSink,
) (prom.StreamStats, error) {
	return prom.StreamStats{}, prom.ErrNoSampleStream
}

func (e *eavesdropper) Series(_ context.Context, selector string, _, _ time.Time) ([]model.LabelSet, []string, error) {
	e.record(selector)
	return []model.LabelSet{model.LabelSet(e.metric)}, nil, nil
}

func (e *eavesdropper) LabelValues(_ context.Context, _, selector string, _, _ time.Time) (values, warnings []string,
	err error,
) {
	e.record(selector)
	return []string{"0.3", "+Inf"}, nil, nil
}

func (e *eavesdropper) Names(_ context.Context, _, selector string, _, _ time.Time, _ uint64) ([]string, error) {
	e.record(selector)
	known, err := resources.Known()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range known.Signals {
		out = append(out, known.Metrics(s)...)
	}
	return out, nil
}

func (e *eavesdropper) LabelNames(_ context.Context, selector string, _, _ time.Time) ([]string, error) {
	e.record(selector)
	return []string{"namespace", "pod", "exported_pod"}, nil
}

// FuzzFiltersOfResources: with any filters of resources, every selector that is sent contains them.
func FuzzFiltersOfResources(f *testing.F) {
	for _, seed := range []string{"shop", `"} or vector(1) or x{a="`, "a\n} or b # ", `\`, "\x00", ".*|("} {
		f.Add(seed, seed)
	}
	f.Add("0", "\x9f$")
	f.Fuzz(func(t *testing.T, value, stored string) {
		// PromQL cannot contain U+FFFD, which also replaces invalid UTF-8. No pod or namespace has
		// it in its name.
		stored = strings.ReplaceAll(strings.ToValidUTF8(stored, ""), string(utf8.RuneError), "")
		filter, err := catalog.NewFilter("namespace", "=", value)
		require.NoError(t, err)
		at := time.Unix(1_800_000_000, 0)
		server := &eavesdropper{metric: model.Metric{
			"__name__":  "kube_pod_owner",
			"namespace": model.LabelValue(stored), "exported_pod": model.LabelValue(stored),
		}}
		e := New(server, Options{Now: func() time.Time { return at }})
		known, err := resources.Known()
		require.NoError(t, err)
		q := ResourcesRequest{From: at.Add(-time.Hour), To: at, Filters: []*catalog.Filter{filter}}
		q.Signals = known.Signals
		_, _ = e.Resources(t.Context(), q)
		narrowed := 0
		var elsewhere []string // metrics of nodes and agents, without the namespaces of pods
		for _, r := range known.Reads {
			for _, name := range r.Metrics() {
				if r.Narrow != "" && name != r.Narrow {
					elsewhere = append(elsewhere, name)
				}
			}
		}
		for _, text := range server.requestCount {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
			require.NoError(t, err, text)
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				vs, ok := n.(*parser.VectorSelector)
				if !ok || vs.Name == "" || vs.Name == text || slices.Contains(elsewhere, vs.Name) ||
					vs.Name == "process_start_time_seconds" || vs.Name == "kube_pod_info" ||
					strings.HasSuffix(vs.Name, "_owner") || strings.HasSuffix(vs.Name, ":relabel") {
					return nil // lists of names and labels, pods on the host network, and the owners of the found pods
				}
				narrowed++
				require.True(t, slices.ContainsFunc(vs.LabelMatchers, func(m *labels.Matcher) bool {
					return strings.HasSuffix(strings.ToLower(m.Name), "namespace") && m.Type == labels.MatchEqual &&
						m.Value == value
				}), text)
				return nil
			})
		}
		require.Greater(t, narrowed, 15)
	})
}

// FuzzNothingBecomesSyntax: with any matcher values, group labels and label values of the server,
// the queries that are sent are valid PromQL, and every selector contains the matchers of the SLO.
func FuzzNothingBecomesSyntax(f *testing.F) {
	for _, seed := range []string{
		"api", `"} or vector(1) or x{a="`, `'} or y{a='`, "`} or z{a=`", "a\n} or b # ", `\`,
		`\"`, "\x00", "ü", "{{}}", `.*|(`, "$__all",
	} {
		f.Add(seed, "workload", seed)
		f.Add(seed, seed, "x")
	}
	f.Fuzz(func(t *testing.T, value, group, stored string) {
		inline, err := json.Marshal(map[string]any{
			"name": "a", "objective": 99, "window": "12h", "by": []string{group},
			"sli": map[string]any{"events": map[string]string{
				"total": "requests_total{job=" + strconv.Quote(value) + "}",
				"bad":   "requests_total{job=" + strconv.Quote(value) + `,code="500"}`,
			}},
			"p95": map[string]string{
				"histogram": "seconds_bucket{job=" + strconv.Quote(value) + "}",
				"target":    "300ms",
			},
		})
		require.NoError(t, err)
		s, problems := (&catalog.Catalog{}).ParseSLO(inline)
		if problems.Err() != nil {
			return // rejected, as it should be
		}
		at := time.Unix(1_800_000_000, 0)
		server := &eavesdropper{metric: model.Metric{
			"__name__": "requests_total", "job": model.LabelValue(stored),
			"instance": model.LabelValue(stored),
		}}
		e := New(server, Options{Now: func() time.Time { return at }})
		_, _ = e.Summary(t.Context(), []catalog.SLO{s}, at) // only the queries matter, not the result
		require.NotEmpty(t, server.requestCount)
		for _, text := range server.requestCount {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
			require.NoError(t, err, text)
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				switch n := n.(type) {
				case *parser.VectorSelector:
					require.Contains(t,
						[]string{
							"requests_total", "seconds_bucket", "seconds", "seconds|seconds_bucket",
							"process_start_time_seconds",
						}, metricOf(n), text)
					if n.Name != "process_start_time_seconds" {
						require.True(t, keepsTo(n, value), "%s is not about job=%q", text, value)
					}
				case *parser.AggregateExpr:
					for _, l := range n.Grouping {
						require.True(t, slices.Contains([]string{group, "le"}, l), text)
					}
				}
				return nil
			})
		}
	})
}

// metricOf returns the metric name of a selector, or its pattern if it matches several.
func metricOf(vs *parser.VectorSelector) string {
	i := slices.IndexFunc(vs.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == model.MetricNameLabel })
	return vs.LabelMatchers[i].Value
}

func keepsTo(vs *parser.VectorSelector, job string) bool {
	for _, m := range vs.LabelMatchers {
		if m.Name == "job" && m.Value == job && m.Type.String() == "=" {
			return true
		}
	}
	return false
}
