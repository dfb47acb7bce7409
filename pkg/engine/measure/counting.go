package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// Counting returns how an SLO is counted, and the cost of lookups for its indicator: the buckets of
// a histogram in [from, to], the interval of samples.
func (r *Reader) Counting(ctx context.Context, s catalog.SLO, from, to time.Time) (c sli.Counting, stats Stats,
	err error,
) {
	add := func(a Stats) { stats.Add(a.Cost, a.Warnings, a.Sent) }
	var found layout
	c, err = s.SLI.Count(s.By, &sli.ServerFacts{
		Layout: func(histogram string) (sli.Layout, error) {
			var looked Stats
			var err error
			found, looked, err = r.layout(ctx, histogram, from, to)
			add(looked)
			return found.Layout, err
		},
		Interval: func(expr string) (time.Duration, error) {
			seen, looked, err := r.interval(ctx, expr, to)
			add(looked)
			return seen, err
		},
	})
	latency, ok := s.SLI.(*sli.Latency)
	if err != nil || !ok || len(found.LEs) == 0 {
		return c, stats, err
	}
	missing, err := r.missingBuckets(ctx, s, *latency, found.LEs, from, to)
	add(missing)
	if err != nil && ctx.Err() == nil { // the counts don't depend on this check
		stats.Warn(fmt.Sprintf("SLO %s: it is not known whether every series has the bucket at the threshold: %v",
			s.Name, err))
		err = nil
	}
	return c, stats, err
}
