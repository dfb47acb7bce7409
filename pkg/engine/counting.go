package engine

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// counting says how an SLO is counted; for one over a histogram it asks which
// buckets existed in [from, to].
func (e *Engine) counting(ctx context.Context, s catalog.SLO, from, to time.Time) (sli.Counting, error) {
	i := s.SLI
	switch {
	case i.Latency != nil:
		return e.latency(ctx, *i.Latency, s.By, from, to)
	case i.Quantile != nil:
		l := catalog.Latency{Histogram: i.Quantile.Histogram, Unit: i.Quantile.Unit}
		les, native, err := e.bucketsOf(ctx, l, from, to)
		if err != nil {
			return sli.Counting{}, err
		}
		return sli.QuantileSlices(*i.Quantile, s.By, native && len(les) == 0)
	case i.Throughput != nil:
		return sli.Throughput(*i.Throughput, s.By)
	case i.Timeslice != nil:
		return sli.Timeslice(*i.Timeslice, s.By)
	case i.Probe != nil:
		return sli.Probe(*i.Probe, s.By)
	case i.Recorded != nil:
		return sli.Recorded(*i.Recorded, s.By)
	}
	return sli.Events(*i.Events, s.By)
}

func (e *Engine) latency(ctx context.Context, l catalog.Latency, by []string, from, to time.Time) (sli.Counting, error) {
	les, native, err := e.bucketsOf(ctx, l, from, to)
	if err != nil {
		return sli.Counting{}, err
	}
	if native {
		return sli.NativeLatency(l, by)
	}
	return sli.Latency(l, by, les)
}

// bucketsOf are the `le` values of a classic histogram. Where there are none,
// it says whether there are series without the suffix: a native one.
func (e *Engine) bucketsOf(ctx context.Context, l catalog.Latency, from, to time.Time) (les []string, native bool, err error) {
	ms, err := sli.BucketSelector(l)
	if err != nil {
		return nil, false, err
	}
	selector := sli.Selector(ms)
	if les, ok := e.buckets.Get(selector); ok {
		return les, len(les) == 0, nil
	}
	if les, err = e.server.LabelValues(ctx, "le", selector, from, to); err != nil {
		return nil, false, err
	}
	if len(les) == 0 {
		bare, err := sli.NativeSelector(l)
		if err != nil {
			return nil, false, err
		}
		series, _, err := e.server.Series(ctx, bare, from, to)
		if err != nil || len(series) == 0 {
			return nil, false, err
		}
	}
	e.buckets.Add(selector, les) // none, for a native one
	return les, len(les) == 0, nil
}
