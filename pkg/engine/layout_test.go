package engine

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
)

func parse(t *testing.T, definition string) []catalog.SLO {
	s, problems := catalog.ParseSLO([]byte(definition))
	require.NoError(t, problems.Err())
	return []catalog.SLO{s}
}

// watched counts requests for buckets, and may add a warning to responses.
type watched struct {
	*promtest.Server
	requestCount atomic.Int64
	warning      []string
}

func (w *watched) LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values,
	warnings []string, err error,
) {
	w.requestCount.Add(1)
	values, warnings, err = w.Server.LabelValues(ctx, label, selector, start, end)
	return values, append(warnings, w.warning...), err
}

func hour(n float64) time.Time {
	return time.Unix(0, 0).Add(time.Duration(n * float64(time.Hour))).UTC()
}

func TestLayoutsWithWarningsHaveANoticeAndAreNotCached(t *testing.T) {
	server := &watched{Server: promtest.Load(t, series), warning: []string{"store a is down"}}
	e := New(server, Options{Now: func() time.Time { return at }})
	c, _ := catalog.Parse([]byte(definitions))
	for n := range 2 {
		r, err := e.Summary(t.Context(), c.SLOs[1:2], at)
		require.NoError(t, err)
		require.Equal(t, []string{"store a is down"}, r.Warnings)
		require.GreaterOrEqual(t, server.requestCount.Load(), int64(2*n+2), "for the counts and for the p95")
	}
	server.warning = nil
	_, err := e.Summary(t.Context(), c.SLOs[1:2], at)
	require.NoError(t, err)
	requested := server.requestCount.Load()
	r, err := e.Summary(t.Context(), c.SLOs[1:2], at)
	require.NoError(t, err)
	require.Empty(t, r.Warnings)
	require.Equal(t, requested, server.requestCount.Load())
}

func TestEnginesLeaveNoGoroutine(t *testing.T) {
	server := promtest.Load(t, series)
	latency := parse(t,
		"{name: x, objective: 90, window: 1d, sli: {latency: {histogram: latency_seconds, threshold: 300ms}}}")[0]
	before := runtime.NumGoroutine()
	for range 100 {
		_, err := New(server, Options{}).Explain(t.Context(), latency, hour(2))
		require.NoError(t, err)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before+5)
}

func TestABucketThatOnlySomeHaveHasANotice(t *testing.T) {
	for name, c := range map[string]struct {
		load string
		at   float64
		want []string
	}{
		"all have it": {`load 1m
  h_seconds_bucket{w="a",pod="1",le="0.3"} 0+5x3600
  h_seconds_bucket{w="a",pod="1",le="+Inf"} 0+10x3600
`, 50, nil},
		"gone after 30 hours": {`load 1m
  h_seconds_bucket{w="a",le="0.3"} 0+5x1798
  h_seconds_bucket{w="a",le="+Inf"} 0+10x3600
`, 36.5, []string{`SLO x: some series of h_seconds_bucket don't have a bucket at the threshold 300ms (le="0.3"), so their requests count as bad: w=a (12.8% of the time since 1969-12-31 13:00, 1 of 1 series at the end). ` +
			`Add the bucket, or use a threshold that all series have`}},
		// 12.8%: the ends of hours 31 to 36, of 47 hours.
		"never on one pod of two": {`load 1m
  h_seconds_bucket{w="a",pod="1",le="0.30"} 0+5x3600
  h_seconds_bucket{w="a",pod="1",le="+Inf"} 0+10x3600
  h_seconds_bucket{w="a",pod="2",le="0.25"} 0+5x3600
  h_seconds_bucket{w="a",pod="2",le="+Inf"} 0+10x3600
  h_seconds_bucket{w="b",pod="3",le="0.30"} 0+5x3600
  h_seconds_bucket{w="b",pod="3",le="+Inf"} 0+10x3600
`, 50, []string{`SLO x: some series of h_seconds_bucket don't have a bucket at the threshold 300ms (le="0.30"), so their requests count as bad: w=a (100% of the time since 1970-01-01 02:00, 1 of 2 series at the end). ` +
			`Add the bucket, or use a threshold that all series have`}},
		"since ten minutes": {`load 1m
  h_seconds_bucket{w="a",pod="1",le="0.3"} 0+5x2985 _x1000
  h_seconds_bucket{w="a",pod="1",le="+Inf"} 0+10x2985 _x1000
  h_seconds_bucket{w="a",pod="2",le="0.25"} _x2986 0+5x900
  h_seconds_bucket{w="a",pod="2",le="+Inf"} _x2986 0+10x900
`, 50, []string{`SLO x: some series of h_seconds_bucket don't have a bucket at the threshold 300ms (le="0.3"), so their requests count as bad: w=a (0% of the time since 1970-01-01 02:00, 1 of 1 series at the end). ` +
			`Add the bucket, or use a threshold that all series have`}},
		"another spelling is the same bucket": {`load 1m
  h_seconds_bucket{w="a",le="0.3"} 0+5x1800
  h_seconds_bucket{w="a",le="0.30"} _x1801 5+5x1700
  h_seconds_bucket{w="a",le="+Inf"} 0+10x3600
`, 36.5, nil},
	} {
		t.Run(name, func(t *testing.T) {
			now := hour(c.at)
			e := New(promtest.Load(t, c.load), Options{Now: func() time.Time { return now }})
			for range 2 { // the second time from the cache
				r, err := e.Summary(t.Context(),
					parse(t,
						"{name: x, objective: 90, window: 1d, by: [w], sli: {latency: {histogram: h_seconds, threshold: 300ms}}}"), now)
				require.NoError(t, err)
				require.Equal(t, c.want, r.Warnings)
			}
		})
	}
}

// uncountable fails to count series.
type uncountable struct{ *promtest.Server }

func (u uncountable) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if strings.HasPrefix(expr, "count by (workload, le)") {
		return nil, nil, errors.New("too many series")
	}
	return u.Server.Query(ctx, expr, at)
}

func TestCountsAreAnsweredWhereBucketsCannotBeLookedAt(t *testing.T) {
	_, server, c := load(t)
	e := New(uncountable{server}, Options{Now: func() time.Time { return at }})
	r, err := e.Summary(t.Context(), c.SLOs[1:2], at)
	require.NoError(t, err)
	require.Equal(t,
		[]string{"SLO latency: it is not known whether every series has the bucket at the threshold: too many series"},
		r.Warnings)
	require.Equal(t, 86_400.0, r.Rows[0].Window.Total)
}
