package measure

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/sli"
)

// Quantiles holds the bucket counts behind the p95 of one SLO.
type Quantiles struct {
	counts *cells.Counts // nil with native histograms
	stats  Stats
	unit   string
	groups map[string][]bucket // by the labels without `le`
	native *nativeQuantiles    // if there are no classic buckets
}

type bucket struct {
	kubernetes.Ownership
	bound float64
	group *cells.Group
}

// Quantiles reads the buckets for the p95 over the window that ends at each instant. The instants
// are a step apart.
func (r *Reader) Quantiles(ctx context.Context, s catalog.SLO, window time.Duration, instants []time.Time) (*Quantiles,
	error,
) {
	from, to := Span(instants)
	found, stats, err := r.layout(ctx, s.P95.Histogram, from.Add(-window), to)
	if err != nil {
		return nil, err
	}
	if found.IsOnlyNative() {
		if s.IsCountedByPods() {
			return nil, fmt.Errorf("%s is a native histogram. Its quantiles come from the server, which doesn't have the workloads of pods", s.P95.Histogram)
		}
		q, err := r.nativeQuantiles(ctx, s, window, instants)
		if err == nil {
			q.stats.Add(stats.Cost, stats.Warnings, stats.Sent)
		}
		return q, err
	}
	borders := slices.Clone(instants)
	for _, t := range instants {
		borders = append(borders, t.Add(-window))
	}
	query, err := sli.Buckets(*s.P95, groupByPod(s).By, found.LEs, found.Native)
	if err != nil {
		return nil, err
	}
	counts, err := r.cells.Read(ctx, query, borders)
	if err != nil {
		return nil, err
	}
	stats.Add(counts.Cost, counts.Warnings, counts.Sent)
	identify := func(labels map[string]string) []ownedLabels { return []ownedLabels{{labels: labels}} }
	if s.IsCountedByPods() {
		w, err := r.lookUpOwners(ctx, s, counts, from.Add(-window), to, &stats)
		if err != nil {
			return nil, err
		}
		identify = w.workloadLabels
		if changes := timesBetween(w.ownerChanges(counts), from.Add(-window), to); len(changes) > 0 {
			if counts, err = r.cells.Read(ctx, query, append(borders, changes...)); err != nil {
				return nil, err
			}
			stats.Add(counts.Cost, counts.Warnings, counts.Sent)
		}
	}
	q := &Quantiles{counts: counts, stats: stats, unit: s.P95.Unit, groups: map[string][]bucket{}}
	for i := range counts.Groups {
		g := &counts.Groups[i]
		bound, err := strconv.ParseFloat(g.Labels["le"], 64)
		if err != nil {
			continue // not a bucket of a classic histogram
		}
		own := maps.Clone(g.Labels)
		delete(own, "le")
		for _, of := range identify(own) {
			key := LabelKey(of.labels)
			q.groups[key] = append(q.groups[key], bucket{of.Ownership, bound, g})
		}
	}
	return q, nil
}

// Stats returns the cost of the reads, the warnings of the server and the PromQL.
func (q *Quantiles) Stats() (stats cells.Cost, warnings, sent []string) {
	return q.stats.Cost, q.stats.Warnings, q.stats.Sent
}

// P95 is the p95 in seconds of a group over (from, to]; nil without observations.
func (q *Quantiles) P95(labels map[string]string, from, to time.Time) (p95 *float64, bounded bool) {
	if q.native != nil {
		return q.native.p95(labels, to, q.unit), false
	}
	group := q.groups[LabelKey(labels)]
	buckets := make([]sli.Bucket, len(group))
	for i, b := range group {
		begin, end := b.Clip(from, to)
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

// nativeQuantiles are p95 values that the server computed from native histograms, by group and Unix
// second: the buckets are not counters that cells could hold.
type nativeQuantiles struct {
	by     []string
	values map[string]map[int64]float64
}

func (r *Reader) nativeQuantiles(ctx context.Context, s catalog.SLO, window time.Duration,
	instants []time.Time,
) (*Quantiles, error) {
	expr, err := sli.NativeQuantile(*s.P95, sli.P95Quantile, s.By, window)
	if err != nil {
		return nil, err
	}
	var matrix model.Matrix
	var warnings []string
	if first, last := Span(instants); first.Equal(last) {
		matrix, warnings, err = r.server.Query(ctx, expr, last)
	} else {
		matrix, warnings, err = r.server.QueryRange(ctx, expr,
			prom.Range{Start: first, End: last, Step: instants[1].Sub(instants[0])})
	}
	if err != nil {
		return nil, err
	}
	native := &nativeQuantiles{by: s.By, values: map[string]map[int64]float64{}}
	for _, series := range matrix {
		values := make(map[int64]float64, len(series.Values))
		for _, p := range series.Values {
			values[p.Timestamp.Unix()] = float64(p.Value)
		}
		key := native.key(func(label string) string { return string(series.Metric[model.LabelName(label)]) })
		native.values[key] = values
	}
	q := &Quantiles{unit: s.P95.Unit, native: native}
	q.stats.Add(cells.Cost{Queries: 1}, warnings, []string{expr})
	return q, nil
}

func (n *nativeQuantiles) key(value func(label string) string) string {
	labels := make(map[string]string, len(n.by))
	for _, l := range n.by {
		labels[l] = value(l)
	}
	return LabelKey(labels)
}

// p95 is the p95 in seconds of the window that ends at an instant; nil without observations.
func (n *nativeQuantiles) p95(labels map[string]string, end time.Time, unit string) *float64 {
	v, ok := n.values[n.key(func(label string) string { return labels[label] })][end.Unix()]
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	if unit == "ms" {
		v /= 1000
	}
	return &v
}
