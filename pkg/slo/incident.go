package slo

import "time"

const (
	// IncidentShare is the least share of the budget that an incident spends.
	IncidentShare = 0.01
	// IncidentPause is the longest pause within one incident.
	IncidentPause = time.Hour
)

// Incident is a time in which the burn rate over a short window was above 1, with pauses shorter
// than IncidentPause, that spent at least IncidentShare of the budget. It is independent of alert
// policies, so that policies can be compared by it.
type Incident struct {
	From  time.Time // the start of the first cell with a burn rate above 1
	To    time.Time // the end of the last such cell
	Bad   float64   // bad events in it
	Spent float64   // Bad as a share of the bad events that the SLO's window at To allows

	allowed float64 // the bad events that the window allows
}

// Incidents returns the incidents by the burn rate over a window, which is rounded up to whole
// steps. An objective of 1 has no budget, and so no incidents.
func (b *Backtest) Incidents(window time.Duration) []Incident {
	if b.objective.ErrorBudget() == 0 || b.history.Step <= 0 {
		return nil
	}
	steps := max(int((window+b.history.Step-1)/b.history.Step), 1)
	pause := int(IncidentPause / b.history.Step)
	var found []Incident
	first, last := -1, -1 // cells of the current incident
	for i := b.history.First; i < len(b.history.Cells); i++ {
		if first >= 0 && i-last > pause {
			found = b.appendIncident(found, first, last)
			first = -1
		}
		if !b.burns(i, steps) {
			continue
		}
		// The window is over because some of its cells burn. Only those are the incident.
		for j := max(i+1-steps, b.history.First, last+1); j <= i; j++ {
			if b.burns(j, 1) {
				if first < 0 {
					first = j
				}
				last = j
			}
		}
	}
	if first >= 0 {
		found = b.appendIncident(found, first, last)
	}
	return found
}

// burns reports whether the burn rate of the last steps cells up to i is above 1.
func (b *Backtest) burns(i, steps int) bool {
	rate, ok := BurnRate(b.objective, b.window(i, time.Duration(steps)*b.history.Step).Counts)
	return ok && rate > 1+tolerance
}

// appendIncident adds the incident of the cells first to last if it spent enough.
func (b *Backtest) appendIncident(found []Incident, first, last int) []Incident {
	c, ok := Counts{b.history.Period[last].Total, 0}.clamp()
	if !ok {
		return found
	}
	i := Incident{From: b.end(first - 1), To: b.end(last), allowed: b.objective.ErrorBudget() * c.Total}
	i.Bad = max(b.bad[last+1]-b.bad[first], 0)
	i.Spent = i.Bad / i.allowed
	if i.Spent < IncidentShare*(1-tolerance) {
		return found
	}
	return append(found, i)
}

// Detection is the reaction of a policy to an incident.
type Detection struct {
	Detected bool          // some alert fired in it
	Severity string        // of the first alert
	After    time.Duration // from the start of the incident to the first alarm; 0 when one was open already
	Spent    float64       // share of the budget that was spent by then
	Silence  time.Duration // the longest stretch of the incident in which no alert fired; all of it when none did
}

// Detect compares a replay with an incident of the same history.
func (b *Backtest) Detect(r Replay, i Incident) Detection {
	var d Detection
	firingUntil := i.From // the end of the time that alarms or silence account for
	for _, a := range r.Alarms {
		if !a.To.After(i.From) && !a.Open || a.From.After(i.To) {
			continue
		}
		if !d.Detected {
			d.Detected, d.Severity, d.After = true, a.Severity, max(a.From.Sub(i.From), 0)
			d.Spent = b.badBetween(i.From, i.From.Add(d.After)) / i.allowed
		}
		d.Silence = max(d.Silence, a.From.Sub(firingUntil))
		if a.To.After(firingUntil) {
			firingUntil = a.To
		}
	}
	d.Silence = max(d.Silence, i.To.Sub(firingUntil), 0)
	return d
}

func (b *Backtest) badBetween(from, to time.Time) float64 {
	return max(b.bad[b.cells(to)]-b.bad[b.cells(from)], 0)
}

func (b *Backtest) cells(t time.Time) int {
	return min(max(int(t.Sub(b.history.Start)/b.history.Step), 0), len(b.history.Cells))
}
