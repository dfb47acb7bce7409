package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

// The part of the events may exceed all events by this much without a warning, because they are
// scraped at different moments.
const (
	partTolerance = 0.01 // of all events
	partSlack     = 1    // event
)

// warnImpossibleCounts warns of a group with more bad (or good) events than events in its window.
// Its SLI is clamped to 0..1.
func (r *Report) warnImpossibleCounts(row *Row) {
	s, m := row.SLO, row.unclamped
	slack := partTolerance*m.Total + partSlack
	what := "bad"
	switch {
	case row.group.IsComposite():
		return
	case m.Bad < -slack:
		what = "good"
	case m.Bad <= m.Total+slack:
		return
	}
	r.Warn(fmt.Sprintf("SLO %s: there are more %s events than total events, so the SLI is capped at 0 or 100%%. Check that %s selects a subset of total",
		s.Name, what, what))
}

// warnMissingTotals warns of groups that have bad (or good) events but no series of all events:
// they have no row.
func (r *Report) warnMissingTotals(ev *measure.Reading, at time.Time) {
	if ev.IsComposite() {
		return
	}
	start, _ := ev.SLO.Period(at)
	var names []string
	for _, g := range ev.AllGroups() {
		if g.HasTotal() {
			continue
		}
		if _, events := g.TotalAndPart(start, at); events > partSlack {
			names = append(names, measure.GroupText(ev.SLO.By, g.Labels()))
		}
	}
	what := "bad"
	if ev.Counting.Good {
		what = "good"
	}
	const text = "SLO %s: %s %s events, but no events (total), so %s no row. Do %s and total have the same labels?"
	switch len(names) {
	case 0:
	case 1:
		r.Warn(fmt.Sprintf(text, ev.SLO.Name, names[0]+" has", what, "it has", what))
	default:
		r.Warn(fmt.Sprintf(text, ev.SLO.Name, fmt.Sprintf("%d groups, such as %s, have", len(names), names[0]), what,
			"they have", what))
	}
}

// IsHeldBack reports whether an alert does not fire only because of low traffic.
func (r Row) IsHeldBack() bool { return isHeldBack(r.Evaluation) }

func isHeldBack(e slo.Evaluation) bool {
	return slices.ContainsFunc(e.Alerts, func(a slo.AlertEvaluation) bool { return a.HeldBack })
}
