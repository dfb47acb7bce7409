package lint

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/memory"
)

var recording = `load 1m
  http_requests_total{job="a",code="200"} 0+95x200
  http_requests_total{job="a",code="500"} 0+5x200
  quiet_total{code="200"} 0+95x200
  grpc_total{grpc_code="OK"} 0+95x200
  jobs_total{result="success"} 0+95x200
  jobs_total{result="weird"} 0+95x200
  failed_total{other="x"} 0+1x200
  envoy_time_bucket{le="1.0"} 0+1x200
  envoy_time_bucket{le="1000.0"} 0+99x200
  envoy_time_bucket{le="3600000.0"} 0+100x200
  envoy_time_bucket{le="+Inf"} 0+100x200
  fast_ms_bucket{le="0.5"} 0+98x200
  fast_ms_bucket{le="10"} 0+100x200
  fast_ms_bucket{le="5000"} 0+100x200
  fast_ms_bucket{le="+Inf"} 0+100x200
  native_seconds {{schema:0 count:0 sum:0 buckets:[0]}}+{{schema:0 count:1 sum:1 buckets:[1]}}x200
  rule:ratio 2x200
  rule:negative -0.5x200
  rule:good_ratio 0.01x200
  job:req:sum 1000+10x200
  up 1x200
  {"http.requests","service.name"="x"} 0+1x200
  queue_length ` + strings.Repeat("5 1 7 ", 67) + `
  two_writers_total ` + strings.Repeat("5000 100 ", 100)

func parseSLO(t *testing.T, sli string) catalog.SLO {
	t.Helper()
	s, problems := catalog.ParseSLO([]byte("{name: x, objective: 50, window: 7d, " + sli + "}"))
	require.NoError(t, problems.Err(), sli)
	return s
}

func TestFindings(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * time.Hour)
	linter := New(promtest.Load(t, recording),
		memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return now }})
	for sli, want := range map[string][]string{
		`sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}`: nil,
		`sli: {events: {total: http_requests_total, bad: 'http_requests_total{status=~"5.."}'}}`: {
			`error sli.events.bad: status=~"5.." matches no series: http_requests_total has no label status. It has code, job`,
		},
		`sli: {events: {total: http_requests_total, bad: 'http_requests_total{cod=~"5.."}'}}`: {
			`error sli.events.bad: cod=~"5.." matches no series: http_requests_total has no label cod. It has code, job. Is code meant?`,
		},
		`sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="5.."}'}}`: {
			`warning sli.events.bad: code="5.." compares the whole text. For a regular expression write code=~"5.."`,
			`error sli.events.bad: code="5.." matches no series: = compares the whole text. Write code=~"5.."`,
		},
		`sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="server error"}'}}`: {
			`warning sli.events.bad: code="server error" matches no series of http_requests_total; code has the values 200, 500`,
		},
		`sli: {events: {total: http_requests_total, bad: 'http_request_total{code="500"}'}}`: {
			`warning sli.events.bad: no series of http_request_total in the last 7d. There are http_requests_total. If its first series comes with the first such event, all is well`,
		},
		`sli: {events: {total: htp_requests_total, bad: 'http_requests_total{code="500"}'}}`: {
			`warning sli.events.total: no series of htp_requests_total in the last 7d. There are http_requests_total. Check the name of the metric`,
		},
		`sli: {events: {total: 'http_requests_total{job="b"}', bad: 'http_requests_total{job="b",code="500"}'}}`: {
			`warning sli.events.total: job="b" matches no series of http_requests_total; job has the values a. Is a meant?`,
			`warning sli.events.bad: job="b" matches no series of http_requests_total; job has the values a. Is a meant?`,
		},
		// no errors yet
		`sli: {events: {total: quiet_total, bad: 'quiet_total{code=~"5.."}'}}`:                     nil,
		`sli: {events: {total: grpc_total, bad: 'grpc_total{grpc_code=~"Unavailable|Internal"}'}}`: nil,
		`sli: {events: {total: jobs_total, bad: 'jobs_total{result="error"}'}}`:                    nil,
		`sli: {events: {total: jobs_total, bad: 'jobs_total{result="boom"}'}}`: {
			`warning sli.events.bad: result="boom" matches no series of jobs_total; result has the values success, weird`,
		},
		`by: [job], sli: {events: {total: http_requests_total, bad: 'failed_total'}}`: {
			`warning sli.events.bad: failed_total does not have the label job that total is grouped by: its events are of no group. Give total and this one the same labels`,
		},
		`by: [namespace], sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="500"}'}}`: {
			`warning by[0]: no series of http_requests_total has the label namespace: all of them are one group. Give a label that they have, or leave it out`,
		},
		`sli: {events: {total: queue_length, bad: failed_total}}`: {
			`warning sli.events.total: a series of queue_length fell 39 times in the last hour, which no counter does. Is it a gauge, or do two targets write it? Give a counter, or judge a gauge with a timeslice SLI`,
		},
		`sli: {events: {total: two_writers_total, bad: failed_total}}`: {
			`warning sli.events.total: a series of two_writers_total fell 29 times in the last hour, which no counter does. Is it a gauge, or do two targets write it? Give a counter, or judge a gauge with a timeslice SLI`,
		},
		`sli: {events: {total: 'job:req:sum', bad: failed_total}}`: {
			`warning sli.events.total: job:req:sum looks like a recorded sum. A sum of counters is no counter: it falls by a restart of one of them, and the whole sum is counted again. Give the counters that it was made of`,
		},
		`sli: {events: {total: 'job:req:rate5m', bad: failed_total}}`: {
			`warning sli.events.total: job:req:rate5m looks like a recorded rate. Its increase is no count. Give the original counters`,
			`warning sli.events.total: no series of job:req:rate5m in the last 7d. Check the name of the metric`,
		},
		`by: [job], sli: {events: {total: http_requests_total, bad: 'sum(failed_total)'}}`: {
			`error sli.events.bad: sum(failed_total) drops the label job, which makes the groups`,
			`warning sli.events.bad: failed_total does not have the label job that total is grouped by: its events are of no group. Give total and this one the same labels`,
		},
		`sli: {events: {total: 'sum(http_requests_total) + sum by (job) (quiet_total)', bad: failed_total}}`: {
			`error sli.events.total: the sides of + in sum(http_requests_total) + sum by (job) (quiet_total) never match: one has no labels, the other only job`,
		},
		`sli: {events: {total: envoy_time_bucket, good: 'envoy_time_bucket{le="1"}'}}`: {
			`warning sli.events.total: envoy_time_bucket without a matcher of le counts each event once for each bucket that it is in. Add le="+Inf", or the bound that is meant`,
		},
		`sli: {latency: {histogram: envoy_time, threshold: 1s}}`: {
			`warning sli.latency.threshold: 95% of the observations are above 1s (the 5th percentile is 41.8s). Are the buckets in ms? Then write unit: ms`,
		},
		`sli: {latency: {histogram: envoy_time, threshold: 1s, unit: ms}}`: nil,
		`sli: {latency: {histogram: fast_ms, threshold: 5s}}`: {
			`warning sli.latency.threshold: 99.9% of the observations are below 9.53ms, far below the threshold 5s. Are the buckets in s? Then write unit: s`,
		},
		`sli: {latency: {histogram: native_seconds, threshold: 1s}}`: nil,
		`sli: {latency: {histogram: native_seconds, threshold: 20ms}}`: {
			`warning sli.latency.threshold: 95% of the observations are above 20ms (the 5th percentile is 0.518s). Are the buckets in ms? Then write unit: ms`,
		},
		`sli: {latency: {histogram: http_requests_total, threshold: 300ms}}`: {
			`error sli.latency.histogram: http_requests_total is no histogram: it has neither buckets (http_requests_total_bucket) nor native samples. Count it with an events SLI, or give a histogram`,
		},
		`sli: {quantile: {histogram: nothing_seconds, below: 300ms}}`: {
			`warning sli.quantile.histogram: no series of nothing_seconds_bucket in the last 7d. Check the name of the metric`,
		},
		`sli: {recorded: {ratio: 'rule:ratio'}}`: {
			`error sli.recorded.ratio: rule:ratio was 2 in the last hour, and a share of events is within 0 and 1. Is it percent? Record it divided by 100`,
		},
		`sli: {recorded: {ratio: 'rule:negative'}}`: {
			`error sli.recorded.ratio: rule:negative was -0.5 in the last hour, and a share of events is within 0 and 1`,
		},
		`sli: {recorded: {ratio: 'rule:good_ratio'}}`:                       nil,
		`sli: {probe: {gauge: up}}`:                                         nil,
		`sli: {timeslice: {expr: 'max(queue_length)', op: "<", value: 10}}`: nil,
		`sli: {timeslice: {expr: 'sum(increase(http_requests_total{code="200"}[1m])) / sum(increase(http_requests_total[1m]))', op: ">=", value: 0.95}}`: {
			`warning sli.timeslice.expr: had no value in the last hour, though its series are there: every slice was without data. Does a range hold two samples? rate() and increase() over 1m have no value at a scrape interval of 1m. To judge a share of events use {ratio: {total: ..., bad: ..., target: 95}}`,
		},
		`sli: {timeslice: {expr: 'max(queue_lenght)', op: "<", value: 10}}`: {
			`warning sli.timeslice.expr: no series of queue_lenght in the last 7d. There are queue_length. Check the name of the metric`,
		},
		`by: [service.name], sli: {events: {total: '{"http.requests"}', bad: '{"http.requests","service.name"="y"}'}}`: {
			`warning sli.events.bad: "service.name"="y" matches no series of http.requests; service.name has the values x. Is x meant?`,
		},
	} {
		s := parseSLO(t, sli)
		findings, _, err := linter.Findings(t.Context(), s, now)
		require.NoError(t, err, sli)
		var got []string
		for _, f := range findings {
			got = append(got, string(f.Severity)+" "+f.String())
		}
		require.Equal(t, want, got, sli)
	}
}

func TestAlertsThatAlwaysFire(t *testing.T) {
	c, problems := catalog.Parse([]byte(`policies: {p: [{severity: page, percent: 0.02, long: 1h}, {severity: page, percent: 2, long: 1h}, {severity: ticket, percent: 10, long: 5d}]}
slos: [{name: a, objective: 99.9, window: 30d, policy: p, sli: {events: {total: a_total, bad: b_total}}}]`))
	require.NoError(t, problems.Err())
	findings := Definition(c.SLOs[0])
	require.Len(t, findings, 2)
	require.Equal(t,
		Finding{
			Path: "policy", Severity: Warning,
			Message: "alert 1 of policy p (page, 0.02% in 1h) fires at a burn rate of 0.144. At a burn rate of 1 the budget lasts the whole window. percent is percent of the budget: is 2 meant?",
		}, findings[0])
	require.Equal(t,
		"alert 3 of policy p (ticket, 10% in 5d) fires at a burn rate of 0.6. At a burn rate of 1 the budget lasts the whole window", findings[1].Message)
}

// counting counts requests, and returns metadata.
type counting struct {
	*promtest.Server
	requests int
	fail     error
	types    map[string]string
}

func (c *counting) Query(ctx context.Context, expr string, at time.Time) (m model.Matrix, w []string, err error) {
	c.requests++
	if c.fail != nil {
		return nil, nil, c.fail
	}
	return c.Server.Query(ctx, expr, at)
}

func (c *counting) LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	c.requests++
	return c.Server.LabelNames(ctx, selector, start, end)
}

func (c *counting) MetricTypes(context.Context) (map[string]string, error) { return c.types, nil }

func TestASLOIsOneRequestAnHour(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * time.Hour)
	server := &counting{Server: promtest.Load(t, recording)}
	linter := New(server, memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return now }})
	s := parseSLO(t, `by: [job], sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}`)
	look := func() (int, error) {
		_, took, err := linter.Findings(t.Context(), s, now)
		return took, err
	}
	for _, want := range []int{1, 0, 0} {
		took, err := look()
		require.NoError(t, err)
		require.Equal(t, want, took)
	}
	require.Equal(t, 1, server.requests)
	now = now.Add(61 * time.Minute)
	took, err := look()
	require.NoError(t, err)
	require.Equal(t, 1, took)

	server.fail = errors.New("down")
	now = now.Add(61 * time.Minute)
	_, err = look()
	require.EqualError(t, err, "down")
	_, err = look()
	require.EqualError(t, err, "down")
	require.Equal(t, 3, server.requests, "a server that is down is asked every five minutes")
}

func TestTypesThatContradictTheUse(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * time.Hour)
	server := &counting{Server: promtest.Load(t, recording), types: map[string]string{
		"up": "counter", "quiet_total": "gauge", "http_requests": "counter", "envoy_time": "histogram",
		"failed_total": "unknown", "rule:good_ratio": "counter",
	}}
	linter := New(server, memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return now }})
	for sli, want := range map[string][]Finding{
		`sli: {events: {total: quiet_total, bad: failed_total}}`: {
			{
				Path: "sli.events.total", Severity: Warning,
				Message: "quiet_total is a gauge, and the increase of a gauge is no count. Give a counter, or judge the gauge with a timeslice SLI",
			},
		},
		`sli: {events: {total: http_requests_total, bad: failed_total}}`: nil,
		`sli: {probe: {gauge: up}}`: {
			{
				Path: "sli.probe.gauge", Severity: Warning,
				Message: "up is a counter, which only grows. Give a gauge, or count it with an events SLI",
			},
		},
		`sli: {events: {total: 'envoy_time_bucket{le="+Inf"}', bad: failed_total}}`: nil,
		`sli: {recorded: {ratio: 'rule:good_ratio'}}`: {
			{
				Path: "sli.recorded.ratio", Severity: Warning,
				Message: "rule:good_ratio is a counter, which only grows. Give a gauge, or count it with an events SLI",
			},
		},
	} {
		findings, _, err := linter.Findings(t.Context(), parseSLO(t, sli), now)
		require.NoError(t, err)
		require.Equal(t, want, findings, sli)
	}
}

func TestSwappedEventsAndVariables(t *testing.T) {
	for sli, want := range map[string]string{
		`sli: {events: {total: 'a_total{code="500"}', bad: a_total}}`:                     "sli.events.bad: a_total matches every series of total and others, so there would be more of these events than all. Are the two swapped?",
		`sli: {events: {total: 'a_total{job="$job"}', bad: 'b_total'}}`:                   `sli.events.total: job="$job": "$job" is text here, no variable of a dashboard. Write the value, or choose it in the panel by filters`,
		`sli: {events: {total: 'a_total{job=~"${job:regex}"}', bad: 'b_total'}}`:          `sli.events.total: job=~"${job:regex}": "${job:regex}" is text here, no variable of a dashboard. Write the value, or choose it in the panel by filters`,
		`sli: {events: {total: 'a_total{price=~"5$"}', bad: 'b_total{price="$5"}'}}`:      "",
		`sli: {events: {total: 'a_total{job="x"}', bad: 'a_total{code="500"}'}}`:          "",
		`sli: {events: {total: 'a_total{job="x"}', bad: 'a_total{job="x",code=~"5.."}'}}`: "",
	} {
		var got []string
		for _, f := range Definition(parseSLO(t, sli)) {
			got = append(got, f.String())
		}
		require.Equal(t, want, strings.Join(got, "\n"), sli)
	}
}

// classicServer has no native histograms.
type classicServer struct{ *promtest.Server }

func (c classicServer) Query(ctx context.Context, expr string, at time.Time) (m model.Matrix, w []string, err error) {
	if strings.Contains(expr, "histogram_count") {
		return nil, nil, errors.New("unsupported function histogram_count")
	}
	return c.Server.Query(ctx, expr, at)
}

func TestServersWithoutNativeHistogramsAreQueriedToo(t *testing.T) {
	now := time.Unix(0, 0).Add(2 * time.Hour)
	linter := New(classicServer{promtest.Load(t, recording)},
		memory.Scope{Store: memory.NewStore(1 << 20), Now: func() time.Time { return now }})
	findings, requests, err := linter.Findings(t.Context(),
		parseSLO(t, `sli: {latency: {histogram: envoy_time, threshold: 1s}}`), now)
	require.NoError(t, err)
	require.Equal(t, 2, requests)
	require.Len(t, findings, 1)
	require.Equal(t, "sli.latency.threshold", findings[0].Path)
}
