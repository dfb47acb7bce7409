package ledger

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
)

// resets marks the cells in which a counter may have been reset although its
// values at the borders do not fall. Where the process says when it started,
// that is one sample for each process and border. Of the other targets those
// are left out whose borders leave no room for a restart; of the rest the server
// looks through the samples of one busy counter where that can speak for an old
// and quiet process, and else through those of all.
func (f *fetcher) resets(ctx context.Context, tracks map[string]*track) error {
	fleet := byTarget(tracks)
	if err := f.restarts(ctx, fleet); err != nil || len(fleet) == 0 {
		return err
	}
	speakers := speakers(fleet)
	var some, rest counters
	for name, ts := range fleet {
		switch s := speakers[name]; {
		case s != nil && s.leavesNoRoom():
		case s != nil && s.oldAndQuiet():
			some = append(some, s)
		default:
			some = append(some, ts...)
		}
	}
	if err := f.lookForResets(ctx, tracks, some); err != nil {
		return err
	}
	for name, ts := range fleet {
		if s := speakers[name]; s != nil && slices.Contains(s.suspect, true) && len(ts) > 1 && s.oldAndQuiet() {
			rest = append(rest, ts...) // not so quiet
		}
	}
	return f.lookForResets(ctx, tracks, rest)
}

// byTarget groups tracks by what was scraped; a counter whose labels do not say
// is one by itself.
func byTarget(tracks map[string]*track) map[string]counters {
	out := map[string]counters{}
	for key, t := range tracks {
		if t.target != "" {
			key = t.target
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
		if t := tracks[seriesKey(s.Metric)]; t != nil {
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
		if ts[0].target == "" {
			continue
		}
		all[name] = ts[0]
		if !ts.seenThroughout() && f.tooManyToRead {
			tailed[name] = ts[0]
		}
	}
	if len(all) == 0 {
		return nil
	}
	says, err := f.startsOfAll(ctx, all)
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
		if ts == nil || !ts.spokenFor(at, f.tooManyToRead) {
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

// seenThroughout tells that all of the counters stand at every border.
func (cs counters) seenThroughout() bool {
	return !slices.ContainsFunc(cs, func(t *track) bool { return !t.seenThroughout() })
}

// spokenFor tells whether the start times tell of every reset of the counters.
// They do not where they are missing, nor where a counter falls although the
// process goes on: then the target passes on the counters of others. Many
// counters are followed by their last values only.
func (cs counters) spokenFor(at starts, many bool) bool {
	for _, t := range cs {
		stood := false
		for i := range t.counts {
			a, b := t.borders.at(i), t.borders.at(i+1)
			stood = stood || !math.IsNaN(b)
			switch {
			case !math.IsNaN(b) && math.IsNaN(at[i+1]), !math.IsNaN(a) && math.IsNaN(at[i]):
				return false
			case b < a && at[i] == at[i+1]:
				return false
			}
		}
		if !stood && many {
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

// speakers picks one counter for each target whose counters are of one process:
// one that stands wherever another one does. They differ in as few label values
// as can be, so that a short selector names them; else the busier is better.
func speakers(fleet map[string]counters) map[string]*track {
	able := map[string]map[string]*track{} // by variant, by target
	grown := map[string]float64{}
	for name, ts := range fleet {
		differ := ts.differing()
		for _, t := range ts {
			if !ts.allStandWith(t) || ts.fallApart(t) {
				continue
			}
			key := variant(t.metric, differ)
			if able[key] == nil {
				able[key] = map[string]*track{}
			}
			able[key][name] = t
			grown[key] += t.grown()
		}
	}
	keys := slices.SortedFunc(maps.Keys(able), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(able[b]), len(able[a])), cmp.Compare(grown[b], grown[a]), cmp.Compare(a, b))
	})
	out := map[string]*track{}
	for _, key := range keys {
		for name, t := range able[key] {
			if out[name] == nil {
				out[name] = t
			}
		}
	}
	return out
}

// differing are the labels whose value is not the same for all of them, sorted.
func (cs counters) differing() []model.LabelName {
	found := map[model.LabelName]bool{}
	first := cs[0].metric
	for _, t := range cs[1:] {
		for l := range t.metric {
			found[l] = found[l] || t.metric[l] != first[l]
		}
		for l := range first {
			found[l] = found[l] || t.metric[l] != first[l]
		}
	}
	maps.DeleteFunc(found, func(_ model.LabelName, differs bool) bool { return !differs })
	return slices.Sorted(maps.Keys(found))
}

func variant(m model.Metric, differ []model.LabelName) string {
	values := make([]string, len(differ))
	for i, l := range differ {
		values[i] = string(l) + "\xff" + string(m[l])
	}
	return strings.Join(values, "\xff")
}

// grown is the sum of the rises between borders.
func (t *track) grown() float64 {
	var sum float64
	for i := range t.counts {
		if d := t.borders.at(i+1) - t.borders.at(i); d > 0 {
			sum += d
		}
	}
	return sum
}

// allStandWith tells that t stands at every border at which any of them does.
func (cs counters) allStandWith(t *track) bool {
	for _, other := range cs {
		for i := range t.run.cells() + 1 {
			if !math.IsNaN(other.borders.at(i)) && math.IsNaN(t.borders.at(i)) {
				return false
			}
		}
	}
	return true
}

// oldAndQuiet tells that the counter stands at every border, never falls, and
// began with more than it gains in any cell: a restart that its samples do not
// show would have had to make up for hours between two scrapes.
func (t *track) oldAndQuiet() bool {
	if !t.seenThroughout() {
		return false
	}
	for i := range t.counts {
		if d := t.borders.at(i+1) - t.borders.at(i); d < 0 || d > t.borders.at(0) {
			return false
		}
	}
	return true
}

// aWeek of its fastest growth is what a counter must have begun with to be taken
// for one that was not reset, without a look at its samples.
const aWeek = 7 * 24 * 3600

// leavesNoRoom tells that the counter's borders alone exclude a restart in a
// long run: it rises in each cell, by less than a part in 168 (of hours) of what
// it began with. A process that started anew would have had to count a week's
// worth of the fastest hour of all within the rest of its own, and to stand at
// the next border within that part of where the old one would have been.
func (t *track) leavesNoRoom() bool {
	if t.run.cells() < longCells || !t.seenThroughout() {
		return false
	}
	most := t.borders.at(0) * float64(t.run.step()) / aWeek
	for i := range t.counts {
		if d := t.borders.at(i+1) - t.borders.at(i); d <= 0 || d > most {
			return false
		}
	}
	return true
}

// fallApart tells that some counter falls where t does not: they are not of one
// process.
func (cs counters) fallApart(t *track) bool {
	for _, other := range cs {
		for i := range t.counts {
			if other.borders.at(i+1) < other.borders.at(i) && !(t.borders.at(i+1) < t.borders.at(i)) {
				return true
			}
		}
	}
	return false
}
