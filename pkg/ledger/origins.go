package ledger

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// origins finds out, for the counters that have no value at the start of the
// run, whether they existed before: a target that was down is not new. Where
// the whole selector has no earlier data (the edge of retention, or a job
// scraped for the first time), the counters of the first cell are not new
// either: their first samples open the record.
func (f *fetcher) origins(ctx context.Context, tracks map[string]*track) error {
	r := f.out.run
	unknown := map[string]*track{}
	var metrics []model.Metric
	for key, t := range tracks {
		if math.IsNaN(t.borders[0]) {
			unknown[key] = t
			metrics = append(metrics, t.metric)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	known, err := f.series(ctx, narrow(f.q.Matchers, metrics), r.from-memory, r.from)
	if err != nil {
		return err
	}
	var returned []model.Metric
	for _, m := range known {
		if t := unknown[m.String()]; t != nil {
			returned = append(returned, t.metric)
		}
	}
	if len(returned) > 0 {
		before := reply{expr: lastExpr(narrow(f.q.Matchers, returned), memory)}
		if before.matrix, before.warnings, err = f.source.Query(ctx, before.expr, time.Unix(r.from, 0)); err != nil {
			return err
		}
		f.note(before)
		for _, s := range before.matrix {
			key, _ := seriesKey(s.Metric)
			if t := unknown[key]; t != nil && len(s.Values) > 0 {
				t.origin = float64(s.Values[0].Value)
			}
		}
	}
	if len(unknown) < len(tracks) || len(known) > 0 {
		return nil
	}
	all, err := f.series(ctx, f.q.Matchers, r.from-memory, r.from)
	if err != nil || len(all) > 0 {
		return err
	}
	return f.openRecord(ctx, unknown)
}

// openRecord marks the earliest cell with a counter at its end: what first shows
// up to then was there when the record began, unless its process says that it
// had only just started.
func (f *fetcher) openRecord(ctx context.Context, tracks map[string]*track) error {
	earliest := -1
	for _, t := range tracks {
		if first := t.first(); first >= 0 && (earliest < 0 || first < earliest) {
			earliest = first
		}
	}
	if earliest < 0 {
		return nil
	}
	if len(f.q.Beside) > 0 {
		r := f.out.run
		older, err := f.series(ctx, f.q.Beside, r.from-memory, r.from+int64(earliest)*r.step())
		if err != nil || len(older) > 0 {
			return err
		}
	}
	var starts map[string][]float64
	if targets := targetsOf(tracks); len(targets) > 0 {
		var err error
		if starts, err = f.startTimes(ctx, targets); err != nil {
			return err
		}
	}
	justStarted := float64(f.out.run.from + int64(earliest)*f.out.run.step() - settledIn)
	begins := &opening{cell: earliest}
	for _, t := range tracks {
		at := starts[target(t.metric).String()]
		if at == nil || !(at[earliest+1] >= justStarted) {
			t.opening = begins
		}
	}
	return nil
}

// series lists what has samples in (from, to], without metric names.
func (f *fetcher) series(ctx context.Context, ms []*labels.Matcher, from, to int64) ([]model.Metric, error) {
	sets, warnings, err := f.source.Series(ctx, selector(ms).String(), time.Unix(from, 1e6), time.Unix(to, 0))
	if err != nil {
		return nil, err
	}
	f.note(reply{warnings: warnings})
	out := make([]model.Metric, len(sets))
	for i, s := range sets {
		_, out[i] = seriesKey(model.Metric(s))
	}
	return out, nil
}
