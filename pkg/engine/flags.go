package engine

import (
	"fmt"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// The part of the events may pass all of them by this much before it is told:
// they are scraped at moments apart.
const (
	partTolerance = 0.01 // of all events
	partSlack     = 1    // event
)

// flag warns of a group whose counts cannot be: more bad (or good) events than
// events in its window. Its SLI is held within 0 and 1.
func (r *Report) flag(row *Row) {
	s, m := row.SLO, row.counted
	slack := partTolerance*m.Total + partSlack
	what := "bad"
	switch {
	case row.group.members != nil:
		return
	case m.Bad < -slack:
		what = "good"
	case m.Bad <= m.Total+slack:
		return
	}
	r.warn(fmt.Sprintf("SLO %s: there are more %s events than events (total); the SLI is held within 0 and 100 %%. Does %s select from total?",
		s.Name, what, what))
}

// orphans warns of groups that have bad (or good) events but no events at all:
// there is no row for them, as if nothing had happened.
func (r *Report) orphans(ev *events, at time.Time) {
	if ev.members != nil {
		return
	}
	start, _ := ev.slo.Period(at)
	var names []string
	for _, g := range ev.split() {
		if g.total != nil {
			continue
		}
		if _, events := g.pair(start, at); events > partSlack {
			names = append(names, groupText(ev.slo.By, g.part.Labels))
		}
	}
	what := "bad"
	if ev.counting.Good {
		what = "good"
	}
	switch len(names) {
	case 0:
		return
	case 1:
		r.warn(fmt.Sprintf("SLO %s: %s has %s events, but no events (total), so it has no row. Do %s and total have the same labels?",
			ev.slo.Name, names[0], what, what))
	default:
		r.warn(fmt.Sprintf("SLO %s: %d groups, such as %s, have %s events, but no events (total), so they have no row. Do %s and total have the same labels?",
			ev.slo.Name, len(names), names[0], what, what))
	}
}

// groupText is a group in words: workload=a.
func groupText(by []string, labels map[string]string) string {
	words := make([]string, len(by))
	for i, label := range by {
		words[i] = label + "=" + labels[label]
	}
	if len(words) == 0 {
		return "the only group"
	}
	return strings.Join(words, " ")
}

// HeldBack says that an alert would fire, were there not too little traffic.
func (r Row) HeldBack() bool { return heldBack(r.Evaluation) }

func heldBack(e slo.Evaluation) bool {
	for _, a := range e.Alerts {
		if a.HeldBack {
			return true
		}
	}
	return false
}
