package measure

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/sli"
)

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
