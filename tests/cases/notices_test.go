package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
)

// What a reader should know about the numbers comes with them.
func TestNotices(t *testing.T) {
	now := time.Unix(0, 0).Add(25 * time.Hour)
	e := engine.New(promtest.Load(t, "load 1m\n  a_total 0+10x1500\n  c_total 0x1500\n  b_total 0+12x1500\n  ratio 0.1x1500\n"+
		"  h_seconds {{schema:0 count:0 sum:0 buckets:[0]}}+{{schema:0 count:1 sum:1 buckets:[1]}}x1500\n"), engine.Options{Now: func() time.Time { return now }})
	for sli, want := range map[string][]string{
		"events: {total: a_total, bad: c_total}":                     nil,
		"events: {total: a_total, good: b_total}":                    {"SLO x: there are more good events than events (total); the SLI is held within 0 and 100 %. Does good select from total?"},
		"events: {total: a_total, bad: b_total}":                     {"SLO x: there are more bad events than events (total); the SLI is held within 0 and 100 %. Does bad select from total?"},
		"events: {total: a_total + a_total, bad: c_total}":           nil,
		"events: {total: a_total, bad: c_total, counting: increase}": {"SLO x: counted with increase(), which extrapolates and does not see the first value of a new series"},
		"recorded: {ratio: ratio}":                                   {"SLO x: without total every recorded ratio has the same weight, busy or idle: a mean of ratios"},
		"latency: {histogram: h_seconds, threshold: 1s}":             {"SLO x: a native histogram: the good events are interpolated where the threshold lies within a bucket"},
		"events: {total: a_total, bad: d_total}": {
			"SLO x: sli.events.bad: no series of d_total in the last 1d. If its first series comes with the first such event, all is well"},
		`events: {total: a_total, bad: 'a_total{code="500"}'}`: {
			`SLO x: sli.events.bad: code="500" matches no series: a_total has no label code`},
		"probe: {gauge: nothing}": {"SLO x: no series of nothing in the last 1d; check the metric name and labels"},
	} {
		s, problems := catalog.ParseSLO([]byte("{name: x, objective: 80, window: 1d, policy: page-and-slack, sli: {" + sli + "}}"))
		require.NoError(t, problems.Err(), sli)
		r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
		require.NoError(t, err, sli)
		require.Equal(t, want, r.Warnings, sli)
	}
}
