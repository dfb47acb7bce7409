package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// EventKind is the kind of an event.
type EventKind string

// The kinds of events.
const (
	EventFiring     EventKind = "firing"     // an alert of a severity fired
	EventBudget     EventKind = "budget"     // the budget was spent, or came back
	EventExclusions EventKind = "exclusions" // excluded time
	EventRollouts   EventKind = "rollouts"   // a workload changed, according to kube-state-metrics
	EventConfig     EventKind = "config"     // a ConfigMap or Secret changed
	EventRestarts   EventKind = "restarts"   // containers restarted
	EventNodes      EventKind = "nodes"      // a node was not ready or drained
	EventScaling    EventKind = "scaling"    // an autoscaler was at its maximum
)

// EventKinds are all kinds of events.
var EventKinds = []EventKind{
	EventFiring, EventBudget, EventExclusions, EventRollouts, EventConfig, EventRestarts, EventNodes, EventScaling,
}

// changeEvents are the kinds of events that are changes.
var changeEvents = map[ChangeKind]EventKind{
	ChangeRollout: EventRollouts, ChangeConfig: EventConfig, ChangeRestart: EventRestarts, ChangeOOM: EventRestarts,
	ChangeNode: EventNodes, ChangeScaling: EventScaling,
}

// changeKindsOf returns the kinds of changes that are events of some kinds, in the order of ChangeKinds.
func changeKindsOf(kinds []EventKind) []ChangeKind {
	return slices.DeleteFunc(slices.Clone(ChangeKinds),
		func(k ChangeKind) bool { return !slices.Contains(kinds, changeEvents[k]) })
}

// Event happened at From, or from From to To.
type Event struct {
	Kind     EventKind
	SLO      string            // "" for a change
	Labels   map[string]string // of the group, or of a change; nil for all groups
	Severity string            // of an alarm
	From     time.Time
	To       time.Time // zero: at one instant
	Open     bool      // an alarm that still fires
	Title    string
	Text     string
}

// Events is the result of an annotations query, the earliest first.
type Events struct {
	Report // without rows
	Events []Event

	workloads []map[string]string // labels of the groups
}

// maxEvents bounds the events of one answer. A dashboard with more is unreadable.
const maxEvents = 2000

// Annotations returns the events of the SLOs in (from, to]. Each SLO is judged by its own policy at
// the multiples of the step.
func (e *Engine) Annotations(ctx context.Context, slos []catalog.SLO, kinds []EventKind, from, to time.Time) (*Events,
	error,
) {
	out := &Events{Report: Report{Instant: e.instant(to)}}
	windows := map[string]int{} // by SLO
	for _, s := range splitWindows(slos) {
		windows[s.Name]++
	}
	if slices.Contains(kinds, EventExclusions) {
		for _, s := range slos {
			out.Events = append(out.Events, excludedEvents(s, from, to)...)
		}
	}
	slos = splitWindows(slos)
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*Events, error) {
		return e.eventsOf(ctx, slos[i], windows[slos[i].Name] > 1, kinds, from, to)
	})
	if err != nil {
		return nil, err
	}
	var deployed []map[string]string
	for _, p := range withoutFailed(parts) {
		out.Events = append(out.Events, p.Events...)
		deployed = append(deployed, p.workloads...)
	}
	if changed := changeKindsOf(kinds); len(changed) > 0 {
		changes := e.readChanges(ctx, &out.Report, changed, deployed, from, e.instant(to))
		known := newChangeScope(deployed)
		for _, c := range changes {
			if known.contains(c) {
				out.Events = append(out.Events, Event{
					Kind: changeEvents[c.Kind], Labels: c.Labels, From: c.From, To: c.To, Title: c.Title,
					Text: c.Text,
				})
			}
		}
	}
	slices.SortStableFunc(out.Events, func(a, b Event) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.SLO, b.SLO), cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Text, b.Text))
	})
	if n := len(out.Events) - maxEvents; n > 0 {
		out.Events = out.Events[n:]
		out.Warn(fmt.Sprintf("the %d earliest of %d annotations are left out. Ask for a shorter time, or for fewer SLOs or kinds", n, n+maxEvents))
	}
	return out, nil
}

// eventsOf returns the events of one window of an SLO, and the labels of its groups. several
// reports whether the SLO has more windows, which the events then name.
func (e *Engine) eventsOf(ctx context.Context, s catalog.SLO, several bool, kinds []EventKind, from,
	to time.Time,
) (*Events, error) {
	out := &Events{}
	judged := slices.Contains(kinds, EventFiring) || slices.Contains(kinds, EventBudget)
	if !judged && len(changeKindsOf(kinds)) == 0 {
		return out, nil
	}
	step := ReplayStep([]slo.Policy{s.Policy}, to.Sub(from))
	from, to = from.Truncate(step).UTC(), e.instant(to).Truncate(step)
	if !from.Before(to) {
		return out, nil
	}
	t := replay{slo: s, step: step, from: from, to: to, start: from.Add(-LongestWindow([]slo.Policy{s.Policy}))}
	borders := []time.Time{from, to}
	if judged {
		if n := int(to.Sub(t.start) / step); n > MaxReplaySteps {
			return nil, fault.UserErrorf("timeRange", "%d steps of %s to judge, with the longest alert window before them. "+
				"At most %d are: ask for a shorter time, or for other annotations than firing and budget", n,
				slo.FormatDuration(step), MaxReplaySteps)
		}
		borders = t.borders()
	}
	ev, err := e.reader.Read(ctx, s, borders)
	if err != nil {
		return nil, err
	}
	out.Add(ev.Cost, ev.Warnings, ev.Sent)
	groups := ev.Groups()
	if n := len(groups) * int(to.Sub(from)/step); judged && n > maxJudged {
		return nil, fault.UserErrorf("timeRange", "%d groups and %d steps of %s are %d states to judge. At most %d are: "+
			"ask for a shorter time, or for fewer groups (groupBy)", len(groups), int(to.Sub(from)/step),
			slo.FormatDuration(step), n, maxJudged)
	}
	for _, g := range groups {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out.workloads = append(out.workloads, commonLabels(s, g.Labels()))
		if !judged {
			continue
		}
		r, err := slo.NewBacktest(s.Objective, s.Window, t.groupHistory(g)).Replay(s.Policy)
		if err != nil {
			return nil, err
		}
		if slices.Contains(kinds, EventFiring) {
			out.Events = append(out.Events, firingEvents(s, several, g.Labels(), r)...)
		}
		if slices.Contains(kinds, EventBudget) {
			out.Events = append(out.Events, t.budgetEvents(g.Labels(), r)...)
		}
	}
	return out, nil
}

func firingEvents(s catalog.SLO, several bool, labels map[string]string, r slo.Replay) []Event {
	var out []Event
	policy := "policy " + s.Policy.Name
	if several {
		policy += " over " + s.WindowText()
	}
	for _, a := range r.Alarms {
		e := Event{
			Kind: EventFiring, SLO: s.Name, Labels: labels, Severity: a.Severity, From: a.From, To: a.To,
			Open: a.Open,
		}
		e.Title = fmt.Sprintf("%s fired", a.Severity)
		e.Text = fmt.Sprintf("%s, for %s", policy, slo.FormatDuration(a.Duration()))
		if a.Open {
			e.Title, e.Text = fmt.Sprintf("%s fires", a.Severity),
				fmt.Sprintf("%s, since %s", policy, slo.FormatDuration(a.Duration()))
		}
		if a.PeakBurn > 0 {
			e.Text += fmt.Sprintf(", burn up to %.3g×", a.PeakBurn)
		}
		out = append(out, e)
	}
	return out
}

// budgetEvents returns the steps at which the budget was spent, or came back, as far as they were measured.
func (t replay) budgetEvents(labels map[string]string, r slo.Replay) []Event {
	var out []Event
	last := slo.Unmeasured
	for i, state := range r.States {
		if state == slo.Unmeasured {
			continue
		}
		spent := state == slo.Exhausted
		if last != slo.Unmeasured && spent != (last == slo.Exhausted) {
			e := Event{
				Kind: EventBudget, SLO: t.slo.Name, Labels: labels,
				From: t.from.Add(time.Duration(i+1) * t.step), Title: "budget recovered",
			}
			if spent {
				e.Title = "budget exhausted"
			}
			e.Text = fmt.Sprintf("%v%% over %s", t.slo.Objective.Percent(), t.slo.WindowText())
			out = append(out, e)
		}
		last = state
	}
	return out
}

func excludedEvents(s catalog.SLO, from, to time.Time) []Event {
	var out []Event
	for _, x := range s.Exclude {
		for _, i := range slo.ExcludedIntervals([]slo.Exclusion{x}, from, to, s.Grain()) {
			if i.Length() == 0 {
				continue
			}
			text := "does not count"
			if x.Reason != "" {
				text = x.Reason + ": " + text
			}
			out = append(out,
				Event{Kind: EventExclusions, SLO: s.Name, From: i.From, To: i.To, Title: "excluded", Text: text})
		}
	}
	return out
}
