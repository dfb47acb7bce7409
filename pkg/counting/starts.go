package counting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/prom"
)

// startMetric is the start time of the process in Unix seconds. The client libraries of all common
// languages export it.
const startMetric = "process_start_time_seconds"

// processStart is the start time of a target's process in the samples of a time range. All in Unix
// milliseconds.
type processStart struct{ since, upTo, started int64 }

// restarts returns a function that reports whether the process of a target was replaced; nil if its
// start times were not read.
func (e evidence) restarts(target uint64) func(after, upTo int64) (replaced, known bool) {
	starts := e.starts[target]
	if len(starts) == 0 {
		return nil
	}
	return func(after, upTo int64) (replaced, known bool) {
		was, is := startAt(starts, after), startAt(starts, upTo)
		return !isSameStart(was, is), was != 0 && is != 0
	}
}

// startAt returns the start time of the process at the scrape t; 0 if unknown, or if there were several.
func startAt(starts []processStart, t int64) int64 {
	var newest *processStart
	for i := range starts {
		if s := &starts[i]; s.since <= t && t-s.upTo <= lookback && (newest == nil || s.since >= newest.since) {
			newest = s
		}
	}
	if newest == nil {
		return 0
	}
	for _, s := range starts {
		if s.since <= t && !isSameStart(s.started, newest.started) && s.upTo >= max(newest.since, t-lookback) {
			return 0
		}
	}
	return newest.started
}

// isSameStart reports whether two start times belong to one process: some exporters compute the
// time from the clock at each scrape.
func isSameStart(a, b int64) bool { return max(a, b)-min(a, b) <= 1000 }

// startTimes reads the start times of targets in (from, to], Unix milliseconds.
func (r *Reader) startTimes(ctx context.Context, targets []labels.Labels, from, to int64,
	stats *readStats,
) (map[uint64][]processStart, error) {
	out := map[uint64][]processStart{}
	for batch := range slices.Chunk(targets, maxAlternatives) {
		sink := &startSink{starts: out}
		metric := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, startMetric)}
		err := r.stream(ctx, "",
			[]prom.Selection{{Matchers: narrow(metric, batch), From: time.UnixMilli(from), To: time.UnixMilli(to)}},
			sink, stats)
		if err != nil {
			return nil, err
		}
	}
	for _, starts := range out {
		slices.SortFunc(starts, func(a, b processStart) int { return cmp.Compare(a.since, b.since) })
	}
	return out, nil
}

// startSink collects process start times by target.
type startSink struct{ starts map[uint64][]processStart }

func (s *startSink) Reset() { clear(s.starts) }

func (s *startSink) Series(_ int, metric labels.Labels, samples prom.SampleIterator) error {
	target := targetOf(metric)
	key := target.Hash()
	var own []processStart
	for samples.Next() == chunkenc.ValFloat {
		for _, at := range samples.Floats() {
			started := int64(at.V * 1000)
			if n := len(own); n > 0 && isSameStart(own[n-1].started, started) {
				own[n-1].upTo = at.T
			} else if isFinite(at.V) {
				own = append(own, processStart{at.T, at.T, started})
			}
		}
	}
	if !target.IsEmpty() {
		s.starts[key] = append(s.starts[key], own...)
	}
	return samples.Err()
}
