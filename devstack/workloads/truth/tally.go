package truth

import "math"

// Role is the meaning of a series in the truth.
type Role uint8

// A series of requests counts events. A series of failed requests counts events and bad ones. Slow
// requests are those of RoleAll (a histogram's +Inf bucket) less those of RoleFast (the bucket of
// the latency threshold), slower ones less those of RoleFair. RoleNone counts nothing.
const (
	RoleNone Role = iota
	RoleGood
	RoleBad
	RoleAll
	RoleFast
	RoleFair
)

// Tally counts the samples of one target in order. It can be saved as JSON.
type Tally struct {
	// Existed: the target is older than the history, so its first scrape is a baseline.
	Existed  bool
	FirstMS  int64     // its first counted sample; 0 before
	Counters []Counter // by series index
}

// Observe counts a sample of a series in the minutes. Stale markers are not samples.
func (t *Tally) Observe(m *Minutes, role Role, series int, atMS int64, v float64) {
	if role == RoleNone || math.IsNaN(v) {
		return
	}
	if t.FirstMS == 0 {
		t.FirstMS = atMS
	}
	increase := t.Counters[series].Increase(v, t.Existed && atMS == t.FirstMS)
	if increase == 0 {
		return
	}
	var c Counts
	switch role {
	case RoleGood:
		c.Events = increase
	case RoleBad:
		c.Events, c.Bad = increase, increase
	case RoleAll:
		c.Slow, c.Slower = increase, increase
	case RoleFast:
		c.Slow = -increase
	case RoleFair:
		c.Slower = -increase
	}
	m.Add(atMS, c)
}
