package slo

import "time"

// CoverageFloor is the measured share of a window that is required to judge it as "not over the
// burn-rate threshold".
const CoverageFloor = 0.9

// Evaluation is the state of an SLO at one instant.
type Evaluation struct {
	// State is Exhausted when the budget is spent; Unmeasured when the whole window has no events,
	// or when no alert could be judged; otherwise the worst state of the judged alerts.
	State State
	// HasBudget is false when the window has no events.
	Budget    Budget
	HasBudget bool
	// Alerts are the policy's alerts in its order. An exhausted budget does not change them: paging
	// depends on the burn rate.
	Alerts []AlertEvaluation
	// Partial reports whether some alert could not be judged although the SLO could.
	Partial bool
}

// AlertEvaluation is the state of one alert.
type AlertEvaluation struct {
	Alert       Alert
	Factor      float64 // the burn rate both windows are compared with; 0 for an objective of 1
	Long, Short Burn
	State       State // Unmeasured, Ok, Recovering, Rising or Firing
	HeldBack    bool  // there is too little traffic to fire (Terms.LowTraffic): State is Rising
}

// Burn is the burn rate of one window.
type Burn struct {
	Rate     float64 // valid when Known
	Known    bool    // false without events and for an objective of 1
	Coverage float64 // share of the window that was measured, 0..1
}

// Evaluate judges an SLO. measure is called once for the period and once for each of p.Windows().
//
// A window is over when its burn rate reaches the factor; for an objective of 1, when it has a bad
// event. A watched window without events is under. Below CoverageFloor, a window is never under,
// and is over only if the measured part alone spent enough for the whole window (burn x coverage
// reaches the factor). So a data gap neither silences a certain page nor makes one up. An alert
// with a window that is neither is Unmeasured.
func (p Policy) Evaluate(o Objective, period time.Duration, measure func(window time.Duration) Measured) Evaluation {
	return p.EvaluateTerms(Terms{Objective: o, Period: period, Elapsed: 1}, measure(period), measure)
}

// Firing reports whether an alert of the severity fires. measured is false when none of its alerts
// could be judged.
func (e Evaluation) Firing(severity string) (firing, measured bool) {
	for _, a := range e.Alerts {
		if a.Alert.Severity == severity {
			firing = firing || a.State == Firing
			measured = measured || a.State != Unmeasured
		}
	}
	return firing, measured
}

func (a Alert) evaluate(t Terms, long, short Measured) AlertEvaluation {
	o := t.Objective
	e := AlertEvaluation{Alert: a, Factor: a.Factor(t.Period, o), Long: burnOf(o, long), Short: burnOf(o, short)}
	longIs, shortIs := judge(o, e.Factor, long), judge(o, e.Factor, short)
	if longIs == unknown || shortIs == unknown {
		e.State = Unmeasured
		return e
	}
	e.State = pairState(longIs == over, shortIs == over)
	if e.State == Firing && t.LowTraffic.isHoldingBack(long.Counts) {
		e.State, e.HeldBack = Rising, true
	}
	return e
}

func burnOf(o Objective, m Measured) Burn {
	rate, ok := BurnRate(o, m.Counts)
	return Burn{Rate: rate, Known: ok, Coverage: m.clampedCoverage()}
}

type verdict int

const (
	unknown verdict = iota
	under
	over
)

func judge(o Objective, factor float64, m Measured) verdict {
	measuredEnough := m.clampedCoverage() >= CoverageFloor*(1-tolerance)
	isOver := false
	if c, ok := m.clamp(); ok {
		if burn, ok := BurnRate(o, c); !ok {
			isOver = c.Bad > 0 // an objective of 1: any bad event counts, at any coverage
		} else if measuredEnough {
			isOver = reaches(burn, factor)
		} else {
			isOver = reaches(burn*m.clampedCoverage(), factor)
		}
	}
	switch {
	case isOver:
		return over
	case measuredEnough:
		return under
	}
	return unknown
}
