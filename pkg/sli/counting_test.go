package sli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
)

func TestEventsReadANarrowerSelectorOnce(t *testing.T) {
	c, err := Events(catalog.Events{Total: `http_requests_total{job="a"}`, Bad: `http_requests_total{code=~"5..",job="a"}`}, []string{"workload"})
	require.NoError(t, err)
	require.Len(t, c.Reads, 1)
	require.Equal(t, `http_requests_total{job="a"}`, Selector(c.Reads[0].(ledger.Counters).Matchers))
	require.Equal(t, `{code=~"5.."}`, Selector(c.Reads[0].(ledger.Counters).Parts[1].Matchers))
	require.Equal(t, []float64{3, 0, 10}, []float64{c.Bad(10, 3), c.Bad(10, -1), c.Bad(10, 11)})
}

func TestEventsOfTwoMetricsAreTwoReads(t *testing.T) {
	c, err := Events(catalog.Events{Total: `done_total`, Good: `succeeded_total`}, nil)
	require.NoError(t, err)
	require.Len(t, c.Reads, 2)
	require.Equal(t, Count{1, 0}, c.Part)
	require.Equal(t, []float64{7, 0}, []float64{c.Bad(10, 3), c.Bad(10, 11)}, "a good count above the total is no negative bad count")
}

func TestLatencyFindsItsBucketByNumber(t *testing.T) {
	l := catalog.Latency{Histogram: `http_request_duration_seconds{job="a"}`, Threshold: time.Second, Unit: "s"}
	c, err := Latency(l, nil, []string{"0.5", "1", "1.0", "+Inf", "5"})
	require.NoError(t, err)
	require.Equal(t, `http_request_duration_seconds_bucket{job="a",le=~"\\+Inf|1|1\\.0"}`, Selector(c.Reads[0].(ledger.Counters).Matchers))
	require.Equal(t, `{le=~"1|1\\.0"}`, Selector(c.Reads[0].(ledger.Counters).Parts[1].Matchers))
	require.True(t, c.Good)

	ms := catalog.Latency{Histogram: `istio_request_duration_milliseconds_bucket`, Threshold: 250 * time.Millisecond, Unit: "ms"}
	c, err = Latency(ms, nil, []string{"100", "250.0", "+Inf"})
	require.NoError(t, err)
	require.Equal(t, `{le="250.0"}`, Selector(c.Reads[0].(ledger.Counters).Parts[1].Matchers))
}

func TestLatencyRefusesAThresholdBetweenBuckets(t *testing.T) {
	l := catalog.Latency{Histogram: `http_request_duration_seconds`, Threshold: 250 * time.Millisecond, Unit: "s"}
	_, err := Latency(l, nil, []string{"5", "0.1", "0.3", "1.2", "+Inf"})
	require.EqualError(t, err, "sli.latency.threshold: latency threshold 250ms has no bucket in http_request_duration_seconds_bucket (have 0.1, 0.3, 1.2, 5, in s)")
	_, err = Latency(l, nil, nil)
	require.ErrorContains(t, err, "check the metric name and labels")
}

func TestASelectorNamesItsMetric(t *testing.T) {
	for text, want := range map[string]string{
		`{job="a"}`:         "names no metric",
		`x{job="a"`:         "unexpected end of input",
		`{__name__=~"a.*"}`: "names no metric",
	} {
		_, err := Events(catalog.Events{Total: text, Bad: "x"}, nil)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "sli.events.total")
	}
}
