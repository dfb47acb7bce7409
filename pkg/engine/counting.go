package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// counting is how an SLO is counted, and what it took to look up what its indicator needs: the buckets of a histogram in
// [from, to], the time between two samples.
func (e *Engine) counting(ctx context.Context, s catalog.SLO, from, to time.Time) (c sli.Counting, took about, err error) {
	add := func(a about) { took.add(a.Cost, a.Warnings, a.Sent) }
	var found layout
	c, err = s.SLI.Count(s.By, &sli.Seen{
		Layout: func(histogram string) (sli.Layout, error) {
			var looked about
			var err error
			found, looked, err = e.layout(ctx, histogram, from, to)
			add(looked)
			return found.Layout, err
		},
		Interval: func(expr string) (time.Duration, error) {
			seen, looked, err := e.interval(ctx, expr, to)
			add(looked)
			return seen, err
		},
	})
	latency, ok := s.SLI.(*sli.Latency)
	if err != nil || !ok || len(found.LEs) == 0 {
		return c, took, err
	}
	lacking, err := e.lacking(ctx, s, *latency, found.LEs, from, to)
	add(lacking)
	if err != nil && ctx.Err() == nil { // the counts are as good without it
		took.warn(fmt.Sprintf("SLO %s: it is not known whether every series has the bucket at the threshold: %v", s.Name, err))
		err = nil
	}
	return c, took, err
}
