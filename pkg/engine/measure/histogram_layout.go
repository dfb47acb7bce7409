package measure

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// layout contains the buckets of a histogram in a time range.
type layout struct {
	sli.Layout
	took Stats // cost of the lookup
}

// layoutKey is the cache key of a layout. Times are full hours, so that panels that refresh share a result.
type layoutKey struct {
	classic, native string // selectors
	from, to        int64  // Unix seconds
}

// layoutsKeptFor: a new bucket layout comes with a deployment, so five minutes are soon enough.
const layoutsKeptFor = 5 * time.Minute

// layout queries the buckets of a histogram in the hours of [from, to]. A response with warnings
// may be incomplete and is not cached.
func (r *Reader) layout(ctx context.Context, histogram string, from, to time.Time) (found layout, stats Stats,
	err error,
) {
	classic, err := sli.BucketSelector(histogram)
	if err != nil {
		return layout{}, stats, err
	}
	native, err := sli.NativeSelector(histogram)
	if err != nil {
		return layout{}, stats, err
	}
	start, end := from.Truncate(time.Hour), roundUp(to, time.Hour)
	key := layoutKey{sli.Selector(classic), native, start.Unix(), end.Unix()}
	found, loaded, err := r.layouts.Load(ctx, key, func(ctx context.Context) (layout, time.Duration, error) {
		return r.readLayout(ctx, key, start, end, to)
	})
	if loaded {
		stats = found.took
	}
	return found, stats, err
}

func (r *Reader) readLayout(ctx context.Context, key layoutKey, start, end, to time.Time) (found layout,
	ttl time.Duration, err error,
) {
	stats, native := &found.took, key.native
	var warnings []string
	if found.LEs, warnings, err = r.server.LabelValues(ctx, "le", key.classic, start, end); err != nil {
		return found, 0, err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, nil)
	if err := r.refuseConverted(ctx, key, start, end, stats); err != nil {
		return found, 0, err
	}
	series, warnings, err := r.server.Series(ctx, native, start, end)
	if err != nil {
		return found, 0, err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, nil)
	if len(series) > 0 && len(found.LEs) == 0 {
		if err := r.refusePlainSeries(ctx, native, to, stats); err != nil {
			return found, 0, err
		}
	}
	if found.Native = len(series) > 0; found.Native {
		if err := r.refuseUncountable(ctx, native); err != nil {
			return found, 0, err
		}
	}
	if len(stats.Warnings) == 0 && (found.Native || len(found.LEs) > 0) {
		ttl = layoutsKeptFor
	}
	return found, ttl, nil
}

// refusePlainSeries returns an error for series that are plain numbers. Without samples at the
// instant, their type is unknown, and there is no error.
func (r *Reader) refusePlainSeries(ctx context.Context, selector string, at time.Time, stats *Stats) error {
	vs, err := promexpr.ParseSelector(selector)
	if err != nil {
		return err
	}
	name := promexpr.Metric(vs.LabelMatchers)
	noHistogram := fault.UserErrorf("sli", "%s is no histogram: it has neither buckets (%s_bucket) nor native samples. "+
		"Count it with an events SLI, or give a histogram", name, name)
	switch d, err := r.dialect(ctx); {
	case err != nil:
		return err
	case d.Product == dialect.VictoriaMetrics: // it has no native histograms
		return noHistogram
	}
	count := func(of parser.Expr) parser.Expr { return promexpr.Aggregate(parser.COUNT, nil, of) }
	// The number of histograms, or else the negated number of series.
	expr := promexpr.Binary(parser.LOR, count(promexpr.Call("histogram_count", vs)),
		promexpr.Times(count(promexpr.Plain(vs)), -1)).String()
	matrix, warnings, err := r.server.Query(ctx, expr, at)
	if err != nil {
		return err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, nil)
	if len(matrix) == 0 || len(matrix[0].Values) == 0 || matrix[0].Values[0].Value > 0 {
		return nil
	}
	return noHistogram
}

// refuseUncountable returns an error for native histograms that the server would silently omit.
func (r *Reader) refuseUncountable(ctx context.Context, selector string) error {
	d, err := r.dialect(ctx)
	if err != nil || d.NativeHistograms() {
		return err
	}
	return fault.UserErrorf("sli", "%s is a native histogram, which %s doesn't support. "+
		"Use classic buckets or Prometheus 3", selector, d)
}

// refuseConverted returns an error where VictoriaMetrics has stored native histograms as buckets of
// its own, which end at no threshold: a count of the classic ones alone would lack their events.
func (r *Reader) refuseConverted(ctx context.Context, key layoutKey, start, end time.Time, stats *Stats) error {
	if d, err := r.dialect(ctx); err != nil || d.Product != dialect.VictoriaMetrics {
		return err
	}
	found, warnings, err := r.server.LabelValues(ctx, "vmrange", key.classic, start, end)
	if err != nil {
		return err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, nil)
	if len(found) == 0 {
		return nil
	}
	return fault.UserErrorf("sli", "VictoriaMetrics stores native histograms as vmrange buckets, and has %d of them in %s. "+
		"Their events cannot be counted at a threshold. Expose the classic buckets of this histogram alone",
		len(found),
		key.classic)
}

// dialect returns the dialect of the server, or that of Prometheus 3 if the server has none.
func (r *Reader) dialect(ctx context.Context) (dialect.Dialect, error) {
	server, ok := r.server.(interface {
		Dialect(ctx context.Context) (dialect.Dialect, error)
	})
	if !ok {
		return dialect.Dialect{Product: dialect.Prometheus}, nil
	}
	return server.Dialect(ctx)
}

// roundUp is the first multiple of step at or after t.
func roundUp(t time.Time, step time.Duration) time.Time {
	if down := t.Truncate(step); !down.Equal(t) {
		return down.Add(step)
	}
	return t
}
