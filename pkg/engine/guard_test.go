package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/slo"
)

// broken panics when buckets are listed.
type broken struct{ *promtest.Server }

func (broken) LabelValues(context.Context, string, string, time.Time, time.Time) ([]string, []string, error) {
	panic("a mistake")
}

// A panic during any query is an error of its SLO. The other SLOs have results, and the process
// continues.
func TestAPanicStaysInItsSLO(t *testing.T) {
	_, server, c := load(t)
	e := New(broken{server}, Options{Now: func() time.Time { return at }})
	const reported = "SLO latency: internal error (panic) in Burnline. Details are in the Grafana server log, please report them"
	month := &slo.Calendar{Unit: slo.Month, Zone: time.UTC}
	for name, ask := range map[string]func() (*Report, int, error){
		"summary": func() (*Report, int, error) {
			r, err := e.Summary(t.Context(), c.SLOs[:2], at)
			return r, len(r.Rows) - 1, err // one row is of the SLO that failed
		},
		"timeseries": func() (*Report, int, error) {
			h, err := e.TimeSeries(t.Context(), c.SLOs[:2], []Metric{MetricSLI}, at.Add(-time.Hour), at, time.Hour)
			return &h.Report, len(h.Series), err
		},
		"history": func() (*Report, int, error) {
			p, err := e.Periods(t.Context(), c.SLOs[:2], month, at.Add(-time.Hour), at)
			return &p.Report, len(p.Rows), err
		},
		"whatif": func() (*Report, int, error) {
			w, err := e.WhatIf(t.Context(), c.SLOs[:2], Alternatives{}, at)
			return &w.Report, len(w.Variants), err
		},
		"burners": func() (*Report, int, error) {
			b, err := e.Breakdown(t.Context(), c.SLOs[:2], BreakdownRequest{By: []string{"code"}, Top: 1}, at)
			return &b.Report, len(b.Rows) - 1, err // the first value, and the rest of workloads a and b
		},
		"backtest": func() (*Report, int, error) {
			b, err := e.Backtest(t.Context(), c.SLOs[:2], slo.Policies()[:1], at.Add(-time.Hour), at, 5*time.Minute)
			return &b.Report, len(b.Tests), err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, rows, err := ask()
			require.NoError(t, err)
			require.Equal(t, 2, rows, "workloads a and b of the neighbour")
			require.EqualError(t, r.Err(), reported)
			var panicked *fault.Error
			require.ErrorAs(t, r.Err(), &panicked)
			require.Equal(t, "a mistake", panicked.Value)
		})
	}
	_, err := e.Summary(t.Context(), c.SLOs[1:2], at)
	require.EqualError(t, err, reported, "alone it is the query's error")
}

// silent panics on a query of a native p95, which runs in its own goroutine next to the counts.
type silent struct{ *promtest.Server }

func (s silent) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if expr[:9] == "histogram" {
		panic("another mistake")
	}
	return s.Server.Query(ctx, expr, at)
}

func TestAPanicNextToTheCountsStaysInItsSLO(t *testing.T) {
	server := promtest.Load(t, "load 1m\n  r_total 0+10x1600\n"+
		"  h_seconds {{schema:0 count:0 sum:0 buckets:[0]}}+{{schema:0 count:1 sum:1 buckets:[1]}}x1600\n")
	now := time.Unix(0, 0).Add(26 * time.Hour)
	e := New(silent{server}, Options{Now: func() time.Time { return now }})
	s := parse(t,
		`{name: x, objective: 90, window: 1d, sli: {events: {total: r_total, bad: e_total}}, p95: {histogram: h_seconds, target: 1s}}`)
	_, err := e.Summary(t.Context(), s, now)
	require.EqualError(t, err,
		"SLO x: internal error (panic) in Burnline. Details are in the Grafana server log, please report them")
}

func TestAnswersAreBounded(t *testing.T) {
	e, _, c := load(t)
	most, judged := maxSeriesPoints, maxJudged
	maxSeriesPoints, maxJudged = 19, 23
	t.Cleanup(func() { maxSeriesPoints, maxJudged = most, judged })
	series := func(hours time.Duration) error {
		_, err := e.TimeSeries(t.Context(), c.SLOs[:1], []Metric{MetricSLI}, at.Add(-hours*time.Hour), at, time.Hour)
		return err
	}
	require.NoError(t, series(8))
	err := series(9)
	require.EqualError(t, err,
		"SLO availability: metrics: 2 groups with 1 curves of 10 points each are 20 points. At most 19 are answered: "+
			"ask for fewer groups (groupBy), metrics or points (max data points)")
	require.True(t, fault.IsUserError(err))
	fires := []EventKind{EventFiring}
	_, err = e.Annotations(t.Context(), c.SLOs[:1], fires, at.Add(-time.Hour), at)
	require.EqualError(t, err,
		"SLO availability: timeRange: 2 groups and 60 steps of 1m are 120 states to judge. At most 23 are: "+
			"ask for a shorter time, or for fewer groups (groupBy)")
	_, err = e.Annotations(t.Context(), c.SLOs[:1], fires, at.Add(-2*catalog.MaxWindow), at)
	require.EqualError(t, err,
		"SLO availability: timeRange: 210888 steps of 5m to judge, with the longest alert window before them. At most 150000 are: "+
			"ask for a shorter time, or for other annotations than firing and budget")
	_, err = e.Backtest(t.Context(), c.SLOs[:1], slo.Policies()[:1], at.Add(-time.Hour), at, 5*time.Minute)
	require.EqualError(t, err,
		"SLO availability: timeRange: 2 groups, 12 steps of 5m and 1 policies are 24 states to judge. At most 23 are: "+
			"ask for fewer groups (groupBy) or policies, or a shorter time")
}

// slow responds when its deadline has passed.
type slow struct{ *promtest.Server }

func (slow) LabelValues(ctx context.Context, _, _ string, _, _ time.Time) ([]string, []string, error) {
	<-ctx.Done()
	return nil, nil, &prom.Error{Op: "label values", Reason: prom.Timeout, Message: "no answer within the timeout"}
}

func TestPastTheDeadlineTheServersErrorIsReturned(t *testing.T) {
	_, server, c := load(t)
	e := New(slow{server}, Options{Now: func() time.Time { return at }})
	synctest.Test(t, func(t *testing.T) { // the deadline passes only while all goroutines wait
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := e.Summary(ctx, c.SLOs[1:2], at)
		require.EqualError(t, err, "SLO latency: Prometheus label values failed: no answer within the timeout. "+
			"Raise the data source timeout, shorten the window, or group by fewer labels")
	})

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Summary(ctx, c.SLOs[1:2], at)
	require.ErrorIs(t, err, context.Canceled)
}
