package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// glance is how many seconds before a run its samples are read with it: a little
// more than most counters are scraped in.
const glance = 75

// fetchSamples reads a run by its samples, and those of one lookback before it.
// For cells of a minute that is hardly more than their borders, and it shows all
// that borders do not.
func (f *fetcher) fetchSamples(ctx context.Context) error {
	r := f.out.run
	tracks := map[string]*track{}
	if err := f.readSamples(ctx, tracks, f.q.Matchers, r.from-glance, r.to); err != nil {
		return err
	}
	if lacking := startless(tracks); len(lacking) > 0 {
		if err := f.readSamples(ctx, tracks, narrow(f.q.Matchers, lacking), r.from-lookback, r.from-glance); err != nil {
			return err
		}
	}
	for _, t := range tracks {
		t.stand()
	}
	if err := f.newcomers(ctx, tracks); err != nil {
		return err
	}
	for _, t := range tracks {
		if len(t.samples) > 0 && t.opening.covers(r.cell(t.samples[0].Timestamp)) {
			t.opening.sees(t.samples)
		}
	}
	for _, t := range tracks {
		t.countAll()
	}
	f.seen(tracks)
	f.add(tracks)
	return nil
}

// readSamples adds those in (from, to].
func (f *fetcher) readSamples(ctx context.Context, tracks map[string]*track, ms []*labels.Matcher, from, to int64) error {
	var within reply
	if err := f.askAt(ctx, &within, rangeOf(ms, to-from).String(), to); err != nil {
		return err
	}
	f.note(within)
	for _, s := range within.matrix {
		t, err := f.counter(tracks, s)
		if err != nil {
			return err
		}
		t.samples = merge(t.samples, slices.DeleteFunc(s.Values, func(p model.SamplePair) bool { return !finite(float64(p.Value)) }))
	}
	return nil
}

// startless are the counters without a sample up to the start of the run.
func startless(tracks map[string]*track) []model.Metric {
	var out []model.Metric
	for _, t := range tracks {
		if len(t.samples) == 0 || int64(t.samples[0].Timestamp) > t.run.from*1000 {
			out = append(out, t.metric)
		}
	}
	return out
}

// stand fills the borders from the samples.
func (t *track) stand() {
	next := 0
	for i := range t.borders {
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
	for len(samples) > 0 && int64(samples[0].Timestamp) <= t.run.from*1000 {
		samples = samples[1:]
	}
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
