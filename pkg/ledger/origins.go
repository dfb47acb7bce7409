package ledger

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
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
		if t.newborn() && t.first() >= 0 {
			unknown[key] = t
			metrics = append(metrics, t.metric)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	start, end := time.Unix(r.from-memory, 0), time.Unix(r.from, 0)
	known, err := f.series(ctx, metrics, start, end)
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
		before := reply{expr: borderExpr(narrow(f.q.Matchers, returned), memory)}
		if before.matrix, before.warnings, err = f.source.Query(ctx, before.expr, end); err != nil {
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
	all, err := f.series(ctx, nil, start, end)
	if err != nil || len(all) > 0 {
		return err
	}
	openRecord(unknown)
	return nil
}

// openRecord marks the counters whose first value is in the earliest cell.
func openRecord(tracks map[string]*track) {
	earliest := -1
	for _, t := range tracks {
		if first := t.first(); earliest < 0 || first < earliest {
			earliest = first
		}
	}
	for _, t := range tracks {
		t.baseline = t.first() == earliest
	}
}

func (f *fetcher) series(ctx context.Context, like []model.Metric, start, end time.Time) ([]model.Metric, error) {
	sets, warnings, err := f.source.Series(ctx, selector(narrow(f.q.Matchers, like)).String(), start, end)
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
