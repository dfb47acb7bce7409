// Package catalog reads SLO definitions from YAML (or JSON, its subset) and says, with line and column, everything that is
// wrong with them. It does no I/O.
package catalog

import (
	"errors"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// SLO is a checked definition: a promise about a group of counted events over a rolling window.
type SLO struct {
	Name        string // a letter or digit, then letters, digits, '.', '_', '-'; unique in its catalog
	Description string
	Objective   slo.Objective // 0.01 < o <= 1
	Window      time.Duration // rolling, whole minutes, MinWindow..MaxWindow; of a calendar window the longest it can be
	Calendar    *slo.Calendar // the window is a calendar one; nil: rolling
	MoreWindows []Window      // more windows that the promise holds for; see SplitWindows
	By          []string      // labels that make the groups, distinct, in the order written; none: one group
	Identity    string        // IdentityKubernetes: `workload` and `workload_type` in By are found by the pod; "": all of By are labels
	Policy      slo.Policy    // validated for the objective and window
	SLI         sli.Indicator
	P95         *sli.Latency      // what the p95 is read from, and its target in Threshold; a latency SLO has its own; may be nil
	Missing     string            // what unmeasured time counts as: MissingUnmeasured, MissingBad or MissingGood
	NoTraffic   string            // what an alert does without events: NoTrafficResolves or NoTrafficKeeps
	LowTraffic  slo.LowTraffic    // what an alert needs to fire
	Exclude     []slo.Exclusion   // time that does not count
	Labels      map[string]string // about the SLO itself, e.g. team; may be nil
	Runbook     string            // http(s) URL, or ""

	RenamedLabels map[string]string // labels in By that answers call otherwise, with the names; may be nil
	IsFiltered    bool              // by filters of a query: that nothing is there need not be a mistake
	GroupFilters  []*Filter         // of a query: only groups that meet all of them, see WithFilters
}

// WithBy is the SLO grouped by other labels; none: one group. The error names the label that cannot be one.
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

// WithPolicy is the SLO with another policy. The error gives the reason the policy does not fit the objective, window or slices.
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

// alertsShorterThan is which alerts have a long window that is shorter than the slices of time that are counted: it would look
// back over a whole slice, with the factor of the shorter time. A short window may: it is the last slice.
func alertsShorterThan(slice time.Duration, p slo.Policy) []error {
	var problems []error
	for i, a := range p.Alerts {
		if a.Long < slice {
			problems = append(problems, &slo.AlertError{Index: i, Alert: a, Reason: fmt.Sprintf(
				"long window %s is shorter than the slices of %s that are counted. Give %s or more", formatDuration(a.Long), formatDuration(slice), formatDuration(slice))})
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

// HasFilledGaps reports that unmeasured time counts as events.
func (s SLO) HasFilledGaps() bool { return s.Missing == MissingBad || s.Missing == MissingGood }

// Slice is the length of the slices of time that are counted; 0 where events are.
func (s SLO) Slice() time.Duration { return s.traits().Slice }

// Grain is the time that is measured at once, see sli.Traits.
func (s SLO) Grain() time.Duration { return s.traits().Grain }

// WholeGrains is the least length from d on that holds whole grains.
func (s SLO) WholeGrains(d time.Duration) time.Duration {
	grain := s.Grain()
	if grain == 0 || d%grain == 0 {
		return d
	}
	return d.Truncate(grain) + grain
}

// Source is what the SLO looks for, in words for people.
func (s SLO) Source() string { return s.traits().Source }

// TotalSelector is a selector of what the SLO counts, for its labels.
func (s SLO) TotalSelector() (string, error) {
	if c := s.Composite(); c != nil {
		return c.Of[0].SLO.TotalSelector()
	}
	return sli.TotalSelector(s.SLI)
}

// WindowExpressions counts the SLO over a window of whole slices, see sli.WindowOf. The error is *sli.NotExpressibleError for workloads
// found by pods too.
func (s SLO) WindowExpressions(window time.Duration) (sli.Window, error) {
	if s.IsCountedByPods() {
		return sli.Window{}, &sli.NotExpressibleError{Reason: "its workloads are found by pods (identity: kubernetes), which no one expression does for pods that are gone"}
	}
	return sli.WindowOf(s.SLI, s.By, window)
}
