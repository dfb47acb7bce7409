package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

// Alternatives are combinations of objectives and windows. An empty list means the SLO's own.
type Alternatives struct {
	Objectives []slo.Objective // distinct
	Windows    []time.Duration // rolling, distinct
}

// Variant is the row of a group under another objective and window.
type Variant struct {
	Row                // SLO has the variant's objective and window
	Own  bool          // they are the SLO's own
	Span time.Duration // length of the counted time: the window, or up to an hour more
}

// WhatIf is the result of a whatif query: for each SLO and group its variants.
type WhatIf struct {
	Report   // without rows
	Variants []Variant
}

// hourlyWindow is the length from which other windows than the SLO's own start at a full hour: they
// then need only cells that longer windows have too.
const hourlyWindow = 24 * time.Hour

// WhatIf judges every group under each combination of objective and window, at an instant.
func (e *Engine) WhatIf(ctx context.Context, slos []catalog.SLO, alt Alternatives, at time.Time) (*WhatIf, error) {
	at = e.instant(at)
	out := &WhatIf{Report: Report{Instant: at}}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*WhatIf, error) {
		return e.variants(ctx, slos[i], alt, at)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Variants = append(out.Variants, p.Variants...)
	}
	return out, nil
}

func (e *Engine) variants(ctx context.Context, s catalog.SLO, alt Alternatives, at time.Time) (*WhatIf, error) {
	out := &WhatIf{}
	borders := summaryBorders(s, at) // the same borders as a summary, so that both share cells
	var alternatives []catalog.SLO
	for _, w := range valuesOrOwn(alt.Windows, s.Window) {
		borders = append(borders, windowStart(s, w, at))
		for _, o := range valuesOrOwn(alt.Objectives, s.Objective) {
			alternatives = append(alternatives, out.alternative(s, o, w))
		}
	}
	ev, err := e.reader.Read(ctx, s, borders)
	if err != nil {
		return nil, err
	}
	out.Add(ev.Cost, ev.Warnings, ev.Sent)
	groups := ev.Groups()
	for _, g := range groups {
		for _, a := range alternatives {
			out.Variants = append(out.Variants,
				newVariant(a, g, windowStart(s, a.Window, at), at, a.Objective == s.Objective && a.Window == s.Window))
		}
	}
	if len(groups) == 0 {
		out.warnNoSeries(s, "")
	}
	return out, nil
}

// valuesOrOwn returns the alternatives, or the SLO's own value if there are none.
func valuesOrOwn[T any](alternatives []T, own T) []T {
	if len(alternatives) == 0 {
		return []T{own}
	}
	return alternatives
}

func windowStart(s catalog.SLO, window time.Duration, at time.Time) time.Time {
	if window == s.Window {
		start, _ := s.Period(at)
		return start
	}
	start := at.Add(-window)
	if window >= hourlyWindow {
		return start.Truncate(time.Hour)
	}
	return start
}

// alternative returns the SLO with another objective and window. If its policy does not fit,
// budgets are computed, but no alert is judged.
func (r *WhatIf) alternative(s catalog.SLO, o slo.Objective, window time.Duration) catalog.SLO {
	a := s
	a.Objective, a.Window = o, window
	if window != s.Window {
		a.Calendar = nil
	}
	if err := a.Policy.Validate(window, o); err != nil {
		r.Warn(fmt.Sprintf("SLO %s at %v%% over %s is not judged by policy %s: %v", s.Name, o.Percent(),
			slo.FormatDuration(window), s.Policy.Name, err))
		a.Policy = slo.Policy{Name: s.Policy.Name}
	}
	return a
}

func newVariant(s catalog.SLO, g measure.Group, start, at time.Time, own bool) Variant {
	last := func(w time.Duration) slo.Measured {
		if w == s.Window {
			return g.Measure(start, at)
		}
		return g.Measure(at.Add(-s.WholeGrains(w)), at)
	}
	v := Variant{Own: own, Span: at.Sub(start)}
	v.SLO, v.Labels, v.Window = s, g.Labels(), last(s.Window)
	_, terms := g.Period(s, at)
	v.Evaluation = s.Policy.EvaluateTerms(terms, v.Window, last)
	v.Window.Coverage = g.MeasureUnfilled(start, at).Coverage
	if v.Evaluation.HasBudget {
		v.ExhaustedIn = exhaustedIn(g, s, v.Evaluation.Budget, terms, at)
	}
	return v
}
