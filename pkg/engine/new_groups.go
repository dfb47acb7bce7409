package engine

import (
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

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
