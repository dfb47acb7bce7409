package sli_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/sli"
)

// 10 requests a minute. The error counter begins with three errors at 2:30. b has no fast bucket.
const requests = `load 1m
  requests_total{app="a",code="200"} 0+10x240
  requests_total{app="a",code="500"} _x150 3x90
  requests_total{app="b",code="200"} 0+10x240
  requests_total{app="idle",code="200"} 7x240
  latency_seconds_bucket{app="a",le="1.0"} 0+9x240
  latency_seconds_bucket{app="a",le="+Inf"} 0+10x240
  latency_seconds_bucket{app="b",le="+Inf"} 0+10x240
`

func TestWindowOf(t *testing.T) {
	server := promtest.Load(t, requests)
	for _, c := range []struct {
		name, sli  string
		total, bad map[string]float64
	}{
		{
			"errors created late", `events: {total: requests_total, bad: 'requests_total{code="500"}'}`,
			map[string]float64{"a": 603, "b": 600, "idle": 0},
			map[string]float64{"a": 3, "b": 0, "idle": 0},
		},
		{
			"good events", `events: {total: requests_total, good: 'requests_total{code="200"}'}`,
			map[string]float64{"a": 603, "b": 600, "idle": 0},
			map[string]float64{"a": 3, "b": 0, "idle": 0},
		},
		{
			"increase", `events: {total: requests_total, bad: 'requests_total{code="500"}', counting: increase}`,
			map[string]float64{"a": 600, "b": 600, "idle": 0},
			map[string]float64{"a": 0, "b": 0, "idle": 0},
		},
		{
			"latency", `latency: {histogram: latency_seconds, threshold: 1s}`,
			map[string]float64{"a": 600, "b": 600},
			map[string]float64{"a": 60, "b": 600},
		},
		{
			"slices", `throughput: {counter: 'requests_total{code="200"}', above: 0.1, slice: 5m}`,
			map[string]float64{"a": 12, "b": 12, "idle": 12},
			map[string]float64{"a": 0, "b": 0, "idle": 12},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, problems := catalog.ParseSLO([]byte(`{name: x, objective: 99, window: 1d, by: [app], sli: {` + c.sli +
				`}}`))
			require.NoError(t, problems.Err())
			w, err := s.WindowExpressions(time.Hour)
			require.NoError(t, err)
			for what, expr := range map[string]string{"total": w.Total.String(), "bad": w.Bad(w.Total).String()} {
				matrix, _, err := server.Query(t.Context(), expr, time.Unix(0, 0).Add(3*time.Hour))
				require.NoError(t, err)
				got := map[string]float64{}
				for _, s := range matrix {
					got[string(s.Metric["app"])] = float64(s.Values[0].Value)
				}
				want := c.total
				if what == "bad" {
					want = c.bad
				}
				assert.Equal(t, want, got, "%s: %s", what, expr)
			}
		})
	}
}

func TestACompositeIsNoExpression(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos:
  - {name: a, objective: 99, window: 1d, sli: {events: {total: x_total, bad: 'x_total{code="500"}'}}}
  - {name: b, objective: 99, window: 1d, sli: {events: {total: y_total, bad: z_total}}}
  - {name: c, objective: 99, window: 1d, sli: {composite: {of: [{slo: a}, {slo: b}]}}}`))
	require.NoError(t, problems.Err())
	_, err := c.SLOs[2].WindowExpressions(time.Hour)
	var reason *NotExpressibleError
	require.ErrorAs(t, err, &reason)
}
