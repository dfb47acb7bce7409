// Package measure reads the counts and coverage of an SLO's groups in any window. Groups are counted
// directly, combined from the members of a composite, or summed from the pods of a workload. It applies
// exclusions and the policy for missing time. It deals with SLOs, cells and owners of pods. It must not
// depend on budgets, alerts or query types. Start reading at Reader.Read and Group.Measure.
package measure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Reader reads the counts of SLOs by group. It is safe for concurrent use.
type Reader struct {
	server     counting.Source
	cells      *cells.Cache
	identities *kubernetes.Reader
	now        func() time.Time
	settle     time.Duration

	layouts   *memory.Cache[layoutKey, layout]
	buckets   *memory.Cache[missingBucketKey, string] // notices; "" if no bucket is missing
	intervals *memory.Cache[intervalKey, time.Duration]
}

// NewReader returns a reader of counts through a cache. settle is the age from which counts are
// final; 0: cells.DefaultSettle.
func NewReader(server counting.Source, counts *cells.Cache, identities *kubernetes.Reader, scope memory.Scope,
	settle time.Duration,
) *Reader {
	return &Reader{
		server: server, cells: counts, identities: identities, now: scope.Now, settle: settle,
		layouts: memory.NewCache(scope, "layouts",
			func(k layoutKey, l layout) int { return len(k.classic) + len(k.native) + 32*len(l.LEs) }),
		buckets: memory.NewCache(scope, "buckets",
			func(k missingBucketKey, notice string) int { return len(k.now) + len(notice) }),
		intervals: memory.NewCache(scope, "intervals",
			func(k intervalKey, _ time.Duration) int { return len(k.selector) }),
	}
}

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

// downsampler is a server that may have only downsampled data, which cannot be counted. It returns
// an error in that case.
type downsampler interface {
	Downsampled(ctx context.Context, selector string, start, end time.Time) error
}

// checkDownsampled returns an error if nothing was counted because all data is downsampled. "No
// series" would point to a wrong name.
func (r *Reader) checkDownsampled(ctx context.Context, ev *Reading, from, to time.Time) error {
	server, ok := r.server.(downsampler)
	if !ok || len(ev.cells.Groups) > 0 {
		return nil
	}
	counters, ok := ev.Counting.Query.(counting.Counters)
	if !ok {
		return nil
	}
	return server.Downsampled(ctx, promexpr.Selector(counters.Selectors[0].Matchers).String(), from, to)
}

const (
	intervalRange   = time.Hour // in which samples are counted; longer intervals count as this one
	intervalKeptFor = time.Hour
)

type intervalKey struct {
	selector string
	at       int64 // whole hours, Unix seconds
}

// interval returns the interval of samples of the first selector of an expression in the hour
// before `to`: 0 without samples. The result is cached for an hour.
func (r *Reader) interval(ctx context.Context, text string, to time.Time) (time.Duration, Stats, error) {
	var stats Stats
	expr, err := promexpr.Parse(text)
	if err != nil {
		return 0, stats, err
	}
	selector := promexpr.Plain(promexpr.Selectors(expr)[0])
	key := intervalKey{selector.String(), roundUp(to, time.Hour).Unix()}
	if seen, ok := r.intervals.Get(key); ok {
		return seen, stats, nil
	}
	most := promexpr.Aggregate(parser.MAX, nil, promexpr.Over("count_over_time", selector, intervalRange)).String()
	matrix, warnings, err := r.server.Query(ctx, most, to)
	if err != nil {
		return 0, stats, err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, []string{most})
	var seen time.Duration
	if len(matrix) > 0 && len(matrix[0].Values) > 0 {
		if n := float64(matrix[0].Values[0].Value); n >= 1 {
			seen = sli.UsualInterval(time.Duration(float64(intervalRange) / n))
		}
	}
	if len(warnings) == 0 && seen > 0 {
		r.intervals.Add(key, seen, intervalKeptFor)
	}
	return seen, stats, nil
}

// Stats is the cost of a result, and the server's warnings.
type Stats struct {
	Cost     cells.Cost
	Warnings []string // distinct
	Sent     []string // the PromQL that was sent, distinct, at most maxSent
	IsEmpty  bool     // no series; a warning reports it
}

// maxSent bounds the PromQL of a result. Hundreds of SLOs with thousands of groups would send more
// text than numbers.
const maxSent = 200

// Add adds the cost of a read.
func (a *Stats) Add(cost cells.Cost, warnings, sent []string) {
	a.Cost.Add(cost)
	for _, w := range warnings {
		a.Warn(w)
	}
	for _, s := range sent {
		if len(a.Sent) == maxSent {
			return
		}
		if !slices.Contains(a.Sent, s) {
			a.Sent = append(a.Sent, s)
		}
	}
}

// Warn adds a warning, unless it exists.
func (a *Stats) Warn(text string) {
	if !slices.Contains(a.Warnings, text) {
		a.Warnings = append(a.Warnings, text)
	}
}

// Span returns the earliest and the latest border.
func Span(borders []time.Time) (from, to time.Time) {
	return slices.MinFunc(borders, time.Time.Compare), slices.MaxFunc(borders, time.Time.Compare)
}

// LabelKey returns a key of a set of labels.
func LabelKey(labels map[string]string) string {
	names := slices.AppendSeq(make([]string, 0, len(labels)), maps.Keys(labels))
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "\xff" + labels[n] + "\xff")
	}
	return b.String()
}

// GroupText describes a group for people: workload=a.
func GroupText(by []string, labels map[string]string) string {
	words := make([]string, len(by))
	for i, label := range by {
		words[i] = label + "=" + labels[label]
	}
	if len(words) == 0 {
		return "the only group"
	}
	return strings.Join(words, " ")
}
