// Package catalog reads SLO definitions from YAML (or JSON, its subset) and says, with line and column, everything that is
// wrong with them. It does no I/O.
package catalog

import (
	"errors"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// P95Quantile is the quantile that is shown beside an SLO and compared with its P95 target.
const P95Quantile = 0.95

// SLO is a checked definition: a promise about a group of counted events over a rolling window.
type SLO struct {
	Name        string // a letter or digit, then letters, digits, '.', '_', '-'; unique in its catalog
	Description string
	Objective   slo.Objective     // 0.01 < o <= 1
	Window      time.Duration     // rolling, whole minutes, MinWindow..MaxWindow
	By          []string          // labels that make the groups, distinct, in the order written; none: one group
	Policy      slo.Policy        // validated for the objective and window
	SLI         SLI               // exactly one kind
	P95         *Latency          // what the p95 is read from, and its target in Threshold; a latency SLO has its own; may be nil
	Labels      map[string]string // about the SLO itself, e.g. team; may be nil
	Runbook     string            // http(s) URL, or ""
}

// WithBy is the SLO grouped by other labels; none: one group. The error names the label that cannot be one.
func (s SLO) WithBy(labels []string) (SLO, error) {
	s.By = make([]string, 0, len(labels))
	for _, name := range labels {
		if message := byProblem(name, s.By, s.Kind()); message != "" {
			return SLO{}, errors.New(message)
		}
		s.By = append(s.By, name)
	}
	return s, nil
}

// WithPolicy is the SLO with another policy. The error says why the policy does not fit the objective and window.
func (s SLO) WithPolicy(p slo.Policy) (SLO, error) {
	if err := p.Validate(s.Window, s.Objective); err != nil {
		return SLO{}, fmt.Errorf("policy %s does not fit SLO %s: %w", p.Name, s.Name, err)
	}
	s.Policy = p
	return s, nil
}
