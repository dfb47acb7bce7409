package measure

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
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

// maxNamedGroups bounds the groups that a notice names.
const maxNamedGroups = 3

// missingBucket counts the series of a group without a bucket at the threshold.
type missingBucket struct {
	group      string
	time       float64 // share of the hours in which some series lack the bucket
	now, ofNow float64 // series at the end: without the bucket, and all
}

// missingBucketKey is the cache key of a notice: the expressions, the full hours, and the five
// minutes of the end.
type missingBucketKey struct {
	now            string
	start, end, to int64 // Unix seconds
}

// missingBuckets warns of targets that count observations but have no bucket at the threshold: none
// of their observations counts as good. It checks the end of each settled hour, and the end of the
// range. A result is cached as long as a layout.
func (r *Reader) missingBuckets(ctx context.Context, s catalog.SLO, l sli.Latency, les []string, from,
	to time.Time,
) (Stats, error) {
	var stats Stats
	look, err := sli.NewBucketPresence(l, s.By, les)
	if err != nil {
		return stats, err
	}
	last := r.now().Add(-cmp.Or(r.settle, cells.DefaultSettle))
	if to.Before(last) {
		last = to
	}
	start, end := roundUp(from, time.Hour), last.Truncate(time.Hour)
	key := missingBucketKey{look.Now, start.Unix(), end.Unix(), to.Truncate(layoutsKeptFor).Unix()}
	notice, ok := r.buckets.Get(key)
	if !ok {
		if stats, notice, err = r.findMissingBuckets(ctx, s.By, look, start, end, to); err != nil {
			return stats, err
		}
		if len(stats.Warnings) == 0 {
			r.buckets.Add(key, notice, layoutsKeptFor)
		}
	}
	if notice != "" {
		stats.Warn(fmt.Sprintf("SLO %s: some series of %s don't have a bucket at the threshold %s (le=%q), so their requests count as bad: %s. "+
			"Add the bucket, or use a threshold that all series have",
			s.Name, look.Histogram, l.Threshold, look.Bound, notice))
	}
	return stats, nil
}

// findMissingBuckets queries where the bucket is missing; text is "" if nowhere.
func (r *Reader) findMissingBuckets(ctx context.Context, by []string, look sli.BucketPresence, start, end,
	to time.Time,
) (stats Stats, text string, err error) {
	groups := map[string]*missingBucket{}
	of := func(labels map[string]string) *missingBucket {
		name := GroupText(by, labels)
		if groups[name] == nil {
			groups[name] = &missingBucket{group: name}
		}
		return groups[name]
	}
	if start.Before(end) {
		counts, err := r.cells.Read(ctx, look.Missing, []time.Time{start, end})
		if err != nil {
			return stats, "", err
		}
		stats.Add(counts.Cost, counts.Warnings, counts.Sent)
		for i := range counts.Groups {
			of(counts.Groups[i].Labels).time = counts.Coverage(&counts.Groups[i], start, end)
		}
	}
	matrix, warnings, err := r.server.Query(ctx, look.Now, to)
	if err != nil {
		return stats, "", err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, []string{look.Now})
	for _, series := range matrix {
		if len(series.Values) == 0 {
			continue
		}
		n := float64(series.Values[0].Value)
		l := of(plainLabels(series.Metric))
		if look.IsAll(string(series.Metric[model.BucketLabel])) {
			l.ofNow, l.now = l.ofNow+n, l.now+n
		} else {
			l.now -= n
		}
	}
	return stats, missingBucketText(groups, start), nil
}

// missingBucketText names the groups that lack the bucket, the worst first; "" if there are none.
func missingBucketText(groups map[string]*missingBucket, from time.Time) string {
	var found []*missingBucket
	for _, l := range groups {
		if l.time > 0 || l.now > 0 {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b *missingBucket) int {
		return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.now, a.now), strings.Compare(a.group, b.group))
	})
	var words []string
	for i, l := range found {
		if i == maxNamedGroups {
			words = append(words, fmt.Sprintf("%d more groups", len(found)-i))
			break
		}
		words = append(words, fmt.Sprintf("%s (%s%% of the time since %s, %g of %g series at the end)",
			l.group, percentText(l.time), from.UTC().Format("2006-01-02 15:04"), max(l.now, 0), l.ofNow))
	}
	return strings.Join(words, ", ")
}

func plainLabels(m model.Metric) map[string]string {
	out := make(map[string]string, len(m))
	for name, value := range m {
		out[string(name)] = string(value)
	}
	return out
}

// percentText rounds a share, but never to 0% or 100% unless it is exact.
func percentText(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.1:
		return "under 0.1"
	case p > 99.9 && p < 100:
		return "over 99.9"
	default:
		return fmt.Sprint(math.Round(p*10) / 10)
	}
}
