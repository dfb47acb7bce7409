package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

const (
	// Recent is the time that p95 and throughput are about.
	Recent = time.Hour
	// Ago is how much earlier the budget is compared with.
	Ago = 24 * time.Hour
	// trendHours is how many whole hours of throughput come with a row.
	trendHours = 24
	// sloConcurrency bounds the SLOs of one query that are read side by side.
	sloConcurrency = 8
)

// Row is how one group of one SLO stands at an instant. A nil pointer is a
// number that could not be measured.
type Row struct {
	SLO         catalog.SLO
	Labels      map[string]string
	Window      slo.Measured // the whole window
	Evaluation  slo.Evaluation
	BudgetAgo   *float64       // ratio left, Ago earlier
	ExhaustedIn *time.Duration // nil: not within the window at the present burn
	P95         *float64       // seconds, over Recent
	P95Bounded  bool           // P95 is only known to be greater than its value
	Throughput  *float64       // events per second over Recent
	Trend       []Point        // throughput by the hour, whole hours, oldest first
}

// Point is a value at a time; nil where it was not measured.
type Point struct {
	Time  time.Time
	Value *float64
}

// Report is the answer to a query.
type Report struct {
	Instant time.Time
	Rows    []Row
	about
}

// Summary judges every group of the SLOs at an instant, worst first. An SLO
// that cannot be read becomes a warning; when none can be read, the first error
// is returned.
func (e *Engine) Summary(ctx context.Context, slos []catalog.SLO, at time.Time) (*Report, error) {
	at = e.instant(at)
	parts := make([]*Report, len(slos))
	failed := make([]error, len(slos))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i, s := range slos {
		g.Go(func() error {
			parts[i], failed[i] = e.summarize(gctx, s, at)
			return nil // one SLO never fails its neighbours
		})
	}
	_ = g.Wait()
	out := &Report{Instant: at}
	if err := collect(ctx, slos, failed, out); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p == nil {
			continue
		}
		out.Rows = append(out.Rows, p.Rows...)
		out.add(p.Cost, p.Warnings, p.Sent)
	}
	slices.SortStableFunc(out.Rows, worstFirst)
	return out, nil
}

// collect turns the errors of single SLOs into warnings, unless all failed.
func collect(ctx context.Context, slos []catalog.SLO, failed []error, into *Report) error {
	var first error
	bad := 0
	for i, err := range failed {
		if err == nil {
			continue
		}
		bad++
		err = fmt.Errorf("SLO %s: %w", slos[i].Name, err)
		if first == nil {
			first = err
		}
		into.warn(err.Error())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if bad > 0 && bad == len(slos) {
		return first
	}
	return nil
}

func (e *Engine) summarize(ctx context.Context, s catalog.SLO, at time.Time) (*Report, error) {
	var ev *events
	var q *quantiles
	var noP95 error
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		ev, err = e.read(gctx, s, summaryBorders(s, at))
		return err
	})
	g.Go(func() error {
		if s.P95 != nil {
			q, noP95 = e.quantiles(gctx, s, []time.Time{at.Add(-Recent), at})
		}
		return nil // a budget without its p95 is still a budget
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := &Report{about: ev.about}
	if noP95 != nil {
		out.warn(fmt.Sprintf("SLO %s: no p95: %v", s.Name, noP95))
	}
	if q != nil {
		out.add(q.counts.Cost, q.counts.Warnings, q.counts.Sent)
	}
	for _, grp := range ev.groups() {
		out.Rows = append(out.Rows, row(s, grp, q, at))
	}
	if len(out.Rows) == 0 {
		out.warn(fmt.Sprintf("SLO %s: no series of %s in the last %s; check the metric name and labels",
			s.Name, s.Source(), slo.FormatDuration(s.Window)))
	}
	return out, nil
}

func summaryBorders(s catalog.SLO, at time.Time) []time.Time {
	borders := []time.Time{at, at.Add(-s.Window), at.Add(-Ago), at.Add(-Ago - s.Window), at.Add(-Recent)}
	for _, w := range s.Policy.Windows() {
		borders = append(borders, at.Add(-w))
	}
	hour := at.Truncate(time.Hour)
	for i := range trendHours + 1 {
		borders = append(borders, hour.Add(-time.Duration(i)*time.Hour))
	}
	return borders
}

func row(s catalog.SLO, g group, q *quantiles, at time.Time) Row {
	last := func(w time.Duration) slo.Measured { return g.measure(at.Add(-w), at) }
	r := Row{SLO: s, Labels: g.total.Labels, Window: last(s.Window), Evaluation: s.Policy.Evaluate(s.Objective, s.Window, last)}
	if ago, ok := slo.BudgetLeft(s.Objective, s.Window, g.measure(at.Add(-Ago-s.Window), at.Add(-Ago)).Counts); ok {
		r.BudgetAgo = &ago.Left
	}
	if r.Evaluation.HasBudget {
		r.ExhaustedIn = forecast(s, r.Evaluation, last(Recent))
	}
	r.Throughput = g.throughput(at.Add(-Recent), at)
	if q != nil {
		r.P95, r.P95Bounded = q.at(g.total.Labels, at.Add(-Recent), at)
	}
	hour := at.Truncate(time.Hour)
	for i := trendHours; i > 0; i-- {
		to := hour.Add(-time.Duration(i-1) * time.Hour)
		r.Trend = append(r.Trend, Point{to, g.throughput(to.Add(-time.Hour), to)})
	}
	return r
}

// forecast is when the budget is spent at the burn of the recent hour.
func forecast(s catalog.SLO, ev slo.Evaluation, recent slo.Measured) *time.Duration {
	burn, _ := slo.BurnRate(s.Objective, recent.Counts)
	in, ok := slo.ExhaustedIn(ev.Budget, s.Window, burn)
	if !ok {
		return nil
	}
	return &in
}

// throughput is events per second of the measured time, nil without any. Slices
// of time, and what a composite adds up, are no traffic.
func (g group) throughput(from, to time.Time) *float64 {
	if g.events.slo.Slice() > 0 || g.members != nil {
		return nil
	}
	return throughput(g.counted(from, to), to.Sub(from))
}

func throughput(m slo.Measured, window time.Duration) *float64 {
	seconds := m.Coverage * window.Seconds()
	if seconds <= 0 {
		return nil
	}
	perSecond := m.Total / seconds
	return &perSecond
}

// worstFirst puts first what needs a person first.
func worstFirst(a, b Row) int {
	if d := urgency(a) - urgency(b); d != 0 {
		return d
	}
	switch x, y := a.Evaluation.Budget.Left, b.Evaluation.Budget.Left; {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	if c := strings.Compare(labelText(a.Labels), labelText(b.Labels)); c != 0 {
		return c
	}
	return strings.Compare(a.SLO.Name, b.SLO.Name)
}

func urgency(r Row) int {
	for i, a := range r.Evaluation.Alerts {
		if a.State == slo.Firing {
			return i
		}
	}
	order := []slo.State{slo.Exhausted, slo.Rising, slo.Recovering, slo.Unmeasured, slo.Ok}
	return 100 + slices.Index(order, r.Evaluation.State)
}

func labelText(labels map[string]string) string {
	names := make([]string, 0, len(labels))
	for n := range labels {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "\xff" + labels[n] + "\xff")
	}
	return b.String()
}
