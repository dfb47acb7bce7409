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
		if math.IsNaN(t.borders.at(0)) {
			unknown[key] = t
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	known := len(unknown) < len(tracks)
	last, err := f.lastOf(ctx, unknown)
	if err != nil {
		return err
	}
	for key, v := range last {
		unknown[key].origin, known = v, true
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

// lastOf gives, by series key, the last value of the tracks within memory before
// the run.
func (f *fetcher) lastOf(ctx context.Context, tracks map[string]*track) (map[string]float64, error) {
	r, out := f.out.run, map[string]float64{}
	ask := map[string]*track{}
	switch {
	case f.past != nil:
		for key, t := range tracks {
			v, found, may := f.past.last(key, r.from)
			if found {
				out[key] = v
			} else if may {
				ask[key] = t
			}
		}
	case len(tracks) <= rawSeries: // a few are asked for at once, without looking them up
		ask = tracks
	default:
		listed, err := f.series(ctx, narrow(f.q.Matchers, metricsOf(tracks)), r.from-memory, r.from)
		if err != nil {
			return nil, err
		}
		for _, m := range listed {
			key := seriesKey(m)
			if t := tracks[key]; t != nil {
				ask[key] = t
			}
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	last, err := f.lastBefore(ctx, narrow(f.q.Matchers, metricsOf(ask)), r.from)
	for key, v := range last {
		if ask[key] != nil {
			out[key] = v
		}
	}
	return out, err
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
