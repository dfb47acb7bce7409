// Package catalog reads SLO definitions from YAML, or from JSON, which is a subset. It reports
// every problem with line and column. It contains SLOs, policies, windows and filters; it does no
// I/O, and must not depend on servers or counts. Start reading at Parse and SLO.
package catalog

import (
	"errors"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// SLO is a checked definition: an objective for a group of counted events over a window.
type SLO struct {
	Name        string // a letter or digit, then letters, digits, '.', '_', '-'; unique in its catalog
	Description string
	Objective   slo.Objective // 0.01 < o <= 1
	// rolling, whole minutes, MinWindow..MaxWindow; of a calendar window the longest possible length
	Window      time.Duration
	Calendar    *slo.Calendar // nil: the window is rolling
	MoreWindows []Window      // further windows of the same objective; see SplitWindows
	By          []string      // group labels, distinct, in the order of the definition; none: one group
	// IdentityKubernetes: `workload` and `workload_type` in By are the owner of the pod; "": By are labels of series
	Identity string
	Policy   slo.Policy // validated for the objective and window
	SLI      sli.Indicator
	// the source of the p95, with its target in Threshold; for a latency SLO its own histogram; may be nil
	P95        *sli.Latency
	Missing    string            // policy for unmeasured time: MissingUnmeasured, MissingBad or MissingGood
	NoTraffic  string            // policy for alerts without events: NoTrafficResolves or NoTrafficKeeps
	LowTraffic slo.LowTraffic    // least events for an alert to fire
	Exclude    []slo.Exclusion   // time that does not count
	Labels     map[string]string // about the SLO itself, e.g. team; may be nil
	Runbook    string            // http(s) URL, or ""

	RenamedLabels map[string]string // group labels that answers rename, with the new names; may be nil
	// restricted by filters of a query: then an empty result is not necessarily a mistake
	IsFiltered   bool
	GroupFilters []*Filter // filters of a query on groups, see WithFilters
}

// WithBy returns the SLO grouped by other labels; none: one group. The error names a label that
// cannot be used.
func (s SLO) WithBy(labels []string) (SLO, error) {
	s.By = make([]string, 0, len(labels))
	for _, name := range labels {
		if message := groupLabelProblem(name, s.By, s.SLI); message != "" {
			return SLO{}, errors.New(message)
		}
		if message := s.Composite().groupLabelProblem(name); message != "" {
			return SLO{}, errors.New(message)
		}
		s.By = append(s.By, name)
	}
	return s, nil
}

// WithPolicy returns the SLO with another policy. The error is why the policy does not fit the
// objective, windows or slices.
func (s SLO) WithPolicy(p slo.Policy) (SLO, error) {
	for _, one := range s.SplitWindows() {
		if err := p.Validate(one.Window, s.Objective); err != nil {
			return SLO{}, fmt.Errorf("policy %s does not fit SLO %s: %w", p.Name, s.Name, err)
		}
	}
	if err := errors.Join(alertsShorterThan(s.Grain(), p)...); err != nil {
		return SLO{}, fmt.Errorf("policy %s does not fit SLO %s: %w", p.Name, s.Name, err)
	}
	s.Policy = p
	return s, nil
}

// alertsShorterThan returns an error for each alert with a long window shorter than a slice: it
// would evaluate a whole slice with the factor of a shorter time. The short window may be shorter:
// it evaluates the last slice.
func alertsShorterThan(slice time.Duration, p slo.Policy) []error {
	var problems []error
	for i, a := range p.Alerts {
		if a.Long < slice {
			problems = append(problems, &slo.AlertError{Index: i, Alert: a, Reason: fmt.Sprintf(
				"long window %s is shorter than the slices of %s that are counted. Give %s or more",
				slo.FormatDuration(a.Long), slo.FormatDuration(slice), slo.FormatDuration(slice))})
		}
	}
	return problems
}

// Kind is the kind of the SLI.
func (s SLO) Kind() string { return s.traits().Kind }

func (s SLO) traits() sli.Traits {
	if s.SLI == nil {
		return sli.Traits{Kind: sli.KindEvents}
	}
	return s.SLI.Traits()
}

// HasFilledGaps reports whether unmeasured time counts as events.
func (s SLO) HasFilledGaps() bool { return s.Missing == MissingBad || s.Missing == MissingGood }

// Slice is the length of a slice of time; 0 for an SLO that counts events.
func (s SLO) Slice() time.Duration { return s.traits().Slice }

// Grain is the smallest measured unit of time, see sli.Traits.
func (s SLO) Grain() time.Duration { return s.traits().Grain }

// WholeGrains rounds a length up to whole grains.
func (s SLO) WholeGrains(d time.Duration) time.Duration {
	grain := s.Grain()
	if grain == 0 || d%grain == 0 {
		return d
	}
	return d.Truncate(grain) + grain
}

// Source describes, for people, what the SLO counts.
func (s SLO) Source() string { return s.traits().Source }

// TotalSelector returns a selector of the counted series, for the names of their labels.
func (s SLO) TotalSelector() (string, error) {
	if c := s.Composite(); c != nil {
		return c.Of[0].SLO.TotalSelector()
	}
	return sli.TotalSelector(s.SLI)
}

// WindowExpressions returns PromQL of the counts over a window of whole slices, see sli.WindowOf.
// The error is a *sli.NotExpressibleError for workloads that are found by pods.
func (s SLO) WindowExpressions(window time.Duration) (sli.Window, error) {
	if s.IsCountedByPods() {
		return sli.Window{}, &sli.NotExpressibleError{Reason: "its workloads are found by pods (identity: kubernetes), which no one expression does for pods that are gone"}
	}
	return sli.WindowOf(s.SLI, s.By, window)
}

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

// Period returns the window (start, end] that contains an instant. A rolling window ends at the instant.
func (s SLO) Period(at time.Time) (start, end time.Time) {
	if s.Calendar != nil {
		return s.Calendar.Period(at)
	}
	return at.Add(-s.Window), at
}
