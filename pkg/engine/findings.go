package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/pkg/slo"
)

// findings returns the likely mistakes of an SLO, for readers of its numbers, and the number of
// requests. Results are cached for an hour. They describe the present, so a time in the past has
// only those of the definition, and an alert rule does not wait for the others. With filters, an empty
// result is not a mistake.
func (e *Engine) findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, int) {
	if s.IsFiltered || e.options.alerts || e.now().Sub(at) > time.Hour {
		return lint.Definition(s), 0
	}
	found, requests, _ := e.linter.Findings(ctx, s, at) // if the server fails, the counts report the error
	return found, requests
}

// Findings returns the likely mistakes of an SLO. If the server cannot be queried, it returns those
// of the definition, and the error.
func (e *Engine) Findings(ctx context.Context, s catalog.SLO, at time.Time) ([]lint.Finding, error) {
	found, _, err := e.linter.Findings(ctx, s, at)
	return found, err
}

// warnFindings adds findings to a result. It omits missing series, which have a warning already if
// nothing was counted, and notes about built-in policies in short windows.
func (r *Report) warnFindings(s catalog.SLO, findings []lint.Finding, isEmpty bool) {
	_, builtIn := slo.FindPolicy(s.Policy.Name)
	for _, f := range findings {
		if isEmpty && f.Absent || builtIn && f.Path == "policy" {
			continue
		}
		r.Warn("SLO " + s.Name + ": " + f.String())
	}
}

// noSeriesText describes what an SLO without rows counts, and how to enable its metrics, if known.
func noSeriesText(s catalog.SLO, when string) string {
	return fmt.Sprintf("SLO %s: no series of %s%s. Check the metric name and labels", s.Name, s.Source(), when) +
		howToEnable(s)
}

func (r *Report) warnNoSeries(s catalog.SLO, when string) {
	r.IsEmpty = true
	r.Warn(noSeriesText(s, when))
}

func inWindow(s catalog.SLO) string { return " in the last " + s.WindowText() }

// howToEnable returns a sentence, after a space, on how to enable the metrics; "" if unknown.
func howToEnable(s catalog.SLO) string {
	p, ok := presets.Of(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf(". If it is that of %s, to turn it on: %s", p.Title, p.TurnOn())
}

// isMissingHistogram reports whether the histogram has no series, so that the threshold is not the mistake.
func isMissingHistogram(err error) bool {
	var e *sli.NoBucketError
	return errors.As(err, &e) && len(e.Have) == 0
}

// isAllMissing reports whether all SLOs have no series: then there are no rows.
func (r *Report) isAllMissing(rows []*sortableRow) bool {
	return !slices.ContainsFunc(rows, func(p *sortableRow) bool { return !p.row.Unread }) &&
		!slices.ContainsFunc(r.Failed, func(f *SLOError) bool { return !isMissingHistogram(f) })
}

func (r *Report) warnNoMatch(slos []catalog.SLO) {
	if len(r.Rows) > 0 || len(slos) == 0 || !slos[0].IsFiltered {
		return
	}
	if len(slos) == 1 {
		r.warnNoSeries(slos[0], inWindow(slos[0]))
		return
	}
	r.Warn(fmt.Sprintf("none of the %d SLOs counts anything that meets the filters", len(slos)))
}

// The part of the events may exceed all events by this much without a warning, because they are
// scraped at different moments.
const (
	partTolerance = 0.01 // of all events
	partSlack     = 1    // event
)

// warnImpossibleCounts warns of a group with more bad (or good) events than events: its SLI is clamped.
func (r *Report) warnImpossibleCounts(row *Row) {
	s, m := row.SLO, row.unclamped
	slack := partTolerance*m.Total + partSlack
	what := "bad"
	switch {
	case row.group.IsComposite():
		return
	case m.Bad < -slack:
		what = "good"
	case m.Bad <= m.Total+slack:
		return
	}
	r.Warn(fmt.Sprintf("SLO %s: there are more %s events than total events, so the SLI is capped at 0 or 100%%. Check that %s selects a subset of total",
		s.Name, what, what))
}

// warnMissingTotals warns of groups with bad (or good) events but no series of all events: they have no row.
func (r *Report) warnMissingTotals(ev *measure.Reading, at time.Time) {
	if ev.IsComposite() {
		return
	}
	start, _ := ev.SLO.Period(at)
	var names []string
	for _, g := range ev.AllGroups() {
		if g.HasTotal() {
			continue
		}
		if _, events := g.TotalAndPart(start, at); events > partSlack {
			names = append(names, measure.GroupText(ev.SLO.By, g.Labels()))
		}
	}
	what := "bad"
	if ev.Counting.Good {
		what = "good"
	}
	const text = "SLO %s: %s %s events, but no events (total), so %s no row. Do %s and total have the same labels?"
	switch len(names) {
	case 0:
	case 1:
		r.Warn(fmt.Sprintf(text, ev.SLO.Name, names[0]+" has", what, "it has", what))
	default:
		r.Warn(fmt.Sprintf(text, ev.SLO.Name, fmt.Sprintf("%d groups, such as %s, have", len(names), names[0]), what,
			"they have", what))
	}
}

// IsHeldBack reports whether an alert does not fire only because of low traffic.
func (r Row) IsHeldBack() bool { return isHeldBack(r.Evaluation) }

func isHeldBack(e slo.Evaluation) bool {
	return slices.ContainsFunc(e.Alerts, func(a slo.AlertEvaluation) bool { return a.HeldBack })
}

// Explained describes how an SLO is counted.
type Explained struct {
	SLO         string           `json:"slo"`
	Expressions []sli.Expression `json:"expressions"`
	Notices     []string         `json:"notices"`
}

// Explain returns PromQL that shows what an SLO, or each member of a composite, counts. It queries
// only the buckets of histograms. The error of a threshold without a bucket lists the buckets.
func (e *Engine) Explain(ctx context.Context, s catalog.SLO, at time.Time) ([]Explained, error) {
	if c := s.Composite(); c != nil {
		var out []Explained
		for _, m := range c.Of {
			member, err := m.SLO.WithBy(s.By)
			if err != nil {
				return nil, err
			}
			one, err := e.Explain(ctx, member, at)
			if err != nil {
				return nil, err
			}
			out = append(out, one...)
		}
		return out, nil
	}
	at = e.instant(at)
	counting, _, err := e.reader.Counting(ctx, s, at.Add(-RecentWindow), at)
	if err != nil {
		return nil, err
	}
	notices := append([]string{}, counting.Notices...)
	findings, _ := e.findings(ctx, s, at)
	for _, f := range findings {
		notices = append(notices, f.String())
	}
	return []Explained{{s.Name, sli.Preview(counting, s.By, s.Objective.ErrorBudget()), notices}}, nil
}
