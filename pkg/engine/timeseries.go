package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// Metric is one value over time.
type Metric string

// The metrics.
const (
	MetricSLI        Metric = "sli"
	MetricBudget     Metric = "budget"
	MetricBurn       Metric = "burn"
	MetricEvents     Metric = "events"
	MetricBad        Metric = "bad"
	MetricP95        Metric = "p95"
	MetricThroughput Metric = "throughput"
)

// Metrics are all of them.
var Metrics = []Metric{MetricSLI, MetricBudget, MetricBurn, MetricEvents, MetricBad, MetricP95, MetricThroughput}

// Series is one metric of one group over time.
type Series struct {
	SLO    catalog.SLO
	Labels map[string]string
	Metric Metric
	Window time.Duration // of a burn rate, else 0
	Period string        // the SLO's window as text, if it has several and the metric depends on it
	Points []Point
}

// TimeSeriesReport is the result of a timeseries query.
type TimeSeriesReport struct {
	Report // without rows
	Series []Series
}

// minQuantileWindow is the least window of a p95: shorter ones have too few observations.
const minQuantileWindow = 5 * time.Minute

// maxSeriesPoints bounds the points of one SLO: about 100 bytes each until the response is sent. A
// variable for its test.
var maxSeriesPoints = 2_000_000

// Step rounds an interval up to a multiple of which cells have borders.
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
func (e *Engine) TimeSeries(ctx context.Context, slos []catalog.SLO, metrics []Metric, from, to time.Time,
	step time.Duration,
) (*TimeSeriesReport, error) {
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
	selected := supporting(slos, metrics)
	requested := queryWindows(selected, metrics)
	slos = make([]catalog.SLO, len(requested))
	for i, a := range requested {
		slos[i] = a.slo
	}
	out := &TimeSeriesReport{Report: Report{Instant: to}}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*TimeSeriesReport, error) {
		return e.timeSeriesOf(ctx, slos[i], requested[i].metrics, instants, step)
	})
	if err != nil {
		return nil, err
	}
	for i, p := range parts {
		if p != nil {
			p.namePeriods(requested[i])
			out.Series = append(out.Series, p.Series...)
		}
	}
	if len(out.Series)+len(out.Failed) == 0 {
		out.warnNoMatch(selected)
	}
	return out, nil
}

// supporting keeps the SLOs that have at least one of the metrics. A single SLO is always kept, so
// that the error can name it.
func supporting(slos []catalog.SLO, metrics []Metric) []catalog.SLO {
	if len(slos) < 2 {
		return slos
	}
	return slices.DeleteFunc(slices.Clone(slos), func(s catalog.SLO) bool {
		return !slices.ContainsFunc(metrics, func(m Metric) bool {
			switch m {
			case MetricThroughput:
				return s.Slice() == 0 && s.Composite() == nil
			case MetricP95:
				return s.P95 != nil
			}
			return true
		})
	})
}

// windowQuery is an SLO with one of its windows.
type windowQuery struct {
	slo     catalog.SLO
	metrics []Metric
	several bool
}

// queryWindows returns a query for each window of an SLO with the metrics that depend on the
// window; the query of the first window has the other metrics too.
func queryWindows(slos []catalog.SLO, metrics []Metric) []windowQuery {
	var out []windowQuery
	for _, s := range slos {
		windows := s.SplitWindows()
		for i, one := range windows {
			requested := metrics
			if i > 0 {
				requested = slices.DeleteFunc(slices.Clone(metrics), func(m Metric) bool { return !dependsOnWindow(m) })
			}
			if len(requested) > 0 {
				out = append(out, windowQuery{one, requested, len(windows) > 1})
			}
		}
	}
	return out
}

func dependsOnWindow(m Metric) bool { return m == MetricSLI || m == MetricBudget }

func (h *TimeSeriesReport) namePeriods(w windowQuery) {
	for i := range h.Series {
		if w.several && dependsOnWindow(h.Series[i].Metric) {
			h.Series[i].Period = w.slo.WindowText()
		}
	}
}

func (e *Engine) timeSeriesOf(ctx context.Context, s catalog.SLO, metrics []Metric, instants []time.Time,
	step time.Duration,
) (*TimeSeriesReport, error) {
	out := &TimeSeriesReport{}
	curves := curvesOf(s, metrics, step)
	borders := slices.Clone(instants)
	for _, c := range curves {
		for _, t := range instants {
			borders = append(borders, c.from(t))
		}
	}
	if s.HasFilledGaps() {
		for _, t := range instants { // unmeasured time counts at the event rate of the whole window
			start, _ := s.Period(t)
			borders = append(borders, start)
		}
	}
	ev, err := e.reader.Read(ctx, s, borders)
	if err != nil {
		return nil, err
	}
	out.Stats = ev.Stats
	var q *measure.Quantiles
	if s.P95 != nil && slices.Contains(metrics, MetricP95) {
		q, err = e.reader.Quantiles(ctx, s, max(step, minQuantileWindow), instants)
		switch {
		case err == nil:
			out.Add(q.Stats())
		case len(metrics) == 1:
			return nil, err
		default: // the other metrics don't need a p95
			out.Warn(fmt.Sprintf("SLO %s: no p95: %v", s.Name, err))
		}
	}
	groups := ev.Groups()
	if len(groups) == 0 && !s.IsFiltered {
		out.warnNoSeries(s, " in this time range")
	}
	if n := len(groups) * len(curves) * len(instants); n > maxSeriesPoints {
		return nil, fault.UserErrorf("metrics", "%d groups with %d curves of %d points each are %d points. At most %d are "+
			"answered: ask for fewer groups (groupBy), metrics or points (max data points)", len(groups),
			len(curves),
			len(instants), n, maxSeriesPoints)
	}
	for _, grp := range groups {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, c := range curves {
			shown := renameLabels(Row{SLO: s, Labels: grp.Labels()}, s.RenamedLabels)
			series := Series{SLO: shown.SLO, Labels: shown.Labels, Metric: c.metric, Window: c.shown}
			for _, t := range instants {
				series.Points = append(series.Points, Point{t, c.value(grp, q, t)})
			}
			out.Series = append(out.Series, series)
		}
	}
	return out, nil
}

// curve is one metric with the window of each of its points.
type curve struct {
	metric Metric
	from   func(t time.Time) time.Time // start of the window of a point
	shown  time.Duration               // the window, if the name contains it
	value  func(g measure.Group, q *measure.Quantiles, t time.Time) *float64
}

func curvesOf(s catalog.SLO, metrics []Metric, step time.Duration) []curve {
	start := func(t time.Time) time.Time { from, _ := s.Period(t); return from }
	last := func(w time.Duration) func(time.Time) time.Time {
		return func(t time.Time) time.Time { return t.Add(-w) }
	}
	recent := max(step, minQuantileWindow)
	var out []curve
	add := func(m Metric, from func(time.Time) time.Time, shown time.Duration, f func(slo.Measured) (float64, bool)) {
		out = append(out, curve{m, from, shown, func(g measure.Group, _ *measure.Quantiles, t time.Time) *float64 {
			if v, ok := f(g.Measure(from(t), t)); ok {
				return &v
			}
			return nil
		}})
	}
	for _, m := range metrics {
		switch m {
		case MetricSLI:
			add(m, start, 0, func(c slo.Measured) (float64, bool) { return slo.SLI(c.Counts) })
		case MetricBudget:
			out = append(out, curve{m, start, 0, func(g measure.Group, _ *measure.Quantiles, t time.Time) *float64 {
				c, terms := g.Period(s, t)
				if b, ok := terms.Budget(c.Counts); ok {
					return &b.Left
				}
				return nil
			}})
		case MetricBurn:
			for _, w := range s.Policy.Windows() {
				add(m, last(s.WholeGrains(w)), w,
					func(c slo.Measured) (float64, bool) { return slo.BurnRate(s.Objective, c.Counts) })
			}
		case MetricEvents:
			add(m, last(step), 0, func(c slo.Measured) (float64, bool) { return c.Total, c.Coverage > 0 })
		case MetricBad:
			add(m, last(step), 0, func(c slo.Measured) (float64, bool) { return c.Bad, c.Coverage > 0 })
		case MetricThroughput:
			out = append(out,
				curve{m, last(step), 0, func(g measure.Group, _ *measure.Quantiles, t time.Time) *float64 {
					return g.Throughput(t.Add(-step), t)
				}})
		case MetricP95:
			out = append(out,
				curve{m, last(recent), 0, func(g measure.Group, q *measure.Quantiles, t time.Time) *float64 {
					if q == nil {
						return nil
					}
					v, _ := q.P95(g.Labels(), t.Add(-recent), t)
					return v
				}})
		}
	}
	return out
}
