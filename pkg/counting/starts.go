package counting

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/promclient"
)

// startMetric is exported by the client libraries of every common language: when
// the process started, in Unix seconds.
const startMetric = "process_start_time_seconds"

// processStart is when a target's process started, as its samples show from a
// time on. Both in Unix milliseconds.
type processStart struct{ since, upTo, started int64 }

// restarts tells whether the process of a target was replaced; nil where nothing
// was read about it.
func (e evidence) restarts(target uint64) func(after, upTo int64) (replaced, known bool) {
	starts := e.starts[target]
	if len(starts) == 0 {
		return nil
	}
	return func(after, upTo int64) (replaced, known bool) {
		was, is := startAt(starts, after), startAt(starts, upTo)
		return was != is, was != 0 && is != 0
	}
}

// startAt is when the process that answered the scrape at t had started; 0
// unknown.
func startAt(starts []processStart, t int64) int64 {
	for _, s := range slices.Backward(starts) {
		if s.since <= t {
			if t-s.upTo > lookback {
				return 0
			}
			return s.started
		}
	}
	return 0
}

// startTimes reads the start times of targets in (from, to], Unix milliseconds.
// Every target is in the answer, with nothing where it has no start time, or
// several at once.
func (r *Reader) startTimes(ctx context.Context, targets []labels.Labels, from, to int64, stats *traffic) (map[uint64][]processStart, error) {
	out := map[uint64][]processStart{}
	for batch := range slices.Chunk(targets, maxAlternatives) {
		sink := &startSink{starts: out}
		metric := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, startMetric)}
		err := r.stream(ctx, []promclient.Selection{{Matchers: narrow(metric, batch), From: time.UnixMilli(from), To: time.UnixMilli(to)}}, sink, stats)
		if err != nil {
			return nil, err
		}
	}
	for target, starts := range out {
		slices.SortFunc(starts, func(a, b processStart) int { return int(a.since - b.since) })
		for i := 1; i < len(starts); i++ {
			if starts[i].since <= starts[i-1].upTo && starts[i].started != starts[i-1].started {
				out[target] = nil // several processes behind one target
				break
			}
		}
	}
	return out, nil
}

// startSink collects process start times by target.
type startSink struct{ starts map[uint64][]processStart }

func (s *startSink) Reset() { clear(s.starts) }

func (s *startSink) Series(_ int, metric labels.Labels, samples promclient.SampleIterator) error {
	target := targetOf(metric)
	key := target.Hash()
	var own []processStart
	for samples.Next() == chunkenc.ValFloat {
		at, v := samples.At()
		started := int64(v * 1000)
		if n := len(own); n > 0 && own[n-1].started == started {
			own[n-1].upTo = at
		} else if v-v == 0 {
			own = append(own, processStart{at, at, started})
		}
	}
	if !target.IsEmpty() {
		s.starts[key] = append(s.starts[key], own...)
	}
	return samples.Err()
}
