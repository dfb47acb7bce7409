package sli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/counting"
)

func TestEventsReadANarrowerSelectorOnce(t *testing.T) {
	c, err := (&Events{
		Total: `http_requests_total{job="a"}`,
		Bad:   `http_requests_total{code=~"5..",job="a"}`,
	}).Count([]string{"workload"}, seenBy())
	require.NoError(t, err)
	require.Equal(t, `http_requests_total{job="a"}`, Selector(c.Query.(counting.Counters).Selectors[0].Matchers))
	require.Equal(t, `{code=~"5.."}`, Selector(c.Query.(counting.Counters).Parts[1].Terms[0].Matchers))
}

func TestEventsOfTwoMetricsAreTwoSelectors(t *testing.T) {
	c, err := (&Events{Total: `done_total`, Good: `succeeded_total`}).Count(nil, seenBy())
	require.NoError(t, err)
	q := c.Query.(counting.Counters)
	require.Len(t, q.Selectors, 2)
	require.Equal(t, []counting.Part{
		{Terms: []counting.Term{{Weight: 1}}},
		{Terms: []counting.Term{{Weight: 1, Selector: 1}}},
	}, q.Parts)
}

func TestEventsOfASumAreWeighted(t *testing.T) {
	c, err := (&Events{
		Total: `sum(a_total)`,
		Bad:   `sum(a_total) - (sum(b_total) + 0.5 * sum(a_total{code="2"}))`,
	}).Count(nil, seenBy())
	require.NoError(t, err)
	q := c.Query.(counting.Counters)
	require.Len(t, q.Selectors, 2)
	require.Len(t, q.Parts[1].Terms, 3)
	require.Equal(t, -1.0, q.Parts[1].Terms[1].Weight)
	require.Equal(t, 1, q.Parts[1].Terms[1].Selector)
	require.Equal(t, -0.5, q.Parts[1].Terms[2].Weight)
	require.Equal(t, `{code="2"}`, Selector(q.Parts[1].Terms[2].Matchers))
}

func TestLatencyFindsItsBucketByNumber(t *testing.T) {
	l := Latency{Histogram: `http_request_duration_seconds{job="a"}`, Threshold: time.Second, Unit: "s"}
	c, err := l.Count(nil, seenBy("0.5", "1", "1.0", "+Inf", "5"))
	require.NoError(t, err)
	require.Equal(t, `http_request_duration_seconds_bucket{job="a",le=~"\\+Inf|1|1\\.0"}`,
		Selector(c.Query.(counting.Counters).Selectors[0].Matchers))
	require.Equal(t, `{le=~"1|1\\.0"}`, Selector(c.Query.(counting.Counters).Parts[1].Terms[0].Matchers))
	require.True(t, c.Good)

	ms := Latency{
		Histogram: `istio_request_duration_milliseconds_bucket`, Threshold: 250 * time.Millisecond,
		Unit: "ms",
	}
	c, err = ms.Count(nil, seenBy("100", "250.0", "+Inf"))
	require.NoError(t, err)
	require.Equal(t, `{le="250.0"}`, Selector(c.Query.(counting.Counters).Parts[1].Terms[0].Matchers))
}

func TestLatencyRefusesAThresholdBetweenBuckets(t *testing.T) {
	l := Latency{Histogram: `http_request_duration_seconds`, Threshold: 250 * time.Millisecond, Unit: "s"}
	_, err := l.Count(nil, seenBy("5", "0.1", "0.3", "1.2", "+Inf"))
	require.EqualError(t, err,
		"sli.latency.threshold: latency threshold 250ms has no bucket in http_request_duration_seconds_bucket (have 0.1, 0.3, 1.2, 5, in s)")
	_, err = l.Count(nil, seenBy())
	require.ErrorContains(t, err, "Check the metric name and labels")
}

func TestASelectorNamesItsMetric(t *testing.T) {
	for text, want := range map[string]string{
		`{job="a"}`:         "names no metric",
		`x{job="a"`:         "unexpected end of input",
		`{__name__=~"a.*"}`: "names no metric",
	} {
		_, err := (&Events{Total: text, Bad: "x"}).Count(nil, seenBy())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "sli.events.total")
	}
}
