package slo

import "time"

// ExhaustedRolling is how long the budget of a rolling period lasts when events come as in `recent`, which were counted in
// the time `counted`. kept(after) is what of today's window is still in it that much later: bad events leave it, and their
// budget comes back. It is asked at 0 and at the times of steps, ascending, between which it is taken for a line. It is 0
// when the budget is spent already, and false when it outlasts the steps.
func ExhaustedRolling(o Objective, recent Counts, counted time.Duration, steps []time.Duration, kept func(after time.Duration) Counts) (time.Duration, bool) {
	share := o.ErrorBudget()
	// over is by how many bad events the budget is overspent after a time.
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

// ExhaustedThisPeriod is how long the budget left of a calendar period lasts at a burn rate; false when it outlasts the
// period, which begins with a new one.
func (t Terms) ExhaustedThisPeriod(b Budget, burn float64) (time.Duration, bool) {
	in, ok := ExhaustedIn(b, t.Period, burn)
	if !ok || float64(in) > (1-t.Elapsed)*float64(t.Period) {
		return 0, false
	}
	return in, true
}
