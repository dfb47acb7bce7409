package ledger

import (
	"context"
	"math"
)

// settledIn is how long, in seconds, a process may run before its first scrape
// and still count from 0: starting up takes a while, and cells of all sizes must
// come to the same answer.
const settledIn = 3600

// latecomers finds the counters that are new to the record but not new: those of
// a target that had been running when it was scraped for the first time. Their
// first samples are no growth. Such a target has no counter that was known
// before, and
//   - its process says that it had been running for an hour at the last border at
//     which others were measured without it, or,
//   - where it does not say, its counters begin with more than a day's worth of
//     the fastest growth they show afterwards.
func (f *fetcher) latecomers(ctx context.Context, tracks map[string]*track) error {
	arrivals := arrivals(tracks)
	if len(arrivals) == 0 {
		return nil
	}
	all := map[string]*track{}
	for _, a := range arrivals {
		for key, t := range a.tracks {
			all[key] = t
		}
	}
	starts, err := f.startTimes(ctx, targetsOf(all))
	if err != nil {
		return err
	}
	measured := f.measuredBorders(tracks)
	for name, a := range arrivals {
		old := a.beginsWithADay(f.out.run)
		if at := starts[name]; at != nil && !math.IsNaN(at[a.cell+1]) {
			old = at[a.cell+1] < float64(measured[a.cell]-settledIn)
		}
		if !old {
			continue
		}
		begins := &opening{cell: a.cell}
		for _, t := range a.tracks {
			if t.first() == a.cell {
				t.opening = begins
			}
		}
	}
	return nil
}

// arrival is a target that first stands at the end of a cell.
type arrival struct {
	cell   int
	tracks map[string]*track // all counters of the target
}

// arrivals are the targets without any counter that was known before the run.
func arrivals(tracks map[string]*track) map[string]arrival {
	out := map[string]arrival{}
	known := map[string]bool{}
	for key, t := range tracks {
		m := target(t.metric)
		if m == nil {
			continue
		}
		name, first := m.String(), t.first()
		if !math.IsNaN(t.borders[0]) || !math.IsNaN(t.origin) || t.opening != nil {
			known[name] = true
		}
		if first < 0 {
			continue
		}
		a, ok := out[name]
		if !ok {
			a = arrival{first, map[string]*track{}}
		}
		a.cell = min(a.cell, first)
		a.tracks[key] = t
		out[name] = a
	}
	for name := range known {
		delete(out, name)
	}
	return out
}

// measuredBorders gives, per border, the time of the last one up to it at which
// any counter stands; before that, the time that memory reaches back to.
func (f *fetcher) measuredBorders(tracks map[string]*track) []int64 {
	r := f.out.run
	stands := make([]bool, r.cells()+1)
	for _, t := range tracks {
		for i, v := range t.borders {
			stands[i] = stands[i] || !math.IsNaN(v)
		}
	}
	out := make([]int64, len(stands))
	last := r.from - memory
	for i, s := range stands {
		if s {
			last = r.from + int64(i)*r.step()
		}
		out[i] = last
	}
	return out
}

func (a arrival) beginsWithADay(r run) bool {
	var begin, fastest float64
	growth := make([]float64, r.cells())
	for _, t := range a.tracks {
		if t.first() == a.cell {
			begin += t.borders[a.cell+1]
		}
		for i := a.cell + 1; i < r.cells(); i++ {
			if d := t.borders[i+1] - t.borders[i]; d > 0 { // not NaN, not a reset
				growth[i] += d
			}
		}
	}
	for _, g := range growth {
		fastest = max(fastest, g)
	}
	return fastest > 0 && begin > fastest/float64(r.step())*24*3600
}
