package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
)

// presence measures coverage: the share of each cell in which some counter of
// the group was there. A few counters that follow each other through the run
// mostly tell; all of the group are asked only about the cells in which those
// are missing for a time.
func (f *fetcher) presence(ctx context.Context, tracks map[string]*track) error {
	chosen := f.chain(tracks)
	if len(chosen) == 0 {
		return f.askPresence(ctx, f.q.Matchers, f.out.run)
	}
	ms := f.q.Matchers
	if len(chosen) < len(tracks) {
		ms = narrow(ms, chosen.metrics())
	}
	if err := f.askPresence(ctx, ms, f.out.run); err != nil || len(chosen) == len(tracks) {
		return err
	}
	gaps, torn := f.gaps(tracks)
	for _, gap := range gaps {
		if err := f.askPresence(ctx, narrow(f.q.Matchers, torn.metrics()), gap); err != nil {
			return err
		}
	}
	return nil
}

func (f *fetcher) askPresence(ctx context.Context, ms []*labels.Matcher, r run) error {
	step, every := r.step(), presenceSeconds[r.level]
	var seen reply
	if err := f.ask(ctx, &seen, presenceExpr(ms, f.q.By, step, every), r.from+step, r.to, step); err != nil {
		return err
	}
	f.note(seen)
	for _, s := range seen.matrix {
		group := f.cells.group(withoutName(s.Metric))
		for _, p := range s.Values {
			cell := f.out.run.cell(p.Timestamp)
			share := float64(p.Value) * float64(every) / float64(step)
			group.coverage[cell] = max(group.coverage[cell], min(share, 1))
		}
	}
	return nil
}

// presenceSeconds is the grain of coverage per cell size. Minutes are read by
// their samples.
var presenceSeconds = [levels]int64{hourCells: 300, fiveCells: 60}

// chain picks, for every group, counters that stand one after the other at all
// borders at which any counter of the group does.
func (f *fetcher) chain(tracks map[string]*track) counters {
	groups := map[string]counters{}
	for _, t := range tracks {
		key := f.groupOf(t)
		groups[key] = append(groups[key], t)
	}
	var out counters
	for _, ts := range groups {
		picked := map[*track]bool{}
		for i := 0; i <= f.out.run.cells(); {
			best, until := (*track)(nil), i
			for _, t := range ts {
				if end := t.standsUntil(i); end > until {
					best, until = t, end
				}
			}
			if best == nil {
				i++
				continue
			}
			picked[best] = true
			i = until
			if i <= f.out.run.cells() && slices.ContainsFunc(ts, func(t *track) bool { return t.standsUntil(i-1) > i }) {
				i-- // the next one was there before this one ended
			}
		}
		for t := range picked {
			out = append(out, t)
		}
	}
	return out
}

// standsUntil is the first border from i on at which the counter does not stand.
func (t *track) standsUntil(i int) int {
	for i <= t.run.cells() && !math.IsNaN(t.borders.at(i)) {
		i++
	}
	return i
}

// gaps are the stretches of cells in which some group was not there all the
// time, as far as is known, and the counters of such groups. Many are one.
func (f *fetcher) gaps(tracks map[string]*track) (gaps []run, torn counters) {
	const many = 4
	for _, t := range tracks {
		if slices.ContainsFunc(f.cells.group(t.metric).coverage, partial) {
			torn = append(torn, t)
		}
	}
	r := f.out.run
	for i := range r.cells() {
		if !slices.ContainsFunc(f.cells.groups, func(g *groupCells) bool { return partial(g.coverage[i]) }) {
			continue
		}
		from := r.from + int64(i)*r.step()
		if n := len(gaps); n > 0 && (gaps[n-1].to >= from-rawGap*r.step() || n == many) {
			gaps[n-1].to = from + r.step()
		} else {
			gaps = append(gaps, run{r.level, from, from + r.step()})
		}
	}
	return gaps, torn
}

func partial(coverage float64) bool { return coverage < 1 }
