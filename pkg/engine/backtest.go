package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// Backtest is the result of a backtest query.
type Backtest struct {
	Report   // without rows; Instant is the last step
	From     time.Time
	Step     time.Duration
	Tests    []Test        // by SLO, policy and group
	Compared []PolicyScore // by SLO and policy
}

// Test is the replay of a policy in one group of an SLO.
type Test struct {
	SLO     catalog.SLO // with the policy
	Labels  map[string]string
	Outcome slo.Outcome // without States and Alerts, which Changes replace
	Score   slo.Score
	Changes []StateChange
}

// StateChange is a step at which the worst state of a policy's alerts changed.
type StateChange struct {
	Time  time.Time
	State slo.State
}

// PolicyScore summarizes a policy over all groups of an SLO.
type PolicyScore struct {
	SLO   catalog.SLO // with the policy
	Score slo.Score
}

// Backtest replays policies over (from, to] at the multiples of step. A policy that does not fit an
// SLO is omitted with a warning.
func (e *Engine) Backtest(ctx context.Context, slos []catalog.SLO, policies []slo.Policy, from, to time.Time,
	step time.Duration,
) (*Backtest, error) {
	from, to = from.Truncate(step).UTC(), e.instant(to).Truncate(step)
	if !from.Before(to) {
		return nil, fault.UserErrorf("timeRange", "holds no whole step of %s in the past. Ask for a longer or an earlier time",
			slo.FormatDuration(step))
	}
	out := &Backtest{Report: Report{Instant: to}, From: from, Step: step}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*Backtest, error) {
		return e.backtest(ctx, slos[i], policies, from, to, step)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Tests = append(out.Tests, p.Tests...)
		out.Compared = append(out.Compared, p.Compared...)
	}
	return out, nil
}

func (e *Engine) backtest(ctx context.Context, s catalog.SLO, policies []slo.Policy, from, to time.Time,
	step time.Duration,
) (*Backtest, error) {
	out := &Backtest{}
	fitting, misfits := fittingPolicies(s, policies)
	if len(fitting) == 0 {
		return nil, misfits
	}
	if misfits != nil {
		out.Warn(misfits.Error())
	}
	if len(s.MoreWindows) > 0 {
		out.Warn(fmt.Sprintf("SLO %s: the backtest is over the first of its windows, %s", s.Name, s.WindowText()))
	}
	t := replay{slo: s, step: step, from: from, to: to, start: from.Add(-LongestWindow(fitting))}
	ev, err := e.reader.Read(ctx, s, t.borders())
	if err != nil {
		return nil, err
	}
	out.Add(ev.Cost, ev.Warnings, ev.Sent)

	groups := ev.Groups()
	if steps := int(to.Sub(from) / step); len(groups)*steps*len(fitting) > maxJudged {
		return nil, fault.UserErrorf("timeRange", "%d groups, %d steps of %s and %d policies are %d states to judge. "+
			"At most %d are: ask for fewer groups (groupBy) or policies, or a shorter time",
			len(groups), steps, slo.FormatDuration(step), len(fitting), len(groups)*steps*len(fitting),
			maxJudged)
	}
	tests := make([][]Test, len(fitting)) // by policy
	for _, g := range groups {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b := slo.NewBacktest(s.Objective, s.Window, t.groupHistory(g))
		incidents := b.Incidents(shortestWindow(fitting))
		for i, p := range fitting {
			test, err := t.replayPolicy(b, p, incidents)
			if err != nil {
				return nil, err
			}
			test.Labels = g.Labels()
			tests[i] = append(tests[i], test)
		}
	}
	for i, p := range fitting {
		outcomes := make([]slo.Outcome, len(tests[i]))
		for k, test := range tests[i] {
			outcomes[k] = test.Outcome
		}
		out.Tests = append(out.Tests, tests[i]...)
		if len(groups) > 0 {
			out.Compared = append(out.Compared, PolicyScore{withPolicy(s, p), slo.ScoreOf(to.Sub(from), outcomes...)})
		}
	}
	if len(groups) == 0 {
		out.warnNoSeries(s, "")
	}
	return out, nil
}

// maxJudged bounds the work of a replay to some seconds. A variable for its test.
var maxJudged = 40_000_000

// fittingPolicies returns the policies that can serve the SLO. misfits is why the others cannot.
func fittingPolicies(s catalog.SLO, policies []slo.Policy) (fitting []slo.Policy, misfits error) {
	var problems []error
	for _, p := range policies {
		if _, err := s.WithPolicy(p); err != nil {
			problems = append(problems, fault.UserErrorf("backtest", "%v", err))
			continue
		}
		fitting = append(fitting, p)
	}
	return fitting, errors.Join(problems...)
}

func withPolicy(s catalog.SLO, p slo.Policy) catalog.SLO {
	s.Policy = p
	return s
}

// LongestWindow is the longest alert window of any policy.
func LongestWindow(policies []slo.Policy) time.Duration {
	var w time.Duration
	for _, p := range policies {
		w = max(w, slices.Max(p.Windows()))
	}
	return w
}

// shortestWindow is the window of the burn rate that defines incidents: the same for all policies,
// so that they are compared by the same incidents.
func shortestWindow(policies []slo.Policy) time.Duration {
	w := LongestWindow(policies)
	for _, p := range policies {
		w = min(w, slices.Min(p.Windows()))
	}
	return w
}

// replay is an SLO with the time of a backtest.
type replay struct {
	slo      catalog.SLO
	step     time.Duration
	from, to time.Time // judged at the steps in (from, to]
	start    time.Time // of the first cell: one longest window before from
}

// borders returns the steps, and the full hours of the SLO's window of the first step. Before the first
// cell only whole hours are read: windows then begin at the full hour at or before their start.
func (t replay) borders() []time.Time {
	out := make([]time.Time, 0, t.to.Sub(t.start)/t.step+2)
	start, _ := t.slo.Period(t.from.Add(t.step))
	out = append(out, start.Truncate(time.Hour))
	if t.slo.Calendar != nil { // later calendar periods begin within the cells
		for at := t.to; at.After(t.from); {
			at, _ = t.slo.Period(at)
			out = append(out, at)
		}
	}
	for at := t.start; !at.After(t.to); at = at.Add(t.step) {
		out = append(out, at)
	}
	return out
}

func (t replay) groupHistory(g measure.Group) slo.History {
	n := int(t.to.Sub(t.start) / t.step)
	h := slo.History{
		Start: t.start, Step: t.step, First: int(t.from.Sub(t.start) / t.step),
		LowTraffic: t.slo.LowTraffic,
		Cells:      make([]slo.Measured, n), Period: make([]slo.Measured, n),
	}
	if g.IsComposite() {
		h.Measure = g.Measure
	}
	if t.slo.Calendar != nil {
		h.Lengths = make([]time.Duration, n)
	}
	end := t.start
	for i := range n {
		begin := end
		end = begin.Add(t.step)
		h.Cells[i] = g.FillMissing(g.MeasureUnclamped(begin, end), begin, end)
		if grain := t.slo.Grain(); grain > t.step { // cells between the ends of slices have the coverage of the slice
			h.Cells[i].Coverage = g.FillMissing(g.MeasureUnclamped(end.Add(-grain), end), end.Add(-grain), end).Coverage
		}
		if i >= h.First {
			start, stop := t.slo.Period(end)
			h.Period[i] = g.FillMissing(g.MeasureUnclamped(start, end), start, end)
			if h.Lengths != nil {
				h.Lengths[i] = stop.Sub(start)
				if share := measure.ElapsedShare(start, end, stop, g.Excluded()); share > 0 {
					h.Period[i].Total /= share
				}
			}
		}
	}
	return h
}

func (t replay) replayPolicy(b *slo.Backtest, p slo.Policy, incidents []slo.Incident) (Test, error) {
	outcome, err := b.Outcome(p, incidents)
	if err != nil {
		return Test{}, err
	}
	test := Test{SLO: withPolicy(t.slo, p)}
	last := slo.State(-2) // none
	for i, state := range outcome.Replay.Alerts {
		if state != last {
			test.Changes = append(test.Changes, StateChange{t.from.Add(time.Duration(i+1) * t.step), state})
			last = state
		}
	}
	outcome.Replay.States, outcome.Replay.Alerts = nil, nil // up to 100,000 values, which Changes contain in short
	test.Outcome, test.Score = outcome, slo.ScoreOf(t.to.Sub(t.from), outcome)
	return test, nil
}

// ReplaySteps are the possible steps of a replay. Up to fineRange the step is a minute.
var ReplaySteps = []time.Duration{time.Minute, 5 * time.Minute}

const (
	fineRange = 7 * 24 * time.Hour
	// MaxReplaySteps bounds the steps of a replay, including the longest window before the first step.
	MaxReplaySteps = 150_000
)

// ReplayStep returns the default step of a replay: 1m, or 5m over more than a week if the policies'
// windows are multiples of it.
func ReplayStep(policies []slo.Policy, over time.Duration) time.Duration {
	if over > fineRange && IndivisibleWindow(policies, ReplaySteps[1]) == "" {
		return ReplaySteps[1]
	}
	return ReplaySteps[0]
}

// IndivisibleWindow returns a window that is not a multiple of the step, or "".
func IndivisibleWindow(policies []slo.Policy, step time.Duration) string {
	for _, p := range policies {
		for _, w := range p.Windows() {
			if w%step != 0 {
				return fmt.Sprintf("window %s of policy %s", slo.FormatDuration(w), p.Name)
			}
		}
	}
	return ""
}
