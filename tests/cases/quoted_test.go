package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
)

// Names as in OpenTelemetry, in every kind of SLI, grouped and filtered by a quoted label.
func TestQuotedNamesAreCountedInEveryKind(t *testing.T) {
	now := time.Unix(0, 0).Add(25 * time.Hour).UTC()
	e := engine.New(promtest.Load(t, `load 1m
  {"http.requests","service.name"="checkout","http.status"="200"} 0+99x1600
  {"http.requests","service.name"="checkout","http.status"="500"} 0+1x1600
  {"http.duration_bucket","service.name"="checkout",le="1.0"} 0+99x1600
  {"http.duration_bucket","service.name"="checkout",le="+Inf"} 0+100x1600
  {"probe.up","service.name"="checkout"} 1x1600
  {"queue.length","service.name"="checkout"} 5x1600
  {"rule.ratio","service.name"="checkout"} 0.01x1600
  {"rule.rate","service.name"="checkout"} 10x1600
`), engine.Options{Now: func() time.Time { return now }})
	for sli, bad := range map[string]float64{
		`events: {total: '{"http.requests"}', bad: '{"http.requests","http.status"=~"5.."}'}`:                          1440,
		`events: {total: '{"http.requests"}', good: '{"http.requests","http.status"!="500"} - 0 * {"http.requests"}'}`: 1440,
		`events: {total: '{"http.requests"}', bad: '{"http.requests","http.status"=~"5.."}', counting: increase}`:      1440,
		`events: {total: '{"http.duration_bucket",le="+Inf"}', good: '{"http.duration_bucket",le="1"}'}`:               1440,
		`latency: {histogram: '{"http.duration"}', threshold: 1s}`:                                                     1440,
		`quantile: {histogram: '{"http.duration","service.name"=~".+"}', below: 1s}`:                                   0,
		`throughput: {counter: '{"http.requests"}', above: 1}`:                                                         0,
		`ratio: {total: '{"http.requests"}', bad: '{"http.requests","http.status"="500"}', target: 99.5}`:              1440,
		`timeslice: {expr: 'max by ("service.name") ({"queue.length"})', op: "<", value: 5}`:                           1440,
		`probe: {gauge: '{"probe.up"}'}`:                              0,
		`recorded: {ratio: '{"rule.ratio"}', total: '{"rule.rate"}'}`: 8640,
	} {
		s, problems := catalog.ParseSLO([]byte(`{name: x, objective: 50, window: 1d, policy: page-and-slack, by: [service.name], sli: {` + sli + `}}`))
		require.NoError(t, problems.Err(), sli)
		filter, err := catalog.NewFilter("service.name", "=", "checkout")
		require.NoError(t, err)
		filtered, err := s.WithFilters([]*catalog.Filter{filter})
		require.NoError(t, err, sli)
		for _, one := range []catalog.SLO{s, filtered} {
			r, err := e.Summary(t.Context(), []catalog.SLO{one}, now)
			require.NoError(t, err, sli)
			require.Empty(t, r.Failed, sli)
			require.Len(t, r.Rows, 1, sli)
			require.Equal(t, map[string]string{"service.name": "checkout"}, r.Rows[0].Labels, sli)
			require.InDelta(t, bad, r.Rows[0].Window.Bad, 1e-6, sli)
			require.Greater(t, r.Rows[0].Window.Total, 280.0, sli)
		}
	}
}
