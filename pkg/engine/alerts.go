package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
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

const (
	// changeLookback is how long before an alert its change is searched. Changes in such a range are
	// dated by the minute.
	changeLookback = 6 * time.Hour
	// maxChangeWait bounds the wait of an alert rule for changes. Reads of counts continue for a
	// while, so the next evaluation has them.
	maxChangeWait = 3 * time.Second
)

var errChangesTooSlow = errors.New("the server did not return them within 3 s. The next evaluation tries again")

// AddChanges adds to each firing alert of the SLOs the change that is likely to have caused it. An
// alert does not depend on its change: an error is a warning.
func (e *Engine) AddChanges(ctx context.Context, slos []catalog.SLO, a *Alerts) {
	firing := map[string]bool{}
	for _, s := range a.Severities {
		firing[s.SLO.Name] = firing[s.SLO.Name] || s.State == slo.Firing
	}
	slos = slices.DeleteFunc(slices.Clone(slos), func(s catalog.SLO) bool { return !firing[s.Name] || !hasChanges(s) })
	if len(slos) == 0 {
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer time.AfterFunc(maxChangeWait, func() { cancel(errChangesTooSlow) }).Stop()
	likeliest := map[string]*ChangeRow{}
	err := fault.Guard(ctx, func() error {
		kinds := slices.DeleteFunc(slices.Clone(ChangeKinds), func(k ChangeKind) bool { return k == ChangeExclusion })
		c, err := e.Changes(ctx, slos, ChangesRequest{Kinds: kinds, Top: 1}, a.Instant.Add(-changeLookback), a.Instant)
		if err != nil {
			return err
		}
		a.Add(c.Cost, c.Warnings, c.Sent)
		for i, row := range c.Rows {
			if row.Likelihood != Unlikely {
				likeliest[alertKey(row.SLO,
					renameLabels(Row{Labels: row.Labels}, row.SLO.RenamedLabels).Labels)] = &c.Rows[i]
			}
		}
		return nil
	})
	if err = cmp.Or(context.Cause(ctx), err); err != nil {
		a.Warn("no likely changes: " + err.Error())
	}
	for i, s := range a.Severities {
		if s.State == slo.Firing {
			a.Severities[i].Change = likeliest[alertKey(s.SLO, s.Labels)]
		}
	}
}

func alertKey(s catalog.SLO, labels map[string]string) string {
	return s.Name + "\xff" + measure.LabelKey(labels)
}

// evaluateNew judges the alerts of a group at an instant again, if they are unmeasured only because
// the group is younger than a window. Time before the group existed counts as covered, with the
// same traffic and nothing bad. So the first events of a new workload fire no sooner than those of
// others, and a rollout is not a data gap.
func evaluateNew(g measure.Group, judged []slo.AlertEvaluation, firstSeen, at time.Time) []slo.AlertEvaluation {
	if !firstSeen.Before(at) || !slices.ContainsFunc(judged, isUnmeasured) {
		return judged
	}
	again := evaluateAlerts(g, at, func(from time.Time) slo.Measured {
		m := g.Measure(from, at)
		if !firstSeen.After(from) || m.Coverage <= 0 {
			return m
		}
		measured := m.Coverage * slo.LengthWithout(from, at, g.Excluded()).Seconds()
		if measured < slo.CoverageFloor*slo.LengthWithout(firstSeen, at, g.Excluded()).Seconds() {
			return m
		}
		m.Total /= m.Coverage
		m.Coverage = 1
		return m
	})
	out := slices.Clone(judged)
	for i := range out {
		if isUnmeasured(out[i]) {
			out[i].State = again[i].State
		}
	}
	return out
}

// evaluateAlerts judges the alerts by the counts that measure returns for (from, at]. The budget
// does not matter for them.
//
// If an alert keeps its state without traffic, a window without events cannot be judged, as if it
// had not been measured.
func evaluateAlerts(g measure.Group, at time.Time, measure func(from time.Time) slo.Measured) []slo.AlertEvaluation {
	s := g.SLO()
	start, end := s.Period(at)
	terms := slo.Terms{Objective: s.Objective, Period: end.Sub(start), Elapsed: 1, LowTraffic: s.LowTraffic}
	return s.Policy.EvaluateTerms(terms, slo.Measured{}, func(w time.Duration) slo.Measured {
		m := measure(at.Add(-s.WholeGrains(w)))
		if s.NoTraffic == catalog.NoTrafficKeeps && m.Total <= 0 {
			m.Coverage = 0
		}
		return m
	}).Alerts
}

func isUnmeasured(a slo.AlertEvaluation) bool { return a.State == slo.Unmeasured }
