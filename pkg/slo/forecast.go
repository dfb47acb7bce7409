package slo

import "time"

// ExhaustedRolling returns how long the budget of a rolling period lasts if events continue as in
// recent, which were counted over the time `counted`. kept(after) are the counts of today's window
// that are still in the window after that time: bad events leave it, and their budget comes back.
// kept is called at 0 and at the ascending steps, and interpolated linearly between them. The
// result is 0 when the budget is spent. ok is false when it outlasts the steps.
func ExhaustedRolling(o Objective, recent Counts, counted time.Duration, steps []time.Duration,
	kept func(after time.Duration) Counts,
) (time.Duration, bool) {
	share := o.ErrorBudget()
	// over is the number of bad events by which the budget is overspent after a time.
	over := func(after time.Duration) float64 {
		c := kept(after)
		arrived := float64(after) / float64(counted)
		return c.Bad + recent.Bad*arrived - share*(c.Total+recent.Total*arrived)
	}
	before := over(0)
	switch {
	case share == 0 || counted <= 0:
		return 0, false
	case before >= 0:
		return 0, kept(0).Total > 0
	case !(recent.Bad > 0):
		return 0, false
	}
	last := time.Duration(0)
	for _, at := range steps {
		now := over(at)
		if now >= 0 {
			return last + time.Duration(float64(at-last)*-before/(now-before)), true
		}
		last, before = at, now
	}
	return 0, false
}

// ExhaustedThisPeriod returns how long the remaining budget of a calendar period lasts at a burn
// rate. ok is false when it outlasts the period.
func (t Terms) ExhaustedThisPeriod(b Budget, burn float64) (time.Duration, bool) {
	in, ok := ExhaustedIn(b, t.Period, burn)
	if !ok || float64(in) > (1-t.Elapsed)*float64(t.Period) {
		return 0, false
	}
	return in, true
}
