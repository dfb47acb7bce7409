package catalog

import (
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// Window is the time that an objective covers.
type Window struct {
	Length   time.Duration // as SLO.Window
	Calendar *slo.Calendar // nil: rolling
}

// String returns 30d, or month Europe/Berlin.
func (w Window) String() string {
	if w.Calendar != nil {
		return w.Calendar.String()
	}
	return slo.FormatDuration(w.Length)
}

// WindowText returns the SLO's first window as text.
func (s SLO) WindowText() string { return Window{s.Window, s.Calendar}.String() }

// SplitWindows returns one SLO for each window.
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

// Period returns the window (start, end] that contains an instant. A rolling window ends at the
// instant.
func (s SLO) Period(at time.Time) (start, end time.Time) {
	if s.Calendar != nil {
		return s.Calendar.Period(at)
	}
	return at.Add(-s.Window), at
}
