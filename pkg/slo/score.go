package slo

import (
	"slices"
	"time"
)

// Outcome is the replay of a policy in one group, with a Detection for each incident of the group.
type Outcome struct {
	Replay     Replay
	Incidents  []Incident
	Detections []Detection // one for each incident
}

// Outcome replays the policy and compares it with the incidents of the group.
func (b *Backtest) Outcome(p Policy, incidents []Incident) (Outcome, error) {
	r, err := b.Replay(p)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Replay: r, Incidents: incidents}
	for _, i := range incidents {
		out.Detections = append(out.Detections, b.Detect(r, i))
	}
	return out, nil
}

// Score summarizes a policy for a comparison over the same groups and time. A nil pointer is a
// value that has no data.
type Score struct {
	Groups   int
	Pages    int // alarms of the policy's first severity, the most severe
	Alarms   int // of all severities
	Needless int // pages without an overlapping incident

	PagesPerWeek float64 // all groups together

	Incidents int
	Detected  int

	MedianAfter *time.Duration // from an incident's start to its first alarm, of those detected
	MedianSpent *float64       // share of the budget spent by then, of those detected
	Silence     *time.Duration // the longest silence in any incident
}

const week = 7 * 24 * time.Hour

// ScoreOf summarizes the outcomes of one policy, one for each group, over a time.
func ScoreOf(over time.Duration, outcomes ...Outcome) Score {
	s := Score{Groups: len(outcomes)}
	var after []time.Duration
	var spent []float64
	for _, o := range outcomes {
		s.Alarms += len(o.Replay.Alarms)
		s.Incidents += len(o.Incidents)
		for _, a := range o.Replay.Alarms {
			if a.Severity == o.Replay.Policy.Alerts[0].Severity {
				s.Pages++
				if !slices.ContainsFunc(o.Incidents, a.overlaps) {
					s.Needless++
				}
			}
		}
		for _, d := range o.Detections {
			if d.Detected {
				s.Detected++
				after, spent = append(after, d.After), append(spent, d.Spent)
			}
			if s.Silence == nil || d.Silence > *s.Silence {
				s.Silence = &d.Silence
			}
		}
	}
	if over > 0 {
		s.PagesPerWeek = float64(s.Pages) * float64(week) / float64(over)
	}
	s.MedianAfter, s.MedianSpent = median(after), median(spent)
	return s
}

// overlaps reports whether the alarm sounded during the incident or at its end.
func (a Alarm) overlaps(i Incident) bool {
	return !a.From.After(i.To) && (a.To.After(i.From) || a.Open)
}

// median is the middle value, or the mean of the two in the middle.
func median[T float64 | time.Duration](values []T) *T {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	m := sorted[len(sorted)/2]
	if len(sorted)%2 == 0 {
		m = (m + sorted[len(sorted)/2-1]) / 2
	}
	return &m
}
