package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
)

// Every answer without a row has a reason: no series of the SLO, or none that meets the filters.
func TestAnAnswerWithoutRowsHasAReason(t *testing.T) {
	const metric = "none_total"
	parse := func(names ...string) []catalog.SLO {
		text := "slos:"
		for _, name := range names {
			text += fmt.Sprintf("\n  - {name: %s, objective: 99, window: 1d, by: [workload], sli: {events: {total: %s, bad: '%s{code=\"500\"}'}}}", name, metric, metric)
		}
		c, problems := catalog.Parse([]byte(text))
		require.NoError(t, problems.Err())
		return c.SLOs
	}
	filter, err := catalog.NewFilter("workload", "=", "nonesuch")
	require.NoError(t, err)
	filtered := func(slos []catalog.SLO) []catalog.SLO {
		for i, s := range slos {
			slos[i], err = s.WithFilters([]*catalog.Filter{filter})
			require.NoError(t, err)
		}
		return slos
	}
	e := New(promtest.Load(t, gaps), Options{})
	at := hour(35, 0)
	answers := map[string]func(slos []catalog.SLO) (*Report, error){
		"summary": func(slos []catalog.SLO) (*Report, error) { return e.Summary(t.Context(), slos, at) },
		"timeseries": func(slos []catalog.SLO) (*Report, error) {
			r, err := e.TimeSeries(t.Context(), slos, []Metric{MetricBudget, MetricBurn}, at.Add(-time.Hour), at,
				time.Minute)
			if err != nil {
				return nil, err
			}
			return &r.Report, nil
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				slos []catalog.SLO
				want []string
			}{
				{parse("a"), []string{"SLO a: no series of none_total"}},
				{parse("a", "b"), []string{"SLO a: no series of none_total", "SLO b: no series of none_total"}},
				{filtered(parse("a")), []string{`SLO a: no series of none_total{workload="nonesuch"}`}},
				{filtered(parse("a", "b")), []string{"none of the 2 SLOs counts anything that meets the filters"}},
			} {
				r, err := answer(c.slos)
				require.NoError(t, err)
				require.Len(t, r.Warnings, len(c.want), "%v", r.Warnings)
				for i, want := range c.want {
					require.Contains(t, r.Warnings[i], want)
				}
			}
		})
	}
}
