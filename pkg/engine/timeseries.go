package engine

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/slo"
)

// Series is one metric of one group over time.
type Series struct {
	SLO    catalog.SLO
	Labels map[string]string
	Metric models.Metric
	Window time.Duration // of a burn rate, else 0
	Points []Point
}

// History is the answer to a timeseries query.
type History struct {
	Report // without rows
	Series []Series
}

// minQuantileWindow keeps a p95 from being one of a handful of observations.
const minQuantileWindow = 5 * time.Minute

// Step rounds an interval up to one whose multiples the ledger reads cheaply.
func Step(interval time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Minute, 5 * time.Minute, time.Hour} {
		n := (interval + unit - 1) / unit
		if step := max(n, 1) * unit; step < 12*unit || unit == time.Hour {
			return step
		}
	}
	return time.Hour
}

// TimeSeries evaluates metrics at the multiples of step in [from, to].
func (e *Engine) TimeSeries(ctx context.Context, slos []catalog.SLO, metrics []models.Metric, from, to time.Time, step time.Duration) (*History, error) {
	to = e.instant(to)
	var instants []time.Time
	for t := from.Truncate(step); !t.After(to); t = t.Add(step) {
		if !t.Before(from) {
			instants = append(instants, t.UTC())
		}
	}
	if len(instants) == 0 {
		instants = []time.Time{to}
	}
	parts := make([]*History, len(slos))
	failed := make([]error, len(slos))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i, s := range slos {
		g.Go(func() error {
			parts[i], failed[i] = e.overTime(gctx, s, metrics, instants, step)
			return nil
		})
	}
	_ = g.Wait()
	out := &History{Report: Report{Instant: to}}
	if err := collect(ctx, slos, failed, &out.Report); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p != nil {
			out.Series = append(out.Series, p.Series...)
			out.add(p.Cost, p.Warnings, p.Sent)
		}
	}
	return out, nil
}

func (e *Engine) overTime(ctx context.Context, s catalog.SLO, metrics []models.Metric, instants []time.Time, step time.Duration) (*History, error) {
	out := &History{}
	curves := curvesOf(s, metrics, step)
	borders := slices.Clone(instants)
	for _, c := range curves {
		for _, t := range instants {
			borders = append(borders, t.Add(-c.window))
		}
	}
	ev, err := e.read(ctx, s, borders)
	if err != nil {
		return nil, err
	}
	out.about = ev.about
	var q *quantiles
	if s.P95 != nil && slices.Contains(metrics, models.MetricP95) {
		borders := slices.Clone(instants)
		for _, t := range instants {
			borders = append(borders, t.Add(-max(step, minQuantileWindow)))
		}
		if q, err = e.quantiles(ctx, s, borders); err != nil {
			return nil, err
		}
		out.add(q.counts.Cost, q.counts.Warnings, q.counts.Sent)
	}
	for _, grp := range ev.groups() {
		for _, c := range curves {
			series := Series{SLO: s, Labels: grp.total.Labels, Metric: c.metric, Window: c.shown}
			for _, t := range instants {
				series.Points = append(series.Points, Point{t, c.value(grp, q, t)})
			}
			out.Series = append(out.Series, series)
		}
	}
	return out, nil
}

// curve is one metric with the window that each of its points looks back over.
type curve struct {
	metric models.Metric
	window time.Duration
	shown  time.Duration // the window, where it is part of the name
	value  func(g group, q *quantiles, t time.Time) *float64
}

func curvesOf(s catalog.SLO, metrics []models.Metric, step time.Duration) []curve {
	var out []curve
	add := func(m models.Metric, w, shown time.Duration, f func(slo.Measured) (float64, bool)) {
		out = append(out, curve{m, w, shown, func(g group, _ *quantiles, t time.Time) *float64 {
			if v, ok := f(g.measure(t.Add(-w), t)); ok {
				return &v
			}
			return nil
		}})
	}
	for _, m := range metrics {
		switch m {
		case models.MetricSLI:
			add(m, s.Window, 0, func(c slo.Measured) (float64, bool) { return slo.SLI(c.Counts) })
		case models.MetricBudget:
			add(m, s.Window, 0, func(c slo.Measured) (float64, bool) {
				b, ok := slo.BudgetLeft(s.Objective, s.Window, c.Counts)
				return b.Left, ok
			})
		case models.MetricBurn:
			for _, w := range s.Policy.Windows() {
				add(m, w, w, func(c slo.Measured) (float64, bool) { return slo.BurnRate(s.Objective, c.Counts) })
			}
		case models.MetricEvents:
			add(m, step, 0, func(c slo.Measured) (float64, bool) { return c.Total, c.Coverage > 0 })
		case models.MetricBad:
			add(m, step, 0, func(c slo.Measured) (float64, bool) { return c.Bad, c.Coverage > 0 })
		case models.MetricThroughput:
			out = append(out, curve{m, step, 0, func(g group, _ *quantiles, t time.Time) *float64 {
				return g.throughput(t.Add(-step), t)
			}})
		case models.MetricP95:
			out = append(out, curve{m, max(step, minQuantileWindow), 0, func(g group, q *quantiles, t time.Time) *float64 {
				if q == nil {
					return nil
				}
				v, _ := q.at(g.total.Labels, t.Add(-max(step, minQuantileWindow)), t)
				return v
			}})
		}
	}
	return out
}
