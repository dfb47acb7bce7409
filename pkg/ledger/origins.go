package ledger

import (
	"context"
	"math"
)

// origins finds out, for the counters that have no value at the start of the
// run, whether they existed before: a target that was down is not new. Where
// the whole selector has no earlier data (the edge of retention, or a job
// scraped for the first time), the counters of the first cell are not new
// either: their first samples open the record.
func (f *fetcher) origins(ctx context.Context, tracks map[string]*track) error {
	r := f.out.run
	unknown := map[string]*track{}
	for key, t := range tracks {
		if math.IsNaN(t.borders[0]) {
			unknown[key] = t
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	returned, err := f.listed(ctx, unknown)
	if err != nil {
		return err
	}
	known := len(unknown) < len(tracks)
	if len(returned) > 0 {
		last, err := f.lastBefore(ctx, narrow(f.q.Matchers, metricsOf(returned)), r.from)
		if err != nil {
			return err
		}
		for key, t := range returned {
			if v, ok := last[key]; ok {
				t.origin, known = v, true
			}
		}
	}
	if known {
		return nil
	}
	listed, err := f.series(ctx, f.q.Matchers, r.from-memory, r.from)
	if err != nil {
		return err
	}
	if len(listed) > 0 {
		if last, err := f.lastBefore(ctx, f.q.Matchers, r.from); err != nil || len(last) > 0 {
			return err
		}
	}
	return f.openRecord(ctx, unknown)
}

// listed are those of the tracks that may have samples before the run. A few are
// asked for these at once, without looking them up.
func (f *fetcher) listed(ctx context.Context, tracks map[string]*track) (map[string]*track, error) {
	if len(tracks) <= rawSeries {
		return tracks, nil
	}
	listed := f.before
	if f.brief == 0 {
		var err error
		r := f.out.run
		if listed, err = f.series(ctx, narrow(f.q.Matchers, metricsOf(tracks)), r.from-memory, r.from); err != nil {
			return nil, err
		}
	}
	out := map[string]*track{}
	for _, m := range listed {
		key := seriesKey(m)
		if t := tracks[key]; t != nil {
			out[key] = t
		}
	}
	return out, nil
}

// openRecord marks the earliest cell with a counter at its end: what first shows
// up to then was there when the record began, unless its process had been
// scraped before that, or says, or shows by small values, that it had only just
// started.
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
	r := f.out.run
	if len(f.q.Beside) > 0 {
		listed, err := f.series(ctx, f.q.Beside, r.from-memory, r.from+int64(earliest)*r.step())
		if err != nil {
			return err
		}
		if len(listed) > 0 {
			if last, err := f.lastBefore(ctx, f.q.Beside, r.from+int64(earliest)*r.step()); err != nil || len(last) > 0 {
				return err
			}
		}
	}
	starts, err := f.startsOfAll(ctx, tracks)
	if err != nil {
		return err
	}
	justStarted := float64(r.from + int64(earliest)*r.step() - settledIn)
	until := new(horizon)
	for _, ts := range byTarget(tracks) {
		begins := &opening{cell: earliest, until: until, worth: lookback}
		if name := ts[0].target; name != "" {
			at := starts[name]
			if at != nil && (at.knownUpTo(earliest) || at[earliest+1] >= justStarted) {
				continue
			}
			if at != nil {
				begins.worth = 0
			}
		}
		for _, t := range ts {
			if t.first() <= earliest {
				t.opening = begins
			}
		}
	}
	return nil
}
