package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/sli"
)

// quantiles holds the bucket counts behind the p95 of one SLO.
type quantiles struct {
	counts *cells.Counts // nil with native
	took   about
	unit   string
	groups map[string][]bucket // by the labels without `le`
	native *nativeQuantiles    // instead, where there are no classic buckets
}

type bucket struct {
	stay
	bound float64
	group *cells.Group
}

// quantiles reads what the p95 over the window that ends at each instant is made
// of. The instants are a step apart.
func (e *Engine) quantiles(ctx context.Context, s catalog.SLO, window time.Duration, instants []time.Time) (*quantiles, error) {
	from, to := span(instants)
	found, took, err := e.layout(ctx, s.P95.Histogram, from.Add(-window), to)
	if err != nil {
		return nil, err
	}
	if found.IsOnlyNative() {
		if s.ByPods() {
			return nil, fmt.Errorf("%s is a native histogram, whose quantiles the server takes; it knows no workloads of pods", s.P95.Histogram)
		}
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
	query, err := sli.Buckets(*s.P95, countedBy(s).By, found.LEs, found.Native)
	if err != nil {
		return nil, err
	}
	counts, err := e.cells.Read(ctx, query, borders)
	if err != nil {
		return nil, err
	}
	took.add(counts.Cost, counts.Warnings, counts.Sent)
	identify := func(labels map[string]string) []identified { return []identified{{labels: labels}} }
	if s.ByPods() {
		w, err := e.owners(ctx, s, []*cells.Counts{counts}, from.Add(-window), to, &took)
		if err != nil {
			return nil, err
		}
		identify = w.identify
		if changes := within(w.changes([]*cells.Counts{counts}), from.Add(-window), to); len(changes) > 0 {
			if counts, err = e.cells.Read(ctx, query, append(borders, changes...)); err != nil {
				return nil, err
			}
			took.add(counts.Cost, counts.Warnings, counts.Sent)
		}
	}
	q := &quantiles{counts: counts, took: took, unit: s.P95.Unit, groups: map[string][]bucket{}}
	for i := range counts.Groups {
		g := &counts.Groups[i]
		bound, err := strconv.ParseFloat(g.Labels["le"], 64)
		if err != nil {
			continue // not a bucket of a classic histogram
		}
		own := maps.Clone(g.Labels)
		delete(own, "le")
		for _, of := range identify(own) {
			key := labelText(of.labels)
			q.groups[key] = append(q.groups[key], bucket{of.stay, bound, g})
		}
	}
	return q, nil
}

func (q *quantiles) cost() (cost cells.Cost, warnings, sent []string) {
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
		begin, end := b.during(from, to)
		buckets[i] = sli.Bucket{UpperBound: b.bound, Count: q.counts.Window(b.group, 0, begin, end)}
	}
	v, bounded, ok := sli.BucketQuantile(sli.P95Quantile, buckets)
	if !ok {
		return nil, false
	}
	if q.unit == "ms" {
		v /= 1000
	}
	return &v, bounded
}
