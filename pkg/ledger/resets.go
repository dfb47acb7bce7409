package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"
)

// resets marks the cells in which a counter may have been reset although its
// values at the borders do not fall. Where the process says when it started,
// that is one sample for each process and border. Of the other targets the
// server looks through the samples of their busiest counter, and where that one
// shows that the process is not an old and quiet one, through all.
func (f *fetcher) resets(ctx context.Context, tracks map[string]*track) error {
	fleet := byTarget(tracks)
	if err := f.restarts(ctx, fleet); err != nil || len(fleet) == 0 {
		return err
	}
	var busiest, others counters
	for _, ts := range fleet {
		if b := ts.busiest(); b != nil {
			busiest = append(busiest, b)
		}
	}
	if err := f.lookForResets(ctx, tracks, busiest); err != nil {
		return err
	}
	for _, ts := range fleet {
		if b := ts.busiest(); b == nil || !b.oldAndQuiet() || ts.fallApart(b) {
			for _, t := range ts {
				if t != b {
					others = append(others, t)
				}
			}
		}
	}
	return f.lookForResets(ctx, tracks, others)
}

// byTarget groups tracks by what was scraped; a counter whose labels do not say
// is one by itself.
func byTarget(tracks map[string]*track) map[string]counters {
	out := map[string]counters{}
	for key, t := range tracks {
		if m := target(t.metric); m != nil {
			key = m.String()
		}
		out[key] = append(out[key], t)
	}
	return out
}

// lookForResets lets the server look through the samples of some of the tracks.
func (f *fetcher) lookForResets(ctx context.Context, tracks map[string]*track, some counters) error {
	if len(some) == 0 {
		return nil
	}
	ms := f.q.Matchers
	if len(some) < len(tracks) {
		ms = narrow(ms, some.metrics())
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
		if t := tracks[key]; t != nil {
			for _, p := range s.Values {
				t.suspect[r.cell(p.Timestamp)] = true
			}
		}
	}
	return nil
}

// restarts marks the cells in which a process started, and takes the targets
// that say when out of the fleet.
func (f *fetcher) restarts(ctx context.Context, fleet map[string]counters) error {
	all, tailed := map[string]*track{}, map[string]*track{}
	for name, ts := range fleet {
		if target(ts[0].metric) == nil {
			continue
		}
		all[name] = ts[0]
		if ts.haveTails() {
			tailed[name] = ts[0]
		}
	}
	if len(all) == 0 {
		return nil
	}
	says, err := f.startTimes(ctx, targetsOf(all))
	if err != nil || len(says) == 0 {
		return err
	}
	var changed map[string][]int
	if len(tailed) > 0 {
		if changed, err = f.changedStarts(ctx, targetsOf(tailed)); err != nil {
			return err
		}
	}
	for name, at := range says {
		ts := fleet[name]
		if ts == nil || !ts.spokenFor(at) {
			continue
		}
		for _, t := range ts {
			t.markRestarts(at)
			for _, cell := range changed[name] {
				t.suspect[cell] = true
			}
		}
		delete(fleet, name)
	}
	return nil
}

func (cs counters) metrics() []model.Metric {
	out := make([]model.Metric, len(cs))
	for i, t := range cs {
		out[i] = t.metric
	}
	return out
}

// haveTails tells that some of the counters are followed by their last values: a
// start within the cell of a birth or an end is at no border.
func (cs counters) haveTails() bool {
	return slices.ContainsFunc(cs, func(t *track) bool { return t.lasts != nil })
}

// spokenFor tells whether the start times tell of every reset of the counters.
// They do not where they are missing, nor where a counter falls although the
// process goes on: then the target passes on the counters of others.
func (cs counters) spokenFor(at starts) bool {
	for _, t := range cs {
		stood := false
		for i := range t.counts {
			a, b := t.borders[i], t.borders[i+1]
			stood = stood || !math.IsNaN(b)
			switch {
			case !math.IsNaN(b) && math.IsNaN(at[i+1]), !math.IsNaN(a) && math.IsNaN(at[i]):
				return false
			case b < a && at[i] == at[i+1]:
				return false
			}
		}
		if !stood && t.lasts != nil {
			return false // lived within one cell, or not at all
		}
	}
	return true
}

// markRestarts marks the cells at whose borders the process was not the same.
func (t *track) markRestarts(at starts) {
	for i := range t.counts {
		if !math.IsNaN(at[i]) && !math.IsNaN(at[i+1]) && at[i] != at[i+1] {
			t.suspect[i] = true
		}
	}
}

// busiest is the counter that grows most of those that stand wherever another
// one does, if there is one.
func (cs counters) busiest() *track {
	var best *track
	most := -1.0
	for _, t := range cs {
		if grown := t.grown(); grown > most && cs.allStandWith(t) {
			best, most = t, grown
		}
	}
	return best
}

// grown is the sum of the rises between borders.
func (t *track) grown() float64 {
	var sum float64
	for i := range t.counts {
		if d := t.borders[i+1] - t.borders[i]; d > 0 {
			sum += d
		}
	}
	return sum
}

// allStandWith tells that t stands at every border at which any of them does.
func (cs counters) allStandWith(t *track) bool {
	for _, other := range cs {
		for i, v := range other.borders {
			if !math.IsNaN(v) && math.IsNaN(t.borders[i]) {
				return false
			}
		}
	}
	return true
}

// oldAndQuiet tells that the counter stands at every border, was never reset,
// and began with more than it gains in any cell: a restart that it does not show
// would have had to make up for hours between two scrapes.
func (t *track) oldAndQuiet() bool {
	if !t.seenThroughout() || slices.Contains(t.suspect, true) {
		return false
	}
	for i := range t.counts {
		if d := t.borders[i+1] - t.borders[i]; d < 0 || d > t.borders[0] {
			return false
		}
	}
	return true
}

// fallApart tells that some counter falls where the busiest one does not: they
// are not of one process.
func (cs counters) fallApart(busiest *track) bool {
	for _, t := range cs {
		for i := range t.counts {
			if t.borders[i+1] < t.borders[i] && !(busiest.borders[i+1] < busiest.borders[i]) {
				return true
			}
		}
	}
	return false
}
