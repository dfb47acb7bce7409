package ledger

import (
	"context"
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// startTime is exported by the client libraries of every common language. It
// changes exactly when all counters of a process start anew.
const startTime = "process_start_time_seconds"

// resets marks the cells in which a counter may have been reset although its
// values at the borders do not fall. Where the process says when it started,
// that is one sample for each process and border; for the other counters the
// server looks through their samples.
func (f *fetcher) resets(ctx context.Context, tracks map[string]*track) error {
	silent := tracks
	if f.out.run.level != minuteCells { // minutes hold few samples: looking is cheaper than asking first
		var err error
		if silent, err = f.restarts(ctx, tracks); err != nil || len(silent) == 0 {
			return err
		}
	}
	ms := f.q.Matchers
	if len(silent) < len(tracks) {
		ms = narrow(ms, metricsOf(silent))
	}
	r := f.out.run
	var found reply
	// The range reaches one lookback behind the cell: a reset between the sample
	// that stands at its start and the first one in it must show.
	if err := f.ask(ctx, &found, resetExpr(ms, r.step()+lookback), r.from+r.step(), r.to, r.step()); err != nil {
		return err
	}
	f.note(found)
	for _, s := range found.matrix {
		key, _ := seriesKey(s.Metric)
		if t := silent[key]; t != nil {
			for _, p := range s.Values {
				t.suspect[r.cell(p.Timestamp)] = true
			}
		}
	}
	return nil
}

// restarts marks the cells in which a counter's process started, and returns
// the counters whose process does not say.
func (f *fetcher) restarts(ctx context.Context, tracks map[string]*track) (map[string]*track, error) {
	targets := targetsOf(tracks)
	if len(targets) == 0 {
		return tracks, nil
	}
	byTarget, err := f.startTimes(ctx, targets)
	if err != nil {
		return nil, err
	}
	silent := map[string]*track{}
	for key, t := range tracks {
		if !t.markRestarts(byTarget[target(t.metric).String()]) {
			silent[key] = t
		}
	}
	return silent, nil
}

// startTimes are, by target, when its process started as of each border; NaN
// where it does not say.
func (f *fetcher) startTimes(ctx context.Context, targets []model.Metric) (map[string][]float64, error) {
	r := f.out.run
	ms := narrow([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, startTime)}, targets)
	var starts reply
	if err := f.ask(ctx, &starts, selector(ms).String(), r.from, r.to, r.step()); err != nil {
		return nil, err
	}
	f.note(starts)
	byTarget := map[string][]float64{}
	for _, s := range starts.matrix {
		m := target(s.Metric)
		if m == nil {
			continue
		}
		at := byTarget[m.String()]
		if at == nil {
			at = unknown(r.cells() + 1)
			byTarget[m.String()] = at
		}
		for _, p := range s.Values {
			i := (int64(p.Timestamp)/1000 - r.from) / r.step()
			if math.IsNaN(at[i]) {
				at[i] = 0
			}
			at[i] += float64(p.Value) // several processes behind one target: any change shows
		}
	}
	return byTarget, nil
}

// target is what was scraped to get a series, nil when its labels do not say.
func target(m model.Metric) model.Metric {
	job, instance := m[model.JobLabel], m[model.InstanceLabel]
	if job == "" || instance == "" {
		return nil
	}
	return model.Metric{model.JobLabel: job, model.InstanceLabel: instance}
}

// markRestarts compares the start times of the counter's process at the
// borders. It is false when they do not cover every cell at whose borders the
// counter stands, and for counters that are followed by their tails: a start
// within the cell of a birth or an end is at no border.
func (t *track) markRestarts(starts []float64) bool {
	if starts == nil || t.lasts != nil {
		return false
	}
	for i := range t.counts {
		if math.IsNaN(t.borders[i]) || math.IsNaN(t.borders[i+1]) {
			continue // the samples decide
		}
		switch before, after := starts[i], starts[i+1]; {
		case math.IsNaN(before) || math.IsNaN(after):
			return false
		case before != after:
			t.suspect[i] = true
		}
	}
	return true
}

func targetsOf(tracks map[string]*track) []model.Metric {
	var out []model.Metric
	for _, t := range tracks {
		if m := target(t.metric); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func metricsOf(tracks map[string]*track) []model.Metric {
	out := make([]model.Metric, 0, len(tracks))
	for _, t := range tracks {
		out = append(out, t.metric)
	}
	return out
}
