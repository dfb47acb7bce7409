package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/lint"
)

// SLOError is the error of one SLO of several.
type SLOError struct {
	SLO catalog.SLO
	Err error
}

func (e *SLOError) Error() string {
	text := "SLO " + e.SLO.Name + ": " + e.Err.Error()
	if isMissingHistogram(e.Err) {
		text += howToEnable(e.SLO)
	}
	return text
}

// Unwrap is the cause.
func (e *SLOError) Unwrap() error { return e.Err }

// Err joins the errors of the SLOs that could not be read; nil if there are none.
func (r *Report) Err() error {
	all := make([]error, len(r.Failed))
	for i, f := range r.Failed {
		all[i] = f
	}
	return errors.Join(all...)
}

// forEachSLO calls a function for every SLO, concurrently. It returns the results in the SLOs' order, nil
// for an SLO that failed: its error is in the report, and does not affect other SLOs. If all fail, it
// returns the first error. The report gets the cost, warnings and likely mistakes of the SLOs.
func forEachSLO[T any, P interface {
	*T
	Common() *Report
}](ctx context.Context, e *Engine, slos []catalog.SLO, into *Report,
	ask func(ctx context.Context, i int) (P, error),
) ([]P, error) {
	answers := make([]P, len(slos))
	failed := make([]error, len(slos))
	findings, requests := make([][]lint.Finding, len(slos)), make([]int, len(slos))
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i := range slos {
		g.Go(func() error {
			failed[i] = fault.Guard(gctx, func() error {
				one, octx := fault.WithContext(gctx)
				one.Go(func() (err error) {
					answers[i], err = ask(octx, i)
					return err
				})
				one.Go(func() error {
					findings[i], requests[i] = e.findings(octx, slos[i], into.Instant)
					return nil
				})
				return one.Wait()
			})
			return nil
		})
	}
	_ = g.Wait()
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, ctx.Err() // the client has left; after a deadline the errors of the SLOs are more specific
	}
	for i, err := range failed {
		if err != nil {
			answers[i] = nil
			into.Failed = append(into.Failed, &SLOError{slos[i], err})
			continue
		}
		into.Add(cells.Cost{Queries: requests[i]}, nil, nil)
		into.warnFindings(slos[i], findings[i], answers[i].Common().IsEmpty)
		into.Add(answers[i].Common().Cost, answers[i].Common().Warnings, answers[i].Common().Sent)
	}
	if n := len(into.Failed); n > 0 && n == len(slos) {
		return nil, into.Failed[0]
	}
	return answers, nil
}

// withoutFailed removes the nil results of failed SLOs.
func withoutFailed[T any](all []*T) []*T {
	return slices.DeleteFunc(slices.Clone(all), func(a *T) bool { return a == nil })
}
