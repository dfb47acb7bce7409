package engine

import (
	"fmt"
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
func (r *Report) flag(g group, at time.Time) {
	s := g.events.slo
	start, _ := s.Period(at)
	m := g.raw(start, at)
	slack := partTolerance*m.Total + partSlack
	what := "bad"
	switch {
	case g.members != nil || m.Coverage == 0:
		return
	case m.Bad < -slack:
		what = "good"
	case m.Bad <= m.Total+slack:
		return
	}
	r.warn(fmt.Sprintf("SLO %s: there are more %s events than events (total); the SLI is held within 0 and 100 %%. Does %s select from total?",
		s.Name, what, what))
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
