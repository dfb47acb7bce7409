package engine

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/sli"
)

// quantiles holds the bucket counts behind the p95 of one SLO.
type quantiles struct {
	counts *ledger.Counts // nil with native
	took   about
	unit   string
	groups map[string][]bucket // by the labels without `le`
	native *nativeQuantiles    // instead, where there are no classic buckets
}

type bucket struct {
	bound float64
	group *ledger.Group
}

// quantiles reads what the p95 over the window that ends at each instant is made
// of. The instants are a step apart.
func (e *Engine) quantiles(ctx context.Context, s catalog.SLO, window time.Duration, instants []time.Time) (*quantiles, error) {
	from, to := span(instants)
	found, took, err := e.layout(ctx, *s.P95, from.Add(-window), to)
	if err != nil {
		return nil, err
	}
	if found.native {
		q, err := e.nativeQuantiles(ctx, s, window, instants)
		if err == nil {
			q.took.add(took.Cost, took.Warnings, took.Sent)
		}
		return q, err
	}
	borders := slices.Clone(instants)
	for _, t := range instants {
		borders = append(borders, t.Add(-window))
	}
	query, err := sli.Buckets(*s.P95, s.By)
	if err != nil {
		return nil, err
	}
	counts, err := e.ledger.Read(ctx, query, borders)
	if err != nil {
		return nil, err
	}
	took.add(counts.Cost, counts.Warnings, counts.Sent)
	q := &quantiles{counts: counts, took: took, unit: s.P95.Unit, groups: map[string][]bucket{}}
	for i := range counts.Groups {
		g := &counts.Groups[i]
		bound, err := strconv.ParseFloat(g.Labels["le"], 64)
		if err != nil {
			continue // not a bucket of a classic histogram
		}
		own := maps.Clone(g.Labels)
		delete(own, "le")
		key := labelText(own)
		q.groups[key] = append(q.groups[key], bucket{bound, g})
	}
	return q, nil
}

func (q *quantiles) cost() (cost ledger.Cost, warnings, sent []string) {
	return q.took.Cost, q.took.Warnings, q.took.Sent
}

// at is the p95 in seconds of a group over (from, to]; nil without observations.
func (q *quantiles) at(labels map[string]string, from, to time.Time) (p95 *float64, bounded bool) {
	if q.native != nil {
		return q.native.at(labels, to, q.unit), false
	}
	group := q.groups[labelText(labels)]
	buckets := make([]sli.Bucket, len(group))
	for i, b := range group {
		buckets[i] = sli.Bucket{UpperBound: b.bound, Count: q.counts.Window(b.group, 0, from, to)}
	}
	v, bounded, ok := sli.Quantile(catalog.P95Quantile, buckets)
	if !ok {
		return nil, false
	}
	if q.unit == "ms" {
		v /= 1000
	}
	return &v, bounded
}
