package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

func TestBadEventsWithoutEventsHaveANotice(t *testing.T) {
	const load = `load 1m
  requests_total{w="a"} 0+10x3000
  failures_total{w="a"} 0+1x3000
  failures_total{w="b"} 0+2x3000
  failures_total{w="c"} 0+3x3000
  failures_total{w="idle"} 7x3000
`
	e := New(promtest.Load(t, load), Options{Now: func() time.Time { return at }})
	for sli, want := range map[string]string{
		"{events: {total: requests_total, bad: failures_total}}": "SLO x: 2 groups, such as w=b, have bad events, but no events (total), so they have no row. " +
			"Do bad and total have the same labels?",
		`{events: {total: requests_total, good: 'failures_total{w!="c"}'}}`: "SLO x: w=b has good events, but no events (total), so it has no row. " +
			"Do good and total have the same labels?",
		"{events: {total: requests_total, bad: 20 * sum by (w) (failures_total)}}": "SLO x: there are more bad events than total events, so " +
			"the SLI is capped at 0 or 100%. Check that bad selects a subset of total",
	} {
		r, err := e.Summary(t.Context(), parse(t, "{name: x, objective: 50, window: 1d, by: [w], sli: "+sli+"}"), at)
		require.NoError(t, err)
		require.Contains(t, r.Warnings, want)
		for _, row := range r.Rows {
			if row.Labels["w"] == "a" {
				require.Equal(t, 14_400.0, row.Window.Total)
			}
		}
	}
}

// If p95 fails, the other metrics have values.
func TestTimeSeriesWithoutTheirP95(t *testing.T) {
	_, server, c := load(t)
	slos := c.SLOs[:1]
	slos[0].P95 = c.SLOs[1].P95
	ask := func(metrics ...Metric) (*TimeSeriesReport, error) {
		e := New(noBuckets{server}, Options{Now: func() time.Time { return at }})
		return e.TimeSeries(t.Context(), slos, metrics, at.Add(-time.Hour), at, time.Hour)
	}
	h, err := ask(MetricSLI, MetricP95)
	require.NoError(t, err)
	require.Equal(t, []string{"SLO availability: no p95: too many labels"}, h.Warnings)
	require.Len(t, h.Series, 4)
	require.InDelta(t, 0.99, *h.Series[0].Points[0].Value, 1e-9)
	require.Nil(t, h.Series[1].Points[0].Value)
	_, err = ask(MetricP95)
	require.EqualError(t, err, "SLO availability: too many labels")
}

// noBuckets fails to list label values.
type noBuckets struct{ *promtest.Server }

func (noBuckets) LabelValues(context.Context, string, string, time.Time, time.Time) ([]string, []string, error) {
	return nil, nil, errors.New("too many labels")
}
