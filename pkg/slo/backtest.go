package slo

import (
	"fmt"
	"slices"
	"time"
)

// History is what was counted of one group, step by step, oldest first.
type History struct {
	Start time.Time     // where the first cell begins
	Step  time.Duration // length of a cell
	// Cells hold what was counted in (Start + i x Step, Start + (i+1) x Step]; Coverage is the measured share of the cell.
	Cells []Measured
	// Period holds, for the end of each cell, what the SLO's whole window held then; as long as Cells. What is still to come
	// of a calendar window is projected, as in Terms.Budget.
	Period []Measured
	// Lengths are how long the SLO's window was then, which alert factors follow; nil: always the backtest's period.
	Lengths []time.Duration
	// LowTraffic holds alerts back, as Terms.LowTraffic does.
	LowTraffic LowTraffic
	// Measure, where it is set, gives what a window held, of what does not add up from cells: a joint ratio of several SLOs.
	Measure func(from, to time.Time) Measured
	// First is the first cell at whose end policies are judged; those before it only fill the windows.
	First int
}

// Backtest replays policies over one group's history. It is built once and read by any number of policies: running sums
// give every window at every step in the same short time.
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

// Replay is what a policy would have done.
type Replay struct {
	Policy Policy
	// States are Evaluation.State at the end of each judged cell.
	States []State
	// Alerts are the worst state of the policy's alerts there, whatever is left of the budget: Unmeasured to Firing.
	Alerts []State
	Alarms []Alarm // by start; of one severity they never overlap
}

// Alarm is a time in which at least one alert of a severity fired without a break.
type Alarm struct {
	Severity string
	From     time.Time // the first step that fires
	To       time.Time // the first step that no longer does; the last step of the history when Open
	Open     bool      // it still fires at the end
	PeakBurn float64   // the highest burn rate of a firing alert's long window; 0 for an objective of 1
}

// Duration is how long it fires.
func (a Alarm) Duration() time.Duration { return a.To.Sub(a.From) }

// Replay judges the policy at the end of each cell from First on, as Policy.Evaluate does. An alert that cannot be judged
// at a step stands as it last stood, so that an alarm goes on through a gap in the data: it resolves nothing.
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
			evaluated[k] = a.evaluate(Terms{Objective: b.objective, Period: b.length(i), Elapsed: 1, LowTraffic: b.history.LowTraffic}, b.window(i, a.Long), b.window(i, a.Short))
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

// length is how long the SLO's window is at the end of cell i.
func (b *Backtest) length(i int) time.Duration {
	if b.history.Lengths == nil {
		return b.period
	}
	return b.history.Lengths[i]
}

// overallState is the rule of Policy.Evaluate: a budget that is spent outweighs the alerts, one that is not known silences them.
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

// trackAlarm starts, goes on with or ends the alarm of a severity at a step; it gives the one that is open after it.
func trackAlarm(r *Replay, open *Alarm, severity string, alerts []AlertEvaluation, lastStates []State, now time.Time) *Alarm {
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

// window is what was counted in the window that ends with cell i. What lies before the history is not covered.
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

// end is when cell i ends; of -1, when the first one begins.
func (b *Backtest) end(i int) time.Time {
	return b.history.Start.Add(time.Duration(i+1) * b.history.Step)
}
