package counting

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// resolve decides about the first samples of a pass that read from readFrom on.
// It is errMoreContext when a counter had samples within the full context, which
// was not read.
func (r *Reader) resolve(ctx context.Context, p *pass, readFrom int64, isShort bool, stats *traffic) error {
	if len(p.firsts) == 0 {
		return nil
	}
	n := newNeighbors(p.spans)
	facts := make([]firstSample, len(p.firsts))
	older, err := r.olderSeries(ctx, p, n, readFrom, isShort, stats)
	if err != nil {
		return err
	}
	n.hasOlder = older.any
	type arrival struct{ begun, growth float64 }
	arrivals := map[uint64]arrival{}
	var undecided []int
	var targets []labels.Labels
	asked := map[uint64]bool{}
	for i, f := range p.firsts {
		fact := firstSample{sample: f.sample, previous: f.before(n), since: f.increase, lastSeen: n.lastSeen(f.sample.T), started: f.sample.Start}
		if fact.previous == nil {
			fact.previous = older.last[f.span.key]
		}
		fact.predecessor = n.predecessor(f.span, fact.previous)
		if at, ok := n.seen[f.span.target]; ok && f.span.target != 0 {
			fact.targetSeen = at < f.sample.T
		}
		fact.targetSeen = fact.targetSeen || f.span.target != 0 && older.targets[f.span.target]
		if key := f.span.arrivalKey(); fact.previous == nil && fact.predecessor == nil && !fact.targetSeen && fact.started == 0 {
			a := arrivals[key]
			arrivals[key] = arrival{a.begun + f.sample.V, a.growth + f.span.growth}
			undecided = append(undecided, i)
			if target := targetOf(f.span.labels); !target.IsEmpty() && !asked[f.span.target] {
				asked[f.span.target] = true
				targets = append(targets, target)
			}
		}
		facts[i] = fact
	}
	starts, err := r.startsOfFirsts(ctx, p, targets, stats)
	if err != nil {
		return err
	}
	for _, i := range undecided {
		f := p.firsts[i]
		facts[i].started = startNear(starts[f.span.target], f.sample.T)
		a := arrivals[f.span.arrivalKey()]
		facts[i].begun, facts[i].growth = a.begun, a.growth
	}
	for i, f := range p.firsts {
		if events := facts[i].increase(); events != 0 {
			f.add(events)
		}
	}
	return nil
}

// before is the last sample of the same counter before it, where the read shows one.
func (f *firstSeen) before(n *neighbors) *Sample {
	found := n.previous(f.span, f.sample.T)
	if f.previous != nil && (found == nil || found.T < f.previous.T) {
		return f.previous
	}
	return found
}

// arrivalKey groups the counters that began together.
func (s *span) arrivalKey() uint64 {
	if s.target != 0 {
		return s.target
	}
	return s.key
}

func (r *Reader) startsOfFirsts(ctx context.Context, p *pass, targets []labels.Labels, stats *traffic) (map[uint64][]processStart, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	from, to := p.firsts[0].sample.T, p.firsts[0].sample.T
	for _, f := range p.firsts {
		from, to = min(from, f.sample.T), max(to, f.sample.T)
	}
	return r.startTimes(ctx, targets, from-lookback, to+lookback, stats)
}

// startNear is when the process of a first sample started: that of the same
// scrape, or of the first one after it. 0 unknown.
func startNear(starts []processStart, t int64) int64 {
	if at := startAt(starts, t); at != 0 {
		return at
	}
	for _, s := range starts {
		if s.since > t && s.since <= t+lookback {
			return s.started
		}
	}
	return 0
}

// olderSeries is what was stored in the week before a read.
type olderSeries struct {
	any     bool               // something that is counted had samples
	targets map[uint64]bool    // targets of which something that is counted had samples
	last    map[uint64]*Sample // by series, of those that begin in the read
}

// olderSeries looks for earlier samples of the series that begin in the pass, and
// of their targets: in the index first, which is quick, then for their values.
func (r *Reader) olderSeries(ctx context.Context, p *pass, n *neighbors, readFrom int64, isShort bool, stats *traffic) (olderSeries, error) {
	out := olderSeries{targets: map[uint64]bool{}, last: map[uint64]*Sample{}}
	series, targets := map[uint64]bool{}, map[uint64]bool{}
	opens := false // the data may begin in the read
	for _, f := range p.firsts {
		opens = opens || f.sample.T <= n.begin+lookback
		if f.before(n) == nil {
			series[f.span.key] = true
			targets[f.span.target] = true
		}
	}
	delete(targets, 0)
	if len(series) == 0 {
		return out, nil
	}
	for i := range p.q.Selectors {
		s := &p.q.Selectors[i]
		for _, form := range []struct {
			ms     []*labels.Matcher
			bounds []Bound
		}{{s.Matchers, nil}, {s.Native, s.Bounds}} {
			if form.ms == nil {
				continue
			}
			again, listed, err := r.listOlder(ctx, form.ms, form.bounds, series, targets, readFrom, stats)
			if err != nil {
				return out, err
			}
			if isShort && len(again) > 0 {
				return out, errMoreContext
			}
			if err := r.readOlder(ctx, form.ms, form.bounds, again, readFrom, &out, stats); err != nil {
				return out, err
			}
			if opens && listed && !out.any {
				if out.any, err = r.hasSamples(ctx, form.ms, readFrom, stats); err != nil {
					return out, err
				}
			}
		}
	}
	return out, nil
}

// listOlder are the series that the server lists for the week before a read, of
// some keys or targets; listed: there are any. Some servers list by whole days or
// blocks, so a listed series need not have a sample.
func (r *Reader) listOlder(ctx context.Context, ms []*labels.Matcher, bounds []Bound, keys, targets map[uint64]bool, readFrom int64, stats *traffic) (again []labels.Labels, listed bool, err error) {
	sets, warnings, err := r.source.Series(ctx, promexpr.Selector(ms).String(), time.UnixMilli(readFrom-forgotten+1), time.UnixMilli(readFrom))
	if err != nil {
		return nil, false, err
	}
	stats.note("", warnings, 0)
	for _, set := range sets {
		series := asLabels(model.Metric(set))
		own := seriesKeys(series, bounds)
		wanted := slices.ContainsFunc(own, func(key uint64) bool { return keys[key] })
		if target := targetOf(series); !target.IsEmpty() {
			wanted = wanted || targets[target.Hash()]
		}
		if wanted {
			again = append(again, series)
		}
	}
	return again, len(sets) > 0, nil
}

// seriesKeys are the counters of a series: itself, or the buckets that a native
// histogram is read for.
func seriesKeys(series labels.Labels, bounds []Bound) []uint64 {
	if bounds == nil {
		return []uint64{seriesKey(series)}
	}
	keys := make([]uint64, len(bounds))
	for i, b := range bounds {
		keys[i] = seriesKey(bucketLabels(series, b.LE))
	}
	return keys
}

// readOlder reads the last samples of series within the week before a read.
func (r *Reader) readOlder(ctx context.Context, ms []*labels.Matcher, bounds []Bound, series []labels.Labels, readFrom int64, out *olderSeries, stats *traffic) error {
	if len(series) == 0 {
		return nil
	}
	matrix, err := r.instant(ctx, promexpr.Call("last_over_time", rangeOf(narrow(ms, series), forgotten)), readFrom, stats)
	if err != nil {
		return err
	}
	// The time of the sample is not in the answer. It was not in the context that
	// was read, so that a fall since then is a restart.
	at := readFrom - 2*horizon
	for _, s := range matrix {
		own := labels.NewBuilder(asLabels(s.Metric)).Set(model.MetricNameLabel, promexpr.Metric(ms)).Labels() // a function drops the name
		if target := targetOf(own); !target.IsEmpty() {
			out.targets[target.Hash()] = true
		}
		out.any = true
		switch {
		case bounds != nil && len(s.Histograms) > 0:
			for i, key := range seriesKeys(own, bounds) {
				out.last[key] = &Sample{T: at, V: countUpToJSON(s.Histograms[0].Histogram, bounds[i].Value)}
			}
		case len(s.Values) > 0 && isFinite(float64(s.Values[0].Value)):
			out.last[seriesKey(own)] = &Sample{T: at, V: float64(s.Values[0].Value)}
		}
	}
	return nil
}

// hasSamples reports whether anything selected has a sample in the week before t.
func (r *Reader) hasSamples(ctx context.Context, ms []*labels.Matcher, t int64, stats *traffic) (bool, error) {
	for _, expr := range []parser.Expr{promexpr.Selector(ms), promexpr.Call("last_over_time", rangeOf(ms, forgotten))} {
		matrix, err := r.instant(ctx, &parser.AggregateExpr{Op: parser.COUNT, Expr: expr}, t, stats)
		if err != nil || len(matrix) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
