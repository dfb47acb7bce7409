package cases

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/slo"
)

// Results have notices about the numbers that a reader must know.
func TestNotices(t *testing.T) {
	now := time.Unix(0, 0).Add(25 * time.Hour)
	e := engine.New(promtest.Load(t,
		"load 1m\n  a_total 0+10x1500\n  c_total 0x1500\n  b_total 0+12x1500\n  ratio 0.1x1500\n"+
			"  h_seconds {{schema:0 count:0 sum:0 buckets:[0]}}+{{schema:0 count:1 sum:1 buckets:[1]}}x1500\n"),
		engine.Options{Now: func() time.Time { return now }})
	for sli, want := range map[string][]string{
		"events: {total: a_total, bad: c_total}":                     nil,
		"events: {total: a_total, good: b_total}":                    {"SLO x: there are more good events than total events, so the SLI is capped at 0 or 100%. Check that good selects a subset of total"},
		"events: {total: a_total, bad: b_total}":                     {"SLO x: there are more bad events than total events, so the SLI is capped at 0 or 100%. Check that bad selects a subset of total"},
		"events: {total: a_total + a_total, bad: c_total}":           nil,
		"events: {total: a_total, bad: c_total, counting: increase}": {"SLO x: counted with increase(), which extrapolates and does not see the first value of a new series"},
		"recorded: {ratio: ratio}":                                   {"SLO x: without total every recorded ratio has the same weight, busy or idle: a mean of ratios"},
		"latency: {histogram: h_seconds, threshold: 1s}":             {"SLO x: a native histogram: the good events are interpolated where the threshold lies within a bucket"},
		"events: {total: a_total, bad: d_total}": {
			"SLO x: sli.events.bad: no series of d_total in the last 1d. If its first series comes with the first such event, all is well",
		},
		`events: {total: a_total, bad: 'a_total{code="500"}'}`: {
			`SLO x: sli.events.bad: code="500" matches no series: a_total has no label code`,
		},
		"probe: {gauge: nothing}": {"SLO x: no series of nothing in the last 1d. Check the metric name and labels"},
	} {
		s, problems := catalog.ParseSLO([]byte("{name: x, objective: 80, window: 1d, policy: page-and-slack, sli: {" +
			sli + "}}"))
		require.NoError(t, problems.Err(), sli)
		r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
		require.NoError(t, err, sli)
		require.Equal(t, want, r.Warnings, sli)
	}
}

// A likely mistake in an SLO of any kind has a notice in every place that shows the SLO.
func TestMistakesAreNamedEverywhere(t *testing.T) {
	now := time.Unix(0, 0).Add(25 * time.Hour)
	server := promtest.Load(t, `load 1m
  a_total{namespace="x"} 0+10x1500
  c_total{namespace="x"} 0+1x1500
  queue 5x1500
  wait_seconds 0.05x1500
  percent 99x1500
  h_bucket{le="0.1"} 0+1x1500
  h_bucket{le="1000"} 0+100x1500
  h_bucket{le="+Inf"} 0+100x1500
`)
	const above = "95% of the observations are above 100ms"
	for _, tt := range []struct{ kind, slo, path, want string }{
		{"events", `by: [nsp], sli: {events: {total: a_total, bad: c_total}}`, "by[0]", "has the label nsp"},
		{
			"ratio", `sli: {ratio: {total: a_total, bad: 'c_total{namespace="y"}', target: 90, slice: 1m}}`,
			"sli.ratio.bad", `namespace has the values x`,
		},
		{"latency", `sli: {latency: {histogram: h, threshold: 100ms}}`, "sli.latency.threshold", above},
		{"quantile", `sli: {quantile: {histogram: h, below: 100ms}}`, "sli.quantile.below", above},
		{
			"throughput", `sli: {throughput: {counter: 'a_total{namespace="X"}', above: 1}}`, "sli.throughput.counter",
			"Is x meant?",
		},
		{
			"timeslice", `sli: {timeslice: {expr: wait_seconds, op: "<", value: 300}}`, "sli.timeslice.value",
			"compared with 300",
		},
		{"probe", `sli: {probe: {gauge: queue}}`, "sli.probe.gauge", "was 5 in the last hour"},
		{"recorded", `sli: {recorded: {ratio: percent}}`, "sli.recorded.ratio", "Is it percent?"},
		{
			"composite", `sli: {composite: {of: [{slo: member}, {slo: sound}]}}`, "sli.composite.of[0]",
			"no series of a_totl",
		},
		{
			"composite by", `by: [nsp], sli: {composite: {of: [{slo: sound}, {slo: also}]}}`, "by[0]",
			"no series of a_total has the label nsp",
		},
		{
			"p95 of its own", `p95: {histogram: h, target: 100ms}, sli: {events: {total: a_total, bad: c_total}}`,
			"p95.target", above,
		},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			c, problems := catalog.Parse([]byte(`slos:
- {name: member, objective: 80, window: 1d, sli: {events: {total: a_totl, bad: c_total}}}
- {name: sound, objective: 80, window: 1d, sli: {events: {total: a_total, bad: c_total}}}
- {name: also, objective: 80, window: 1d, sli: {events: {total: a_total, bad: c_total}}}
- {name: x, objective: 80, window: 1d, ` + tt.slo + `}`))
			require.NoError(t, problems.Err())
			requested := c.SLOs[3:]
			e := engine.New(server, engine.Options{Now: func() time.Time { return now }})
			findings, err := e.Findings(t.Context(), requested[0], now)
			require.NoError(t, err)
			require.True(t,
				slices.ContainsFunc(findings,
					func(f lint.Finding) bool { return f.Path == tt.path && strings.Contains(f.Message, tt.want) }),
				"%v",
				findings)
			ago := now.Add(-2 * time.Hour)
			for place, answer := range map[string]func() ([]string, error){
				"the editor": func() (out []string, err error) {
					all, err := e.Explain(t.Context(), requested[0], now)
					for _, one := range all {
						out = append(out, one.Notices...)
					}
					return out, err
				},
				"summary": func() ([]string, error) {
					r,
						err := e.Summary(t.Context(), requested, now)
					return r.Warnings, err
				},
				"time series": func() ([]string, error) {
					r, err := e.TimeSeries(t.Context(), requested, []engine.Metric{engine.MetricSLI}, ago, now,
						time.Hour)
					return r.Warnings, err
				},
				"history": func() ([]string, error) {
					r, err := e.Periods(t.Context(), requested, nil, ago, now)
					return r.Warnings, err
				},
				"whatif": func() ([]string, error) {
					r, err := e.WhatIf(t.Context(), requested, engine.Alternatives{}, now)
					return r.Warnings, err
				},
				"backtest": func() ([]string, error) {
					r, err := e.Backtest(t.Context(), requested, []slo.Policy{requested[0].Policy}, ago, now,
						time.Minute)
					return r.Warnings, err
				},
				"annotations": func() ([]string, error) {
					r, err := e.Annotations(t.Context(), requested, []engine.EventKind{engine.EventFiring}, ago, now)
					return r.Warnings, err
				},
				"breakdown": func() ([]string, error) {
					if requested[0].Slice() > 0 || requested[0].Composite() != nil { // both are rejected
						return []string{tt.want}, nil
					}
					r, err := e.Breakdown(t.Context(), requested, engine.BreakdownRequest{By: []string{"le"}, Top: 5},
						now)
					if err != nil {
						r, err = e.Breakdown(t.Context(), requested,
							engine.BreakdownRequest{By: []string{"namespace"}, Top: 5}, now)
					}
					return r.Warnings, err
				},
			} {
				warnings, err := answer()
				require.NoError(t, err, place)
				require.Contains(t, strings.Join(warnings, "\n"), tt.want, place)
			}
		})
	}
}
