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

func startMatchers() []*labels.Matcher {
	return []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, startTime)}
}

// starts are when a target's process started, Unix seconds, as of each border
// of a run; NaN where it does not say. Several processes behind one target are
// added up: any change shows.
type starts []float64

// knownUpTo tells that the target was scraped before the cell began.
func (s starts) knownUpTo(cell int) bool {
	for _, v := range s[:cell+1] {
		if !math.IsNaN(v) {
			return true
		}
	}
	return false
}

// startsOfAll are those of all targets of the run, asked for once.
func (f *fetcher) startsOfAll(ctx context.Context, tracks map[string]*track) (map[string]starts, error) {
	f.startsOnce.Do(func() { f.starts, f.startsErr = f.startTimes(ctx, targetsOf(tracks)) })
	return f.starts, f.startsErr
}

// startsOf are those of some targets of the run: for a run that is read by its
// borders those of all are asked for anyway.
func (f *fetcher) startsOf(ctx context.Context, targets []model.Metric, tracks map[string]*track) (map[string]starts, error) {
	if f.out.run.level == minuteCells || f.past != nil {
		return f.startTimes(ctx, targets)
	}
	return f.startsOfAll(ctx, tracks)
}

// startTimes are those of the targets, by target.
func (f *fetcher) startTimes(ctx context.Context, targets []model.Metric) (map[string]starts, error) {
	byTarget := map[string]starts{}
	if len(targets) == 0 {
		return byTarget, nil
	}
	r, ms := f.out.run, narrow(startMatchers(), targets)
	if nothing, err := f.saysNothing(ctx); err != nil || nothing {
		return byTarget, err
	}
	var answer reply
	if err := f.ask(ctx, &answer, selector(ms).String(), r.from, r.to, r.step()); err != nil {
		return nil, err
	}
	f.note(answer)
	for _, s := range answer.matrix {
		name := seriesKey(target(s.Metric))
		if name == "" {
			continue
		}
		at := byTarget[name]
		if at == nil {
			at = unknown(r.cells() + 1)
			byTarget[name] = at
		}
		for _, p := range s.Values {
			i := (int64(p.Timestamp)/1000 - r.from) / r.step()
			if i < 0 || int(i) >= len(at) || !finite(float64(p.Value)) {
				continue
			}
			if math.IsNaN(at[i]) {
				at[i] = 0
			}
			at[i] += float64(p.Value)
		}
	}
	return byTarget, nil
}

// changedStarts are the cells, by target, in which a process was replaced.
func (f *fetcher) changedStarts(ctx context.Context, targets []model.Metric) (map[string][]int, error) {
	r := f.out.run
	var answer reply
	expr := changesExpr(narrow(startMatchers(), targets), r.step()+lookback)
	if err := f.ask(ctx, &answer, expr, r.from+r.step(), r.to, r.step()); err != nil {
		return nil, err
	}
	f.note(answer)
	out := map[string][]int{}
	for _, s := range answer.matrix {
		if name := seriesKey(target(s.Metric)); name != "" {
			for _, p := range s.Values {
				out[name] = append(out[name], r.cell(p.Timestamp))
			}
		}
	}
	return out, nil
}

// target is what was scraped to get a series: the instance of a job, or the pod
// where the instance was dropped; nil when its labels do not say.
func target(m model.Metric) model.Metric {
	if m[model.JobLabel] != "" && m[model.InstanceLabel] != "" {
		return model.Metric{model.JobLabel: m[model.JobLabel], model.InstanceLabel: m[model.InstanceLabel]}
	}
	if m["pod"] == "" {
		return nil
	}
	out := model.Metric{"pod": m["pod"]}
	for _, l := range []model.LabelName{model.JobLabel, "namespace"} {
		if v, ok := m[l]; ok {
			out[l] = v
		}
	}
	return out
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
