package engine

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/catalog"
)

// each asks about every SLO, side by side, and gives the answers in the SLOs'
// order. An SLO that fails becomes a warning; when all fail it is the first error.
func each[T any](ctx context.Context, slos []catalog.SLO, into *Report, ask func(context.Context, catalog.SLO) (*T, error)) ([]*T, error) {
	answers := make([]*T, len(slos))
	failed := make([]error, len(slos))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i, s := range slos {
		g.Go(func() error {
			answers[i], failed[i] = ask(gctx, s)
			return nil // one SLO never fails its neighbours
		})
	}
	_ = g.Wait()
	if err := collect(ctx, slos, failed, into); err != nil {
		return nil, err
	}
	kept := answers[:0]
	for _, a := range answers {
		if a != nil {
			kept = append(kept, a)
		}
	}
	return kept, nil
}
