package slo

// SeverityState is how the alerts of one severity stand together. What cannot be judged, because too little was measured, stands
// as it stood when it last could be: a gap neither silences a page nor makes one up.
type SeverityState struct {
	Severity string
	State    State // the worst of its alerts: Ok to Firing, Unmeasured when none was ever judged
	// Kept states that an alert of it cannot be judged now; its last state, if there was one, is part of State.
	Kept bool
	// Alert is the one nearest to firing by what is measured now: its burn rates are what a person wants to see.
	Alert AlertEvaluation
}

// SeverityStates are the severities of the evaluated alerts in their order. last gives the last state of an alert, by its index,
// that cannot be judged now: Unmeasured when there was none.
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

// nearness is the burn rate that both windows reach, as a share of the factor; for an objective of 1, which has none, 0.
func (e AlertEvaluation) nearness() float64 {
	if !e.Long.Known || !e.Short.Known || e.Factor <= 0 {
		return 0
	}
	return min(e.Long.Rate, e.Short.Rate) / e.Factor
}
