package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

// lookbacks are the times at which the last state is searched: each minute first, in which an alert
// rule may have evaluated it, then coarser.
var lookbacks = []struct{ from, to, step time.Duration }{
	{0, 2 * time.Hour, time.Minute},
	{2 * time.Hour, KeepFor, 5 * time.Minute},
}

// lastStates finds the last judged states of alerts.
type lastStates struct {
	engine *Engine
	slo    catalog.SLO
	at     time.Time
	states map[string][]slo.State // by group and alert; Unmeasured until found
	born   map[string]time.Time   // by group
	measure.Stats
}

// add registers the unmeasured alerts of a row of a group that exists since `born`.
func (l *lastStates) add(r Row, firstSeen time.Time) {
	// If missing time counts as events, windows have full coverage, except before the group existed.
	if l.slo.Missing == catalog.MissingBad || l.slo.Missing == catalog.MissingGood ||
		!slices.ContainsFunc(r.Evaluation.Alerts, isUnmeasured) {
		return
	}
	states := make([]slo.State, len(r.Evaluation.Alerts))
	for i, a := range r.Evaluation.Alerts {
		states[i] = a.State
	}
	if l.states == nil {
		l.states, l.born = map[string][]slo.State{}, map[string]time.Time{}
	}
	l.states[measure.LabelKey(r.Labels)], l.born[measure.LabelKey(r.Labels)] = states, firstSeen
}

func (l *lastStates) of(r Row) func(alert int) slo.State {
	states := l.states[measure.LabelKey(r.Labels)]
	return func(alert int) slo.State {
		if states == nil {
			return slo.Unmeasured
		}
		return states[alert]
	}
}

func (l *lastStates) find(ctx context.Context) error {
	for _, span := range lookbacks {
		if l.isComplete() {
			return nil
		}
		var instants []time.Time // the latest first
		for t := l.at.Add(-span.from).Truncate(span.step); !t.Before(l.at.Add(-span.to)); t = t.Add(-span.step) {
			instants = append(instants, t)
		}
		if err := l.search(ctx, instants); err != nil {
			return err
		}
	}
	return nil
}

func (l *lastStates) isComplete() bool {
	return !slices.Contains(slices.Concat(slices.Collect(maps.Values(l.states))...), slo.Unmeasured)
}

// search goes back over the instants until each alert could be judged.
func (l *lastStates) search(ctx context.Context, instants []time.Time) error {
	s := l.slo
	borders := slices.Clone(instants)
	for _, t := range instants {
		for _, w := range s.Policy.Windows() {
			borders = append(borders, t.Add(-s.WholeGrains(w)))
		}
	}
	ev, err := l.engine.reader.Read(ctx, s, borders)
	if err != nil {
		return err
	}
	l.Add(ev.Cost, ev.Warnings, ev.Sent)
	for _, g := range ev.Groups() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		states, firstSeen := l.states[measure.LabelKey(g.Labels())], l.born[measure.LabelKey(g.Labels())]
		for _, t := range instants {
			if !slices.Contains(states, slo.Unmeasured) {
				break
			}
			was := evaluateAlerts(g, t, func(from time.Time) slo.Measured { return g.Measure(from, t) })
			for i, a := range evaluateNew(g, was, firstSeen, t) {
				if states[i] == slo.Unmeasured {
					states[i] = a.State
				}
			}
		}
	}
	return nil
}
