package slo

import (
	"fmt"
	"slices"
	"time"
)

// History holds the counts of one group, step by step, oldest first.
type History struct {
	Start time.Time     // where the first cell begins
	Step  time.Duration // length of a cell
	// Cells are the counts of (Start + i x Step, Start + (i+1) x Step]. Coverage is the measured
	// share of the cell.
	Cells []Measured
	// Period holds, for the end of each cell, the counts of the SLO's whole window; as long as
	// Cells. The rest of a calendar window is projected, as in Terms.Budget.
	Period []Measured
	// Lengths are the lengths of the SLO's window at the end of each cell, for alert factors. nil:
	// always the backtest's period.
	Lengths []time.Duration
	// LowTraffic holds alerts back, as Terms.LowTraffic does.
	LowTraffic LowTraffic
	// Measure, if set, returns the counts of a window that are not the sum of its cells: a
	// joint ratio of several SLOs.
	Measure func(from, to time.Time) Measured
	// First is the first cell that policies are judged after. Earlier cells only fill the windows.
	First int
}

// Backtest replays policies over the history of one group. Running sums make the counts of any
// window at any step constant time.
type Backtest struct {
	objective Objective
	period    time.Duration
	history   History
	total     []float64 // events in the cells before i
	bad       []float64
	covered   []float64 // measured cells before i
}

// NewBacktest prepares the replay of policies for an objective over a period, the SLO's window.
func NewBacktest(o Objective, period time.Duration, h History) *Backtest {
	n := len(h.Cells)
	sums := make([]float64, 3*(n+1))
	b := &Backtest{o, period, h, sums[:n+1], sums[n+1 : 2*(n+1)], sums[2*(n+1):]}
	for i, c := range h.Cells {
		b.total[i+1] = b.total[i] + c.Total
		b.bad[i+1] = b.bad[i] + c.Bad
		b.covered[i+1] = b.covered[i] + c.clampedCoverage()
	}
	return b
}

// Replay holds the states and alarms of a policy over a history.
type Replay struct {
	Policy Policy
	// States are Evaluation.State at the end of each judged cell.
	States []State
	// Alerts are the worst state of the policy's alerts at each step, Unmeasured to Firing. The
	// budget does not change them.
	Alerts []State
	Alarms []Alarm // by start; alarms of one severity don't overlap
}

// Alarm is a time in which at least one alert of a severity fired without a break.
type Alarm struct {
	Severity string
	From     time.Time // the first step that fires
	To       time.Time // the first step without a firing alert; the last step of the history when Open
	Open     bool      // it still fires at the end
	PeakBurn float64   // the highest burn rate of a firing alert's long window; 0 for an objective of 1
}

// Duration is the time from the first firing step to the first step that does not fire.
func (a Alarm) Duration() time.Duration { return a.To.Sub(a.From) }

// Replay judges the policy at the end of each cell from First on, as Policy.Evaluate does. An alert
// that cannot be judged at a step keeps its last state, so an alarm goes on through a data gap.
//
// The error names a window that is not a whole number of steps.
func (b *Backtest) Replay(p Policy) (Replay, error) {
	for _, w := range p.Windows() {
		if b.history.Step <= 0 || w%b.history.Step != 0 {
			return Replay{}, fmt.Errorf("window %s of policy %s is not a whole number of steps of %s",
				FormatDuration(w), p.Name, FormatDuration(b.history.Step))
		}
	}
	steps := max(len(b.history.Cells)-b.history.First, 0)
	r := Replay{Policy: p, States: make([]State, 0, steps), Alerts: make([]State, 0, steps)}
	severities := p.Severities()
	open := make([]*Alarm, len(severities))
	evaluated := make([]AlertEvaluation, len(p.Alerts))
	lastStates := make([]State, len(p.Alerts)) // the last state of each alert that could be judged
	for k := range lastStates {
		lastStates[k] = Unmeasured
	}
	for i := b.history.First; i < len(b.history.Cells); i++ {
		worst := Unmeasured
		for k, a := range p.Alerts {
			evaluated[k] = a.evaluate(Terms{
				Objective: b.objective, Period: b.length(i), Elapsed: 1,
				LowTraffic: b.history.LowTraffic,
			}, b.window(i, a.Long), b.window(i, a.Short))
			worst = max(worst, evaluated[k].State)
			if evaluated[k].State != Unmeasured {
				lastStates[k] = evaluated[k].State
			}
		}
		r.Alerts = append(r.Alerts, worst)
		r.States = append(r.States, b.overallState(i, worst))
		for k, severity := range severities {
			open[k] = trackAlarm(&r, open[k], severity, evaluated, lastStates, b.end(i))
		}
	}
	for _, a := range open {
		if a != nil {
			a.To, a.Open = b.end(len(b.history.Cells)-1), true
			r.Alarms = append(r.Alarms, *a)
		}
	}
	slices.SortStableFunc(r.Alarms, func(a, b Alarm) int { return a.From.Compare(b.From) })
	return r, nil
}

func (b *Backtest) length(i int) time.Duration {
	if b.history.Lengths == nil {
		return b.period
	}
	return b.history.Lengths[i]
}

// overallState combines the budget with the state of the alerts, as Policy.Evaluate does: an
// exhausted budget outranks the alerts; an unmeasured budget is Unmeasured.
func (b *Backtest) overallState(i int, alerts State) State {
	budget, ok := BudgetLeft(b.objective, b.length(i), b.history.Period[i].Counts)
	switch {
	case !ok:
		return Unmeasured
	case budget.Exhausted():
		return Exhausted
	}
	return alerts
}

// trackAlarm starts, extends or ends the alarm of a severity. It returns the alarm that is open then, or nil.
func trackAlarm(r *Replay, open *Alarm, severity string, alerts []AlertEvaluation, lastStates []State,
	now time.Time,
) *Alarm {
	fires, peak := false, 0.0
	for k, a := range alerts {
		if a.Alert.Severity != severity {
			continue
		}
		fires = fires || lastStates[k] == Firing
		if a.State == Firing {
			peak = max(peak, a.Long.Rate)
		}
	}
	switch {
	case fires && open == nil:
		return &Alarm{Severity: severity, From: now, PeakBurn: peak}
	case fires:
		open.PeakBurn = max(open.PeakBurn, peak)
	case open != nil:
		open.To = now
		r.Alarms = append(r.Alarms, *open)
		return nil
	}
	return open
}

// window returns the counts of the window that ends with cell i. Time before the history has no coverage.
func (b *Backtest) window(i int, w time.Duration) Measured {
	if b.history.Measure != nil {
		return b.history.Measure(b.end(i).Add(-w), b.end(i))
	}
	n := int(w / b.history.Step)
	from := max(i+1-n, 0)
	return Measured{
		Counts:   Counts{Total: b.total[i+1] - b.total[from], Bad: b.bad[i+1] - b.bad[from]},
		Coverage: (b.covered[i+1] - b.covered[from]) / float64(n),
	}
}

// end is the time at which cell i ends. end(-1) is the start of the first cell.
func (b *Backtest) end(i int) time.Time {
	return b.history.Start.Add(time.Duration(i+1) * b.history.Step)
}
