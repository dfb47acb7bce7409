package sli_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/promexpr"
	. "github.com/burnline/burnline/pkg/sli"
)

var events = func(total, bad, good string) Indicator { return &Events{Total: total, Bad: bad, Good: good} }

// The query and the judgement of one exemplar, by the kind of the SLI.
func TestAnExemplarOfABadEvent(t *testing.T) {
	latency := func(histogram, unit string) Indicator {
		return &Latency{Histogram: histogram, Threshold: 300 * time.Millisecond, Unit: unit}
	}
	type exemplar struct {
		series string
		value  float64
		bad    bool
	}
	for name, c := range map[string]struct {
		of    Indicator
		query string
		cases []exemplar
	}{
		"bad": {events(`x_total`, `x_total{code=~"5.."}`, ""), `x_total{code=~"5.."}`, []exemplar{
			{`x_total{code="500"}`, 1, true},
			{`x_total{code="200"}`, 1, false},
			{`x_total{code="5000"}`, 1, false},
			{`y_total{code="500"}`, 1, false},
		}},
		"good": {events(`x_total{job="a"}`, "", `x_total{job="a",code!~"5.."}`), `x_total{job="a"}`, []exemplar{
			{`x_total{job="a",code="503"}`, 1, true},
			{`x_total{job="a",code="200"}`, 1, false},
			{`x_total{job="b",code="503"}`, 1, false},
		}},
		"two error counters": {
			events(`x_total`, `y_total + sum without (z) (z_total{a="1"})`, ""),
			`y_total or z_total{a="1"}`,
			[]exemplar{
				{`y_total`, 1, true},
				{`z_total{a="1"}`, 1, true},
				{`z_total{a="2"}`, 1, false},
				{`x_total`, 1, false},
			},
		},
		"bad without a code": {
			events(`x_total`, `x_total{code=~"4.."} - x_total{code="404"}`, ""),
			`x_total{code=~"4.."}`,
			[]exemplar{
				{`x_total{code="400"}`, 1, true},
				{`x_total{code="404"}`, 1, false},
			},
		},
		"counts of a histogram": {
			events(`h_count`, `h_count{code="500"}`, ""),
			`h_count{code="500"} or h_bucket{code="500"}`,
			[]exemplar{
				{`h_bucket{code="500",le="0.1"}`, 0.05, true},
				{`h_bucket{code="500",le="+Inf"}`, 50, true},
				{`h_bucket{code="200",le="+Inf"}`, 50, false},
				{`h_bucket{code="500"}`, 50, false},
				{`h_sum{code="500"}`, 50, false},
			},
		},
		"buckets as events": {events(`h_count`, "", `h_bucket{le="0.3"}`), `h_count or h_bucket`, []exemplar{
			{`h_bucket{le="0.1"}`, 0.05, false},
			{`h_bucket{le="0.3"}`, 0.2, false},
			{`h_bucket{le="0.30"}`, 0.2, false},
			{`h_bucket{le="0.5"}`, 0.4, true},
			{`h_bucket{le="+Inf"}`, 7, true},
			{`h_count`, 1, false}, // its bucket is unknown
			{`h`, 0.2, false},
			{`h`, 0.4, true},
		}},
		"latency": {latency(`h{job="a"}`, "s"), `h_bucket{job="a"} or h{job="a"}`, []exemplar{
			{`h_bucket{job="a",le="0.3"}`, 0.3, false},
			{`h_bucket{job="a",le="0.5"}`, 0.31, true},
			{`h_bucket{job="a",le="0.5"}`, 0.3, false}, // the value is at the threshold
			{`h_bucket{job="a",le="0.3"}`, 0.31, false},
			{`h_bucket{job="b",le="0.5"}`, 0.31, false},
			{`h_bucket{job="a",le="x"}`, 0.31, false},
			{`h_bucket{job="a"}`, 0.31, false},
			{`h{job="a"}`, 0.31, true},
			{`h{job="a"}`, 0.3, false},
			{`h_count{job="a"}`, 1, false},
		}},
		"latency in milliseconds": {latency(`h_bucket`, "ms"), `h_bucket or h`, []exemplar{
			{`h_bucket{le="300"}`, 299, false},
			{`h_bucket{le="500.0"}`, 301, true},
			{`h_bucket{le="500.0"}`, 0.301, false},
		}},
		"quoted names": {
			events(`{"größe.total"}`, `{"größe.total","http.status"="500"}`, ""),
			`{"http.status"="500",__name__="größe.total"}`, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := BadEventsOf(c.of, nil)
			require.NoError(t, err)
			assert.Equal(t, c.query, b.Expr())
			for _, x := range c.cases {
				assert.Equal(t, x.bad, b.IsBad(labelsOf(t, x.series), x.value), "%s %g", x.series, x.value)
			}
		})
	}
}

func labelsOf(t *testing.T, series string) map[string]string {
	t.Helper()
	vs, err := promexpr.ParseVerbatim(series)
	require.NoError(t, err)
	out := map[string]string{}
	for _, m := range promexpr.Selectors(vs)[0].LabelMatchers {
		out[m.Name] = m.Value
	}
	return out
}

// Where an event of a counter may be good or bad, no exemplar is offered.
func TestBadEventsThatNoExemplarShows(t *testing.T) {
	for name, c := range map[string]struct {
		of   Indicator
		text string
	}{
		"two metrics": {
			events(`x_total`, "", `y_total`),
			"the bad events are a difference between metrics (without y_total)",
		},
		"a correction": {events(`x_total`, `y_total - z_total`, ""), "(without z_total)"},
		"no sum": {
			events(`x_total`, `max(y_total)`, ""),
			"the bad events are no sum of counters (max() is no sum)",
		},
		"bucket pattern": {events(`h_count`, "", `h_bucket{le=~"0.3.*"}`), "selects buckets by a pattern"},
		"not a bucket":   {events(`h_count`, "", `h_bucket{le!="0.3"}`), "selects buckets by a pattern"},
		"probe":          {&Probe{Gauge: "up"}, "probe SLOs do not count single events"},
		"throughput":     {&Throughput{Counter: "x_total"}, "throughput SLOs do not count single events"},
	} {
		_, err := BadEventsOf(c.of, nil)
		var none *NoExemplarsError
		require.True(t, errors.As(err, &none), "%s: %v", name, err)
		assert.Contains(t, none.Reason, c.text, name)
	}
}

// Over all buckets and labels, an exemplar is bad exactly if the counters count its event as bad.
func TestExemplarsAreJudgedAsCountersCount(t *testing.T) {
	bounds := []string{"0.1", "0.3", "1", "+Inf"}
	codes := []string{"200", "404", "500", "503"}
	for name, c := range map[string]struct {
		of    Indicator
		isBad func(code string, le float64) bool
	}{
		"good buckets of good codes": {
			events(`h_count`, "", `h_bucket{le="0.3",code!~"5.."}`),
			func(code string, le float64) bool { return code[0] == '5' || le > 0.3 },
		},
		"slow or failed": {
			events(`h_count`, `h_count{code=~"5.."} + h_count{code!~"5.."} - h_bucket{le="1",code!~"5.."}`, ""),
			func(code string, le float64) bool { return code[0] == '5' || le > 1 },
		},
		"failed and fast": {
			events(`h_count`, `h_bucket{le="0.1",code="500"}`, ""),
			func(code string, le float64) bool { return code == "500" && le <= 0.1 },
		},
	} {
		b, err := BadEventsOf(c.of, nil)
		require.NoError(t, err, name)
		for _, code := range codes {
			for _, bound := range bounds {
				le, err := strconv.ParseFloat(bound, 64)
				require.NoError(t, err)
				series := map[string]string{model.MetricNameLabel: "h_bucket", "code": code, model.BucketLabel: bound}
				assert.Equal(t, c.isBad(code, le), b.IsBad(series, 0.05), fmt.Sprint(name, series))
			}
		}
	}
}
