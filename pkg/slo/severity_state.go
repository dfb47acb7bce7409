package slo

// SeverityState is the combined state of the alerts of one severity. An alert that cannot be
// judged, because too little was measured, keeps its last judged state: a data gap neither silences
// a page nor makes one up.
type SeverityState struct {
	Severity string
	State    State // the worst of its alerts: Ok to Firing, Unmeasured when none was ever judged
	// Kept reports whether an alert of the severity cannot be judged now. Its last state, if any,
	// is part of State.
	Kept bool
	// Alert is the alert that is nearest to firing by the present measurements.
	Alert AlertEvaluation
}

// SeverityStates returns the severities of the evaluated alerts, in their order. last returns the
// last judged state of an alert by its index; Unmeasured if there is none. It is called for alerts
// that cannot be judged now.
func SeverityStates(alerts []AlertEvaluation, last func(alert int) State) []SeverityState {
	var out []SeverityState
	at := map[string]int{}
	for i, a := range alerts {
		k, ok := at[a.Alert.Severity]
		if !ok {
			k = len(out)
			at[a.Alert.Severity] = k
			out = append(out, SeverityState{Severity: a.Alert.Severity, State: Unmeasured, Alert: a})
		}
		s := &out[k]
		state := a.State
		if state == Unmeasured {
			s.Kept = true
			state = last(i)
		}
		s.State = max(s.State, state)
		if a.nearness() > s.Alert.nearness() {
			s.Alert = a
		}
	}
	return out
}

// nearness is the burn rate that both windows reach, as a share of the factor; 0 for an objective of 1.
func (e AlertEvaluation) nearness() float64 {
	if !e.Long.Known || !e.Short.Known || e.Factor <= 0 {
		return 0
	}
	return min(e.Long.Rate, e.Short.Rate) / e.Factor
}
