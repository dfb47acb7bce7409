package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

const (
	// RecentWindow is the window of p95 and throughput.
	RecentWindow = time.Hour
	// ComparisonAge is the age of the budget that a summary compares with.
	ComparisonAge = 24 * time.Hour
	// trendHours is the number of hourly throughput values of a row.
	trendHours = 24
	// sloConcurrency bounds the SLOs of one query that are read concurrently.
	sloConcurrency = 8
)

// Row is the state of one group of one SLO at an instant. A nil pointer is a value that could not
// be measured.
type Row struct {
	SLO        catalog.SLO
	Labels     map[string]string
	Window     slo.Measured // the whole window
	Evaluation slo.Evaluation
	// remaining share, ComparisonAge earlier; of a calendar window: the share at an even burn rate
	BudgetAgo   *float64
	ExhaustedIn *time.Duration // nil: not within the window at the present burn rate
	P95         *float64       // seconds, over Recent
	P95Bounded  bool           // the p95 is in the last bucket, greater than P95
	Throughput  *float64       // events per second over Recent
	Unread      bool           // the SLO could not be read: there are no numbers
	OtherRows   []Row          // the other SLOs of the group, if the row shows the most urgent one

	unclamped slo.Measured  // counts of the window before clamping
	group     measure.Group // for the trend
	at        time.Time
}

// Trend returns the hourly throughput of the last full hours, oldest first.
func (r *Row) Trend() []Point {
	hour := r.at.Truncate(time.Hour)
	out := make([]Point, 0, trendHours)
	for i := trendHours; i > 0; i-- {
		to := hour.Add(-time.Duration(i-1) * time.Hour)
		out = append(out, Point{to, r.group.Throughput(to.Add(-time.Hour), to)})
	}
	return out
}

// Point is a value at a time; nil if not measured.
type Point struct {
	Time  time.Time
	Value *float64
}

// Report is the part of results that all query types have, and the result of a summary query.
type Report struct {
	Instant time.Time
	Rows    []Row
	Failed  []*SLOError // the SLOs that could not be read
	measure.Stats
}

// Answer is the result of a query of any type.
type Answer interface {
	// Common returns the instant, warnings, errors and cost.
	Common() *Report
}

// Common implements Answer for all types that embed a Report.
func (r *Report) Common() *Report { return r }

// Summary judges every group of the SLOs at an instant, worst first. An SLO that cannot be read has
// one row without numbers. If no SLO can be read, it returns the first error.
func (e *Engine) Summary(ctx context.Context, slos []catalog.SLO, at time.Time) (*Report, error) {
	at = e.instant(at)
	slos = splitWindows(slos)
	out := &Report{Instant: at}
	parts, err := forEachSLO(ctx, e, slos, out, func(ctx context.Context, i int) (*Report, error) {
		return e.summarize(ctx, slos[i], at)
	})
	if err != nil {
		return nil, err
	}
	var rows []*sortableRow
	for i, p := range parts {
		if p == nil {
			nothing := unreadRow(slos[i])
			rows = append(rows, &sortableRow{row: &nothing})
			continue
		}
		for r := range p.Rows {
			rows = append(rows, &sortableRow{row: &p.Rows[r]})
		}
	}
	if !out.isAllMissing(rows) {
		out.Rows = sortRows(rows)
	}
	out.warnNoMatch(slos)
	return out, nil
}

// sortRows returns the rows, worst first. Rows are large, so the sort moves pointers.
func sortRows(order []*sortableRow) []Row {
	slices.SortStableFunc(order, func(a, b *sortableRow) int {
		if c := compareUrgency(a.row, b.row); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.labelKey(), b.labelKey()), strings.Compare(a.row.SLO.Name, b.row.SLO.Name))
	})
	out := make([]Row, len(order))
	for i, p := range order {
		out[i] = *p.row
	}
	return out
}

// sortableRow is a row with its labels as text, which is computed on demand.
type sortableRow struct {
	row *Row
	key string
}

func (p *sortableRow) labelKey() string {
	if p.key == "" {
		p.key = measure.LabelKey(p.row.Labels)
	}
	return p.key
}

// unreadRow is the row of an SLO that could not be read. Without a row, nothing would seem to be wrong.
func unreadRow(s catalog.SLO) Row {
	return Row{SLO: s, Labels: map[string]string{}, Evaluation: slo.Evaluation{State: slo.Unmeasured}, Unread: true}
}

func splitWindows(slos []catalog.SLO) []catalog.SLO {
	out := make([]catalog.SLO, 0, len(slos))
	for _, s := range slos {
		out = append(out, s.SplitWindows()...)
	}
	return out
}

func (e *Engine) summarize(ctx context.Context, s catalog.SLO, at time.Time) (*Report, error) {
	var ev *measure.Reading
	var q *measure.Quantiles
	var noP95 error
	g, gctx := fault.WithContext(ctx)
	g.Go(func() (err error) {
		ev, err = e.reader.Read(gctx, s, summaryBorders(s, at))
		return err
	})
	g.Go(func() error {
		if s.P95 != nil {
			q, noP95 = e.reader.Quantiles(gctx, s, RecentWindow, []time.Time{at})
		}
		return nil // the budget is valid without a p95
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := &Report{Stats: ev.Stats}
	if noP95 != nil {
		out.Warn(fmt.Sprintf("SLO %s: no p95: %v", s.Name, noP95))
	}
	if q != nil {
		out.Add(q.Stats())
	}
	groups := ev.Groups()
	out.Rows = make([]Row, 0, len(groups))
	for _, grp := range groups {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out.Rows = append(out.Rows, renameLabels(newRow(s, grp, q, at), s.RenamedLabels))
		out.warnImpossibleCounts(&out.Rows[len(out.Rows)-1])
	}
	out.warnMissingTotals(ev, at)
	if len(out.Rows) == 0 && !s.IsFiltered {
		out.warnNoSeries(s, inWindow(s))
	}
	return out, nil
}

func summaryBorders(s catalog.SLO, at time.Time) []time.Time {
	start, _ := s.Period(at)
	borders := []time.Time{at, start, at.Add(-RecentWindow)}
	if s.Calendar == nil {
		borders = append(borders, at.Add(-ComparisonAge), at.Add(-ComparisonAge-s.Window))
	}
	for _, w := range s.Policy.Windows() {
		borders = append(borders, at.Add(-s.WholeGrains(w)))
	}
	hour := at.Truncate(time.Hour)
	for i := range trendHours + 1 {
		borders = append(borders, hour.Add(-time.Duration(i)*time.Hour))
	}
	return borders
}

func newRow(s catalog.SLO, g measure.Group, q *measure.Quantiles, at time.Time) Row {
	start, _ := s.Period(at)
	counted, terms := g.MeasureUnclamped(start, at), g.Terms(s, at)
	whole := g.FillMissing(measure.ClampBad(counted), start, at)
	r := Row{SLO: s, Labels: g.Labels(), Window: whole, unclamped: counted, group: g, at: at}
	r.Window.Coverage = counted.Coverage
	r.Evaluation = s.Policy.EvaluateTerms(terms, whole,
		func(w time.Duration) slo.Measured { return g.Measure(at.Add(-s.WholeGrains(w)), at) })
	if s.Calendar != nil {
		even := terms.EvenBudget()
		r.BudgetAgo = &even
	} else if earlier, terms := g.Period(s, at.Add(-ComparisonAge)); true {
		if ago, ok := terms.Budget(earlier.Counts); ok {
			r.BudgetAgo = &ago.Left
		}
	}
	if r.Evaluation.HasBudget {
		r.ExhaustedIn = exhaustedIn(g, s, r.Evaluation.Budget, terms, at)
	}
	r.Throughput = g.Throughput(at.Add(-RecentWindow), at)
	if q != nil {
		r.P95, r.P95Bounded = q.P95(g.Labels(), at.Add(-RecentWindow), at)
	}
	return r
}

// compareRows orders rows by urgency, the most urgent first, and equal ones by labels.
func compareRows(a, b *Row) int {
	if c := compareUrgency(a, b); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(measure.LabelKey(a.Labels), measure.LabelKey(b.Labels)),
		strings.Compare(a.SLO.Name, b.SLO.Name))
}

func compareUrgency(a, b *Row) int {
	if d := urgency(a) - urgency(b); d != 0 {
		return d
	}
	switch x, y := a.Evaluation.Budget.Left, b.Evaluation.Budget.Left; {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// urgentStates is the urgency above that of every firing alert.
const urgentStates = 100

func urgency(r *Row) int {
	for i, a := range r.Evaluation.Alerts {
		if a.State == slo.Firing {
			return min(i, urgentStates-1)
		}
	}
	order := []slo.State{slo.Exhausted, slo.Rising, slo.Recovering, slo.Unmeasured, slo.Ok}
	return urgentStates + slices.Index(order, r.Evaluation.State)
}

// exhaustedIn returns when the budget is spent at the burn rate of the last hour; nil if it lasts.
func exhaustedIn(g measure.Group, s catalog.SLO, b slo.Budget, t slo.Terms, at time.Time) *time.Duration {
	recent := g.Measure(at.Add(-RecentWindow), at)
	burn, _ := slo.BurnRate(s.Objective, recent.Counts)
	in, ok := slo.ExhaustedIn(b, t.Period, burn)
	switch {
	case !ok || b.Exhausted():
	case s.Calendar != nil:
		in, ok = t.ExhaustedThisPeriod(b, burn)
	default:
		in, ok = spentIn(g, s, recent, at)
	}
	if !ok {
		return nil
	}
	return &in
}

// coarseSteps is the number of instants of the coming period at which a forecast searches first.
const coarseSteps = 24

// spentIn forecasts the spending of a rolling window hour by hour, with the events that leave it.
func spentIn(g measure.Group, s catalog.SLO, recent slo.Measured, at time.Time) (time.Duration, bool) {
	counted := time.Duration(recent.Coverage * float64(slo.LengthWithout(at.Add(-RecentWindow), at, g.Excluded())))
	spent := func(steps []time.Duration) (time.Duration, bool) {
		return slo.ExhaustedRolling(s.Objective, recent.Counts, counted, steps, func(after time.Duration) slo.Counts {
			return g.Counts(at.Add(after-s.Window), at)
		})
	}
	step := max((s.Window / coarseSteps).Truncate(time.Hour), time.Hour)
	in, ok := spent(hoursLeaving(s.Window, at, 0, s.Window, step))
	if !ok || step == time.Hour {
		return in, ok
	}
	if exact, ok := spent(hoursLeaving(s.Window, at, in-step, in+step, time.Hour)); ok {
		return exact, true
	}
	return in, true
}

// hoursLeaving returns the times, from `from` to `to`, after which the start of the window is a
// full hour, where cells have a border.
func hoursLeaving(window time.Duration, at time.Time, from, to, step time.Duration) []time.Duration {
	start := at.Add(-window)
	var out []time.Duration
	for t := start.Truncate(time.Hour).Add(time.Hour); t.Before(at) && t.Sub(start) <= to; t = t.Add(step) {
		if after := t.Sub(start); after >= from {
			out = append(out, after)
		}
	}
	if to >= window {
		out = append(out, window)
	}
	return out
}
