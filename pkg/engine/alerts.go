package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/slo"
)

// KeepFor is how long an alert that cannot be judged keeps its last state. A group without data for
// that long is removed: it has no alerts any more, unless missing time is bad.
const KeepFor = 24 * time.Hour

// AlertRow is the state of the alerts of one severity in one group.
type AlertRow struct {
	Row
	slo.SeverityState
	Change *ChangeRow // the likeliest cause of a firing alert, from AddChanges; nil if unknown
}

// Alerts is the result of an alerts query: for each SLO and group its severities.
type Alerts struct {
	Report     // without rows
	Severities []AlertRow
	GoneGroups int // omitted groups: without data for KeepFor
}

// Alerts judges every group of the SLOs at an instant, for alert rules. If one SLO cannot be read,
// the result is an error: an alert rule would take missing rows for resolved alerts. An SLO without
// series is unmeasured.
func (e *Engine) Alerts(ctx context.Context, slos []catalog.SLO, at time.Time) (*Alerts, error) {
	at = e.instant(at)
	slos = splitWindows(slos)
	parts := make([]*Alerts, len(slos))
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i, s := range slos {
		g.Go(func() (err error) {
			if parts[i], err = e.alerts(gctx, s, at); err != nil {
				return fmt.Errorf("SLO %s: %w", s.Name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := &Alerts{Report: Report{Instant: at}}
	for i, p := range parts {
		// without queries to the server: a rule must not wait
		out.warnFindings(slos[i], lint.Definition(slos[i]), p.IsEmpty)
		out.Severities = append(out.Severities, p.Severities...)
		out.GoneGroups += p.GoneGroups
		out.Add(p.Cost, p.Warnings, p.Sent)
	}
	return out, nil
}

func (e *Engine) alerts(ctx context.Context, s catalog.SLO, at time.Time) (*Alerts, error) {
	ev, err := e.reader.Read(ctx, s, append(summaryBorders(s, at), at.Add(-KeepFor)))
	if err != nil {
		return nil, err
	}
	out := &Alerts{Report: Report{Stats: ev.Stats}}
	var rows []Row
	var judged [][]slo.AlertEvaluation // by row: with traffic, or without
	search := &lastStates{engine: e, slo: s, at: at}
	for _, g := range ev.Groups() {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s.Missing != catalog.MissingBad && g.MeasureUnclamped(at.Add(-KeepFor), at).Coverage == 0 {
			out.GoneGroups++
			continue
		}
		r := newRow(s, g, nil, at)
		out.warnImpossibleCounts(&r)
		now := r.Evaluation.Alerts
		if s.NoTraffic == catalog.NoTrafficKeeps {
			r.Evaluation.Alerts = evaluateAlerts(g, at,
				func(from time.Time) slo.Measured { return g.Measure(from, at) })
		}
		if slices.ContainsFunc(r.Evaluation.Alerts, isUnmeasured) {
			firstSeen := g.FirstSeen(at)
			r.Evaluation.Alerts = evaluateNew(g, r.Evaluation.Alerts, firstSeen, at)
			search.add(r, firstSeen)
		}
		rows, judged = append(rows, r), append(judged, now)
	}
	if err := search.find(ctx); err != nil {
		return nil, err
	}
	out.Add(search.Cost, search.Warnings, search.Sent)
	for i, r := range rows {
		resolveWithoutTraffic(r.Evaluation.Alerts, judged[i], search.of(r))
		for _, severity := range slo.SeverityStates(r.Evaluation.Alerts, search.of(r)) {
			severity.Kept = severity.Kept && slices.ContainsFunc(judged[i], func(a slo.AlertEvaluation) bool {
				return a.Alert.Severity == severity.Severity && isUnmeasured(a) // unmeasured, not only without traffic
			})
			out.Severities = append(out.Severities,
				AlertRow{Row: renameLabels(r, s.RenamedLabels), SeverityState: severity})
		}
	}
	if out.GoneGroups > 0 {
		out.Warn(fmt.Sprintf("SLO %s: %d groups of the last %s were not measured for %s and are left out of the alerts",
			s.Name, out.GoneGroups, s.WindowText(), slo.FormatDuration(KeepFor)))
	}
	if len(rows) == 0 {
		out.AddUnmeasured(s, s.Policy.Severities())
	}
	if len(rows) == 0 && out.GoneGroups == 0 {
		out.warnNoSeries(s, inWindow(s))
	}
	slices.SortStableFunc(out.Severities, func(a, b AlertRow) int { return compareRows(&a.Row, &b.Row) })
	return out, nil
}

// AddUnmeasured adds alerts of an SLO without groups, or of an SLO that is not in the catalog. They
// never fire. Because they are unmeasured, a person is notified.
func (a *Alerts) AddUnmeasured(s catalog.SLO, severities []string) {
	for _, severity := range severities {
		a.Severities = append(a.Severities, AlertRow{
			Row:           Row{SLO: s},
			SeverityState: slo.SeverityState{Severity: severity, State: slo.Unmeasured, Kept: true},
		})
	}
}

// resolveWithoutTraffic resolves alerts that keep their state without traffic, after a day without
// any: alerts that could not be judged then get the state they have now.
func resolveWithoutTraffic(alerts, now []slo.AlertEvaluation, last func(alert int) slo.State) {
	for i := range alerts {
		if isUnmeasured(alerts[i]) && last(i) == slo.Unmeasured {
			alerts[i].State = now[i].State
		}
	}
}
