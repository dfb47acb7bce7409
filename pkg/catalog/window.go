package catalog

import (
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// Window is the time that a promise is about.
type Window struct {
	Length   time.Duration // as SLO.Window
	Calendar *slo.Calendar // nil: rolling
}

// String is 30d, or month Europe/Berlin.
func (w Window) String() string {
	if w.Calendar != nil {
		return w.Calendar.String()
	}
	return formatDuration(w.Length)
}

// WindowText is the SLO's (first) window in words.
func (s SLO) WindowText() string { return Window{s.Window, s.Calendar}.String() }

// SplitWindows is the SLO once for each of its windows.
func (s SLO) SplitWindows() []SLO {
	out := []SLO{s}
	for _, w := range s.MoreWindows {
		one := s
		one.Window, one.Calendar = w.Length, w.Calendar
		out = append(out, one)
	}
	for i := range out {
		out[i].MoreWindows = nil
	}
	return out
}

// Period is the window that an instant lies in, (start, end]. A rolling one ends at the instant.
func (s SLO) Period(at time.Time) (start, end time.Time) {
	if s.Calendar != nil {
		return s.Calendar.Period(at)
	}
	return at.Add(-s.Window), at
}
