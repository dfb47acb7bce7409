package counting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// resolve decides about the first samples of a pass; errMoreContext if that depends on earlier data.
func (r *Reader) resolve(ctx context.Context, p *pass, isShort bool, stats *readStats) error {
	if !slices.ContainsFunc(p.firsts, func(f *appearance) bool { return f.add != nil }) {
		return nil
	}
	slices.SortFunc(p.firsts, func(a, b *appearance) int {
		return cmp.Or(cmp.Compare(a.sample.T, b.sample.T), cmp.Compare(a.span.key, b.span.key))
	})
	n := newNeighbors(p.spans, p.endings)
	w := &earlierSamples{
		reader: r, pass: p, stats: stats, targets: map[uint64]bool{}, last: map[uint64]*Sample{},
		seen: map[[2]int64]bool{},
	}
	if err := w.read(ctx, n, isShort); err != nil {
		return err
	}
	facts := make([]firstSample, len(p.firsts))
	isOpen := func(i int) bool {
		return facts[i].previous == nil && !facts[i].targetSeen && p.firsts[i].add != nil &&
			p.firsts[i].sample.Start == 0
	}
	var targets []labels.Labels
	isRequested := map[uint64]bool{}
	for i, f := range p.firsts {
		facts[i] = firstSample{sample: f.sample, previous: f.before(n), started: f.sample.Start}
		if facts[i].previous == nil {
			facts[i].previous = w.last[f.span.key]
		}
		facts[i].targetSeen = f.span.target != 0 &&
			(n.isTargetSeen(f.span.target, f.sample.T) || w.targets[f.span.target])
		continues := len(n.candidates(f)) > 0
		if isShort && continues {
			return errMoreContext
		}
		if f.span.target != 0 && !isRequested[f.span.target] && (continues || isOpen(i)) {
			isRequested[f.span.target] = true
			targets = append(targets, targetOf(f.span.labels))
		}
	}
	from, to := p.firsts[0].sample.T-lookback, p.firsts[len(p.firsts)-1].sample.T+lookback
	starts, err := r.startTimes(ctx, targets, from, to, stats)
	if err != nil {
		return err
	}
	started := func(f *appearance) int64 { return startNear(starts[f.span.target], f.sample.T) }
	predecessors := n.matchPredecessors(p.firsts, started)
	type arrival struct {
		key uint64
		at  int64
	}
	begun, growth := map[arrival]float64{}, map[arrival]float64{}
	for i, f := range p.firsts {
		if e := predecessors[f]; e != nil {
			facts[i].previous = &e.last
		}
		if isOpen(i) {
			at := arrival{cmp.Or(f.span.target, f.span.key), f.sample.T}
			begun[at] += f.sample.V
			growth[at] += f.span.growth
		}
	}
	for i, f := range p.firsts {
		if f.add == nil {
			continue
		}
		fact, events := facts[i], f.ownIncrease
		if isOpen(i) {
			at := arrival{cmp.Or(f.span.target, f.span.key), f.sample.T}
			fact.started, fact.firstValues, fact.growth = started(f), begun[at], growth[at]
		}
		if fact.previous == nil && !fact.targetSeen && (fact.started == 0 || fact.started < f.sample.T-maxStartup) {
			if fact.isFirstOfAll, err = w.isEmpty(ctx, n, f.sample.T-maxAbsence, f.sample.T-lookback); err != nil {
				return err
			}
			if fact.started != 0 && !fact.isFirstOfAll {
				if fact.isUnscraped, err = w.isEmpty(ctx, n, fact.started+maxStartup, f.sample.T-lookback); err != nil {
					return err
				}
			}
		}
		if !f.isReturn || predecessors[f] != nil {
			events = fact.increase()
		}
		if events != 0 {
			f.add(events)
		}
	}
	return nil
}

// before returns the newest earlier sample of the same counter in the read, or nil.
func (f *appearance) before(n *neighbors) *Sample {
	found := n.previous(f.span.key, f.sample.T)
	if f.previous != nil && (found == nil || found.T < f.previous.T) {
		return f.previous
	}
	return found
}

// startNear returns the start time at the scrape of a first sample, or at the first one after it. 0 unknown.
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

// earlierSamples contains the data before a read on which first samples depend.
type earlierSamples struct {
	reader  *Reader
	pass    *pass
	stats   *readStats
	targets map[uint64]bool    // with samples within maxAbsence before their first one in the read
	last    map[uint64]*Sample // likewise by series
	seen    map[[2]int64]bool  // queried time ranges: some counter has a sample
}

// form is a selector of classic or native series.
type form struct {
	selector int
	ms       []*labels.Matcher
	bounds   []Bound
}

func (q Counters) forms() (out []form) {
	for i, s := range q.Selectors {
		out = append(out, form{i, s.Matchers, nil})
		if s.Native != nil {
			out = append(out, form{i, s.Native, s.Bounds})
		}
	}
	return out
}

// read looks for earlier samples of the series that begin in the pass, and of their targets: first
// in the index, which is fast, then their values.
func (w *earlierSamples) read(ctx context.Context, n *neighbors, isShort bool) error {
	series, targets := map[uint64]int64{}, map[uint64]int64{} // to the first sample in the read
	note := func(of map[uint64]int64, id uint64, t int64) {
		if at, ok := of[id]; !ok || t < at {
			of[id] = t
		}
	}
	for _, f := range w.pass.firsts {
		if f.add == nil || f.before(n) != nil || f.sample.T-w.pass.readFrom >= maxAbsence {
			continue
		}
		note(series, f.span.key, f.sample.T)
		if f.span.target != 0 && !n.isTargetSeen(f.span.target, f.sample.T) {
			note(targets, f.span.target, f.sample.T)
		}
	}
	if len(series) == 0 {
		return nil
	}
	for _, form := range w.pass.q.forms() {
		sets, warnings, err := w.reader.source.Series(ctx, promexpr.Selector(form.ms).String(),
			time.UnixMilli(w.pass.readFrom-maxAbsence+1), time.UnixMilli(w.pass.readFrom))
		if err != nil {
			return err
		}
		w.stats.note("", warnings, 0)
		var listed []olderSeries
		for _, set := range sets {
			s := olderSeries{labels: asLabels(model.Metric(set))}
			for _, own := range form.buckets(s.labels) {
				if w.pass.q.weights(form.selector, own) == nil {
					continue
				}
				if t, ok := series[seriesKey(own)]; ok {
					s.by = max(s.by, t)
				}
				if t, ok := targets[targetOf(own).Hash()]; ok {
					s.by = max(s.by, t)
				}
			}
			if s.by > 0 {
				listed = append(listed, s)
			}
		}
		if isShort && len(listed) > 0 {
			return errMoreContext
		}
		slices.SortFunc(listed, func(a, b olderSeries) int { return cmp.Compare(a.by, b.by) })
		if err := w.readValues(ctx, form, listed); err != nil {
			return err
		}
	}
	return nil
}

// olderSeries is a series that was listed before the read. Some servers list by whole days or
// blocks, so it may have no sample.
type olderSeries struct {
	labels labels.Labels
	by     int64 // the first sample in the read that depends on it, Unix milliseconds
}

// buckets returns the counters of a series: itself, or the requested buckets of a native histogram.
func (f form) buckets(series labels.Labels) []labels.Labels {
	if f.bounds == nil {
		return []labels.Labels{series}
	}
	out := make([]labels.Labels, len(f.bounds))
	for i, b := range f.bounds {
		out[i] = bucketLabels(series, b.LE)
	}
	return out
}

// readValues reads the last samples of series within maxAbsence before the first samples that depend on
// them. series is ascending by those. One query is enough if the latest of them covers all.
func (w *earlierSamples) readValues(ctx context.Context, form form, series []olderSeries) error {
	if len(series) == 0 {
		return nil
	}
	found, err := w.readWithin(ctx, form, series, series[len(series)-1].by)
	if err != nil {
		return err
	}
	isFound := func(s olderSeries) bool { return found[s.labels.Hash()] }
	rest := slices.DeleteFunc(slices.Clone(series), isFound)
	if len(rest) == 0 || rest[0].by == series[len(series)-1].by {
		return nil
	}
	if len(rest) == 1 {
		_, err = w.readWithin(ctx, form, rest, rest[0].by)
		return err
	}
	middle := len(rest) / 2
	if err := w.readValues(ctx, form, rest[:middle]); err != nil {
		return err
	}
	return w.readValues(ctx, form, rest[middle:])
}

// readWithin reads the last samples of series within maxAbsence before t.
func (w *earlierSamples) readWithin(ctx context.Context, form form, series []olderSeries, t int64) (map[uint64]bool,
	error,
) {
	found, all := map[uint64]bool{}, map[uint64]bool{}
	length := maxAbsence - (t - w.pass.readFrom)
	if length <= 0 {
		return found, nil
	}
	sets := make([]labels.Labels, len(series))
	for i, s := range series {
		sets[i] = s.labels
		all[s.labels.Hash()] = true
	}
	matrix, err := w.reader.instant(ctx, promexpr.Call("last_over_time", rangeOf(narrow(form.ms, sets), length)),
		w.pass.readFrom, w.stats)
	if err != nil {
		return nil, err
	}
	// The response does not contain the time of the sample. The sample is older than the context,
	// so a decrease since then is a restart.
	at := w.pass.readFrom - 2*horizon
	for _, s := range matrix {
		// functions remove the name
		own := labels.NewBuilder(asLabels(s.Metric)).Set(model.MetricNameLabel, promexpr.Metric(form.ms)).Labels()
		if !all[own.Hash()] {
			continue
		}
		found[own.Hash()] = true
		w.targets[targetOf(own).Hash()] = true
		switch {
		case form.bounds != nil && len(s.Histograms) > 0:
			for i, bucket := range form.buckets(own) {
				w.last[seriesKey(bucket)] = &Sample{
					T: at,
					V: countUpToJSON(s.Histograms[0].Histogram, form.bounds[i].Value),
				}
			}
		case len(s.Values) > 0 && isFinite(float64(s.Values[0].Value)):
			w.last[seriesKey(own)] = &Sample{T: at, V: float64(s.Values[0].Value)}
		}
	}
	return found, nil
}

// isEmpty reports whether no counter of the query has a sample in (after, upTo].
func (w *earlierSamples) isEmpty(ctx context.Context, n *neighbors, after, upTo int64) (bool, error) {
	if after >= upTo {
		return true, nil
	}
	if n.isSeen(after, upTo) {
		return false, nil
	}
	span := [2]int64{after, upTo}
	if seen, ok := w.seen[span]; ok {
		return !seen, nil
	}
	for _, form := range w.pass.q.forms() {
		sets, warnings, err := w.reader.source.Series(ctx, promexpr.Selector(form.ms).String(), time.UnixMilli(after+1),
			time.UnixMilli(upTo))
		if err != nil {
			return false, err
		}
		w.stats.note("", warnings, 0)
		if len(sets) == 0 {
			continue
		}
		matrix, err := w.reader.instant(ctx,
			&parser.AggregateExpr{
				Op:   parser.COUNT,
				Expr: promexpr.Call("last_over_time", rangeOf(form.ms, upTo-after)),
			}, upTo, w.stats)
		if err != nil {
			return false, err
		}
		if len(matrix) > 0 {
			w.seen[span] = true
			return false, nil
		}
	}
	w.seen[span] = false
	return true, nil
}
