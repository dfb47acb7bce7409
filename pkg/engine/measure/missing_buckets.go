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

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/sli"
)

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
