package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// counting says how an SLO is counted; for one over a histogram it asks which
// buckets existed in [from, to], and about is what that took.
func (e *Engine) counting(ctx context.Context, s catalog.SLO, from, to time.Time) (c sli.Counting, took about, err error) {
	i := s.SLI
	switch {
	case i.Latency != nil:
		return e.latency(ctx, s, from, to)
	case i.Quantile != nil:
		l := catalog.Latency{Histogram: i.Quantile.Histogram, Unit: i.Quantile.Unit}
		var found layout
		if found, took, err = e.layout(ctx, l, from, to); err == nil {
			c, err = sli.QuantileSlices(*i.Quantile, s.By, found.isOnlyNative())
		}
	case i.Throughput != nil:
		c, err = sli.Throughput(*i.Throughput, s.By)
	case i.Ratio != nil:
		var interval time.Duration
		if interval, took, err = e.interval(ctx, s, to); err == nil {
			c, err = sli.Ratio(*i.Ratio, s.By, interval)
		}
	case i.Timeslice != nil:
		c, err = sli.Timeslice(*i.Timeslice, s.By)
	case i.Probe != nil:
		c, err = sli.Probe(*i.Probe, s.By)
	case i.Recorded != nil:
		var interval time.Duration
		if interval, took, err = e.interval(ctx, s, to); err == nil {
			c, err = sli.Recorded(*i.Recorded, s.By, interval)
		}
	default:
		c, err = sli.Events(*i.Events, s.By)
	}
	return c, took, err
}

func (e *Engine) latency(ctx context.Context, s catalog.SLO, from, to time.Time) (sli.Counting, about, error) {
	l := *s.SLI.Latency
	found, took, err := e.layout(ctx, l, from, to)
	if err != nil {
		return sli.Counting{}, took, err
	}
	if l.Increase && found.native && len(found.les) == 0 {
		c, err := sli.NativeLatency(l, s.By)
		return c, took, err
	}
	c, err := sli.Latency(l, s.By, found.les, found.native)
	if err != nil {
		return c, took, err
	}
	if len(found.les) == 0 {
		return c, took, nil
	}
	lacking, err := e.lacking(ctx, s, found.les, from, to)
	took.add(lacking.Cost, lacking.Warnings, lacking.Sent)
	if err != nil && ctx.Err() == nil { // the counts are as good without it
		took.warn(fmt.Sprintf("SLO %s: it is not known whether every series has the bucket at the threshold: %v", s.Name, err))
		err = nil
	}
	return c, took, err
}
