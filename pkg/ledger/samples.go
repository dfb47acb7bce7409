package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"
)

// fetchSamples reads a run by its samples, and the values that stand before
// them. For cells of a minute that is hardly more than their borders, and it
// shows all that borders do not.
func (f *fetcher) fetchSamples(ctx context.Context) error {
	r := f.out.run
	var before, within reply
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.askAt(gctx, &before, selector(f.q.Matchers).String(), r.from) })
	g.Go(func() error { return f.askAt(gctx, &within, rangeOf(f.q.Matchers, r.to-r.from).String(), r.to) })
	if err := g.Wait(); err != nil {
		return err
	}
	f.note(before, within)
	tracks := map[string]*track{}
	for _, s := range append(slices.Clone(before.matrix), within.matrix...) {
		if _, err := f.counter(tracks, s); err != nil {
			return err
		}
	}
	for _, s := range before.matrix {
		if len(s.Values) > 0 {
			f.trackOf(tracks, s.Metric).setBorder(r.from, float64(s.Values[0].Value))
		}
	}
	for _, s := range within.matrix {
		t := f.trackOf(tracks, s.Metric)
		t.samples = merge(t.samples, r.holding(s.Values))
	}
	for _, t := range tracks {
		t.stand()
	}
	for _, step := range []func(context.Context, map[string]*track) error{f.origins, f.latecomers} {
		if err := step(ctx, tracks); err != nil {
			return err
		}
	}
	for _, t := range tracks {
		if t.opening != nil && len(t.samples) > 0 && t.opening.covers(r.cell(t.samples[0].Timestamp)) {
			t.opening.sees(t.samples[0].Timestamp)
		}
	}
	for _, t := range tracks {
		t.countAll()
	}
	f.seen(tracks)
	f.add(tracks)
	return nil
}

// holding are the finite samples in the run, which is open at its left end.
func (r run) holding(samples []model.SamplePair) []model.SamplePair {
	return slices.DeleteFunc(samples, func(s model.SamplePair) bool {
		return int64(s.Timestamp) <= r.from*1000 || int64(s.Timestamp) > r.to*1000 || !finite(float64(s.Value))
	})
}

// stand fills the borders from the samples.
func (t *track) stand() {
	next := 0
	for i := 1; i < len(t.borders); i++ {
		at := (t.run.from + int64(i)*t.run.step()) * 1000
		for next < len(t.samples) && int64(t.samples[next].Timestamp) <= at {
			next++
		}
		if next > 0 && int64(t.samples[next-1].Timestamp) > at-lookback*1000 {
			t.borders[i] = float64(t.samples[next-1].Value)
		}
	}
}

// countAll counts every cell from the samples.
func (t *track) countAll() {
	t.carried = t.borders[0]
	if math.IsNaN(t.carried) {
		t.carried = t.origin
	}
	samples := t.samples
	for len(samples) > 0 {
		cell, n := t.run.cell(samples[0].Timestamp), 1
		for n < len(samples) && t.run.cell(samples[n].Timestamp) == cell {
			n++
		}
		doubt{t, cell, t.carried}.countSamples(samples[:n])
		samples = samples[n:]
	}
}

// grace is how long, in seconds, a counter is taken to be there after a sample:
// twice the time between its scrapes, at least a minute and at most the lookback.
func grace(interval int64) int64 {
	if interval == 0 {
		return lookback // not known
	}
	return min(max(2*interval, 60), lookback)
}

// seen measures coverage: the cells at whose end some counter of the group is
// there.
func (f *fetcher) seen(tracks map[string]*track) {
	r := f.out.run
	for _, t := range tracks {
		g := f.cells.group(t.metric)
		last, stay := int64(math.MinInt64/2), grace(t.interval())
		if !math.IsNaN(t.borders[0]) {
			last = r.from
		}
		next := 0
		for i := range g.coverage {
			end := r.from + int64(i+1)*r.step()
			for next < len(t.samples) && int64(t.samples[next].Timestamp) <= end*1000 {
				last = (int64(t.samples[next].Timestamp) + 999) / 1000
				next++
			}
			if end-last < stay {
				g.coverage[i] = 1
			}
		}
	}
}

// interval is the usual time between two samples, in seconds; 0 when there is
// nothing to tell it by.
func (t *track) interval() int64 {
	if len(t.samples) < 2 {
		return 0
	}
	gaps := make([]int64, len(t.samples)-1)
	for i := range gaps {
		gaps[i] = int64(t.samples[i+1].Timestamp-t.samples[i].Timestamp) / 1000
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
