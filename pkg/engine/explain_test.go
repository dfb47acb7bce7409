package engine

import (
	"slices"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// The queries of explain run on the server, and return the numbers of the hour.
func TestExplain(t *testing.T) {
	e, server, c := load(t)
	for name, want := range map[string][]float64{
		"availability": {6000, 60, 1}, // one bad of a hundred, at 99%
		"latency":      {3600, 1800, 0.5 / 0.2},
	} {
		s, err := c.Lookup(name)
		require.NoError(t, err)
		got, err := e.Explain(t.Context(), s, at)
		require.NoError(t, err)
		require.Len(t, got, 1)
		workload := model.LabelValue(map[string]string{"availability": "a", "latency": "b"}[name])
		for i, expression := range got[0].Expressions {
			matrix, _, err := server.Query(t.Context(), expression.Expr, at)
			require.NoError(t, err, expression.Expr)
			at := slices.IndexFunc(matrix, func(s *model.SampleStream) bool { return s.Metric["workload"] == workload })
			require.GreaterOrEqual(t, at, 0, expression.Expr)
			require.InEpsilon(t, want[i], float64(matrix[at].Values[0].Value), 0.02, expression.Expr)
		}
	}
	s, _ := c.Lookup("latency")
	got, err := e.Explain(t.Context(), s, at)
	require.NoError(t, err)
	require.Equal(t, sli.Expression{
		Title: "Good events in an hour",
		Expr:  `sum by (workload) (increase(latency_seconds_bucket{le="0.3"}[1h]))`,
	}, got[0].Expressions[1])

	s, _ = c.Lookup("between")
	_, err = e.Explain(t.Context(), s, at)
	require.ErrorContains(t, err, "latency threshold 400ms has no bucket in latency_seconds_bucket (have 0.3, 1, in s)")
}

// The queries of every SLI kind are valid PromQL.
func TestExplainEveryKind(t *testing.T) {
	e, server, _ := load(t)
	c, problems := catalog.Parse([]byte(`slos:
- {name: expression, objective: 99, window: 1d, sli: {events: {total: 'http_requests_total + latency_seconds_bucket', bad: 'sum(http_requests_total)'}}}
- {name: quantile, objective: 95, window: 30d, sli: {quantile: {histogram: latency_seconds, below: 1s}}}
- {name: throughput, objective: 95, window: 30d, sli: {throughput: {counter: http_requests_total, above: 1}}}
- {name: timeslice, objective: 95, window: 30d, sli: {timeslice: {expr: http_requests_total, op: ">", value: 1}}}
- {name: probe, objective: 95, window: 30d, sli: {probe: {gauge: up}}}
- {name: recorded, objective: 95, window: 30d, sli: {recorded: {ratio: http_requests_total, total: http_requests_total}}}
- {name: both, objective: 95, window: 30d, by: [workload], sli: {composite: {of: [{slo: probe}, {slo: throughput}]}}}
`))
	require.NoError(t, problems.Err())
	for _, s := range c.SLOs {
		all, err := e.Explain(t.Context(), s, at)
		require.NoError(t, err)
		if s.Name == "both" {
			require.Equal(t, []string{"probe", "throughput"}, []string{all[0].SLO, all[1].SLO})
		}
		for _, one := range all {
			require.Len(t, one.Expressions, 3)
			for _, expression := range one.Expressions {
				_, _, err := server.Query(t.Context(), expression.Expr, at)
				require.NoError(t, err, "%s: %s", s.Name, expression.Expr)
			}
		}
	}
}
