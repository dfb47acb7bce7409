package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// settledIn is how long, in seconds, a process may run before its first scrape
// and still count from 0: starting up takes a while, and cells of all sizes must
// come to the same answer.
const settledIn = 3600

// latecomers finds the counters that are new to the record but not new: those of
// a target that had been running when it was scraped for the first time. Their
// first samples are no growth. Such a target has no counter that was known
// before, nor does its process say when it started, nor is there anything
// beside; and
//   - its process says that it had been running for an hour at the last border at
//     which others were measured without it, or,
//   - where it does not say, its counters (those beside, if any) begin with more
//     than a day's worth of the fastest growth of a target of their group.
func (f *fetcher) latecomers(ctx context.Context, tracks map[string]*track) error {
	arrivals := arrivals(tracks)
	if len(arrivals) == 0 {
		return nil
	}
	var targets []model.Metric
	for _, a := range arrivals {
		targets = append(targets, a.target)
	}
	says, err := f.startsOf(ctx, targets, tracks)
	if err != nil {
		return err
	}
	beside, err := f.beside(ctx, targets)
	if err != nil {
		return err
	}
	measured := f.measuredBorders(tracks)
	old := map[string]arrival{}
	peers := f.fastestPeers(tracks)
	for name, a := range arrivals {
		a.fastest = peers[f.groupOf(a.tracks[0])]
		if a.wasRunning(says[name], beside[name], measured[a.cell]) {
			old[name] = a
		}
	}
	if err := f.forgetScraped(ctx, old); err != nil {
		return err
	}
	for name, a := range old {
		begins := &opening{cell: a.cell, until: new(horizon)}
		if says[name] == nil && beside[name] == nil {
			begins.worth, begins.fastest = aDay, a.fastest
		}
		for _, t := range a.tracks {
			if t.first() == a.cell {
				t.opening = begins
			}
		}
	}
	return nil
}

// wasRunning tells that the target was there before it was scraped for the first
// time; missed is the last time at which it should have been.
func (a arrival) wasRunning(says starts, beside counters, missed int64) bool {
	switch {
	case says != nil && says.knownUpTo(a.cell) || beside.standUpTo(a.cell):
		return false
	case says != nil && !math.IsNaN(says[a.cell+1]):
		return says[a.cell+1] < float64(missed-settledIn)
	case beside != nil:
		return beside.beginWithADay(a.cell, beside.fastest(make([]float64, beside[0].run.cells())))
	}
	return a.tracks.beginWithADay(a.cell, a.fastest)
}

// forgetScraped takes out the targets that were scraped not long before the run:
// an outage hides them at its start.
func (f *fetcher) forgetScraped(ctx context.Context, old map[string]arrival) error {
	for _, ms := range [][]*labels.Matcher{startMatchers(), f.q.Beside} {
		var targets []model.Metric
		for _, a := range old {
			targets = append(targets, a.target)
		}
		if len(ms) == 0 || len(targets) == 0 {
			continue
		}
		var before reply
		if err := f.askAt(ctx, &before, lastExpr(narrow(ms, targets), memory), f.out.run.from); err != nil {
			return err
		}
		f.note(before)
		for _, s := range before.matrix {
			delete(old, seriesKey(target(s.Metric)))
		}
	}
	return nil
}

// arrival is a target that first stands at the end of a cell.
type arrival struct {
	target  model.Metric
	cell    int
	tracks  counters // all of the target
	fastest float64  // growth of a target of its group, events a second
}

// counters are some tracks of a run.
type counters []*track

// arrivals are the targets without any counter that was known before the run.
func arrivals(tracks map[string]*track) map[string]arrival {
	out := map[string]arrival{}
	known := map[string]bool{}
	for _, t := range tracks {
		if t.target == "" {
			continue
		}
		name, first := t.target, t.first()
		if !math.IsNaN(t.borders.at(0)) || !math.IsNaN(t.origin) || t.opening != nil && first >= 0 {
			known[name] = true
		}
		if first < 0 {
			continue
		}
		a, ok := out[name]
		if !ok {
			a = arrival{target: target(t.metric), cell: first}
		}
		a.cell = min(a.cell, first)
		a.tracks = append(a.tracks, t)
		out[name] = a
	}
	for name := range known {
		delete(out, name)
	}
	return out
}

// beside follows, by target, the counters that are scraped with these, where
// they are known.
func (f *fetcher) beside(ctx context.Context, targets []model.Metric) (map[string]counters, error) {
	if len(f.q.Beside) == 0 {
		return nil, nil
	}
	r := f.out.run
	var answer reply
	if err := f.ask(ctx, &answer, selector(narrow(f.q.Beside, targets)).String(), r.from, r.to, r.step()); err != nil {
		return nil, err
	}
	f.note(answer)
	tracks, err := f.tracks(answer.matrix, nil)
	if err != nil {
		return nil, err
	}
	out := map[string]counters{}
	for _, t := range tracks {
		if t.target != "" {
			out[t.target] = append(out[t.target], t)
		}
	}
	return out, nil
}

func (cs counters) standUpTo(cell int) bool {
	for _, t := range cs {
		if !math.IsNaN(t.borders.at(0)) || t.first() >= 0 && t.first() < cell {
			return true
		}
	}
	return false
}

// measuredBorders gives, per border, the time of the last one up to it at which
// any counter stands; before that, the time that memory reaches back to.
func (f *fetcher) measuredBorders(tracks map[string]*track) []int64 {
	r := f.out.run
	stands := make([]bool, r.cells()+1)
	for _, t := range tracks {
		for i := t.born; i < t.gone; i++ {
			stands[i] = stands[i] || !math.IsNaN(t.borders.at(i))
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

const aDay = 24 * 3600

// fastestPeers is, by group, the fastest growth of a target, in events a second.
func (f *fetcher) fastestPeers(tracks map[string]*track) map[string]float64 {
	out := map[string]float64{}
	growth := make([]float64, f.out.run.cells())
	for _, ts := range byTarget(tracks) {
		key := f.groupOf(ts[0])
		out[key] = max(out[key], ts.fastest(growth))
		clear(growth)
	}
	return out
}

func (f *fetcher) groupOf(t *track) string {
	return groupKey(f.q.By, func(l string) string { return string(t.metric[model.LabelName(l)]) })
}

// fastest is the fastest growth of all counters together, in events a second,
// as their values at borders show it; growth is room for that of each cell.
func (cs counters) fastest(growth []float64) float64 {
	for _, t := range cs {
		for i := t.born + 1; i < t.gone; i++ {
			if d := t.borders.at(i) - t.borders.at(i-1); d > 0 { // not NaN, not a reset
				growth[i-1] += d
			}
		}
	}
	return slices.Max(growth) / float64(cs[0].run.step())
}

// beginWithADay tells that the counters, which first stand at the end of the
// cell, stand there at more than a day's worth of the fastest growth.
func (cs counters) beginWithADay(cell int, fastest float64) bool {
	var begin float64
	for _, t := range cs {
		if t.first() == cell {
			begin += t.borders.at(cell + 1)
		}
	}
	return fastest > 0 && begin > aDay*fastest
}
