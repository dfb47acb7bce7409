package ledger

import (
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/fault"
)

// glance is how many seconds before a run its samples are read with it: a little
// more than most counters are scraped in.
const glance = 75

// fetchSamples reads a run by its samples, and those of one lookback before it.
// For cells of a minute that is hardly more than their borders, for counters
// that follow one another it is less than all else that would have to be asked;
// and it shows all that borders do not.
func (f *fetcher) fetchSamples(ctx context.Context) error {
	r, histories := f.out.run, map[string]*history{}
	if err := f.readSamples(ctx, histories, f.q.Matchers, []int64{r.from - glance, r.to}); err != nil {
		return err
	}
	tracks := f.follow(histories)
	if lacking := startless(tracks); len(lacking) > 0 && (len(lacking) == len(tracks) || mayStandUnseen(tracks)) {
		if err := f.readSamples(ctx, histories, narrow(f.q.Matchers, lacking), []int64{r.from - lookback, r.from - glance}); err != nil {
			return err
		}
		tracks = f.follow(histories)
	}
	return f.countSamples(ctx, tracks)
}

// countSamples counts a run whose samples are all there.
func (f *fetcher) countSamples(ctx context.Context, tracks map[string]*track) error {
	for _, t := range tracks {
		t.stand()
	}
	if err := f.newcomers(ctx, tracks); err != nil {
		return err
	}
	for _, t := range tracks {
		if len(t.samples) > 0 && t.opening.covers(t.run.cell(t.samples[0].Timestamp)) {
			t.opening.sees(t.atFirst())
		}
	}
	for _, t := range tracks {
		t.countAll(f.rows(t))
	}
	f.seen(tracks)
	f.out.groups, f.out.width = f.cells.groups, len(tracks)
	return nil
}

// readSamples adds the finite samples between adjacent borders, each open at its
// left, side by side.
func (f *fetcher) readSamples(ctx context.Context, into map[string]*history, ms []*labels.Matcher, borders []int64) error {
	pieces, keys := make([]reply, len(borders)-1), make([][]string, len(borders)-1)
	g, gctx := fault.WithContext(ctx)
	for i, from := range borders[:len(borders)-1] {
		to := borders[i+1]
		g.Go(func() error {
			err := f.askAt(gctx, &pieces[i], rangeOf(ms, to-from).String(), to)
			for _, s := range pieces[i].matrix {
				keys[i] = append(keys[i], seriesKey(s.Metric))
				s.Values = slices.DeleteFunc(s.Values, func(p model.SamplePair) bool { return !finite(float64(p.Value)) })
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, piece := range pieces {
		f.note(piece)
		for j, s := range piece.matrix {
			if len(s.Histograms) > 0 {
				return &NativeError{s.Metric}
			}
			h := into[keys[i][j]]
			if len(s.Values) == 0 {
				continue
			}
			if h == nil {
				h = &history{identity: identify(keys[i][j], s.Metric)}
				into[keys[i][j]] = h
			}
			h.samples = merge(h.samples, s.Values)
		}
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

// mayStandUnseen tells that a counter may be there although it had no sample for
// the length of a glance: where not all are known to be scraped every minute.
// What returns after a pause is known by its last value then.
func mayStandUnseen(tracks map[string]*track) bool {
	for _, t := range tracks {
		if every := t.interval(); every == 0 || every > 60 {
			return true
		}
	}
	return false
}

// stand fills the borders from the samples.
func (t *track) stand() {
	if len(t.samples) == 0 {
		t.gone = 0
		return
	}
	at := func(border int) model.Time { return model.Time((t.run.from + int64(border)*t.run.step()) * 1000) }
	t.born = t.run.cell(t.samples[0].Timestamp)
	t.gone = min(t.run.cell(t.samples[len(t.samples)-1].Timestamp+lookback*1000)+2, t.run.cells()+1)
	t.borders = values{t.born, unknown(t.gone - t.born)}
	next := 0
	for i := t.born; i < t.gone; i++ {
		for next < len(t.samples) && t.samples[next].Timestamp <= at(i) {
			next++
		}
		if next > 0 && t.samples[next-1].Timestamp > at(i)-lookback*1000 {
			t.borders.v[i-t.born] = float64(t.samples[next-1].Value)
		}
	}
}

// countAll counts every cell from the samples, into rows of cells.
func (t *track) countAll(rows [][]float64) {
	t.carried = t.borders.at(0)
	if math.IsNaN(t.carried) {
		t.carried = t.origin
	}
	samples := t.samples
	for len(samples) > 0 && int64(samples[0].Timestamp) <= t.run.from*1000 {
		samples = samples[1:]
	}
	for len(samples) > 0 {
		cell := t.run.cell(samples[0].Timestamp)
		n, end := 1, t.run.end(cell)
		for n < len(samples) && samples[n].Timestamp <= end {
			n++
		}
		events := doubt{t, cell, t.carried}.countSamples(samples[:n])
		for _, row := range rows {
			row[cell] += events
		}
		samples = samples[n:]
	}
}

// atFirst are the first samples: all of a run of minutes, of longer cells those
// in the first one.
func (t *track) atFirst() []model.SamplePair {
	if t.run.level == minuteCells {
		return t.samples
	}
	return doubt{track: t, cell: t.run.cell(t.samples[0].Timestamp)}.within(t.samples)
}

// grace is how long, in seconds, a counter is taken to be there after a sample:
// twice the time between its scrapes, at least a minute and at most the lookback.
func grace(interval int64) int64 {
	if interval == 0 {
		return lookback // not known
	}
	return min(max(2*interval, 60), lookback)
}

// seen measures coverage: the minutes of each cell at whose end some counter of
// the group is there.
func (f *fetcher) seen(tracks map[string]*track) {
	r := f.out.run
	minutes := int(r.step() / 60)
	there := map[*groupCells][]bool{}
	for _, t := range tracks {
		g := f.cells.group(t.metric)
		if there[g] == nil {
			there[g] = make([]bool, r.cells()*minutes)
		}
		t.markMinutes(there[g])
	}
	for g, marks := range there {
		for i, mark := range marks {
			if mark {
				g.coverage[i/minutes]++
			}
		}
		for i := range g.coverage {
			g.coverage[i] /= float64(minutes)
		}
	}
}

// markMinutes marks the minutes of the run at whose end the counter is there.
func (t *track) markMinutes(marks []bool) {
	stay, next := grace(t.interval()), int64(0)
	for _, s := range t.samples {
		at := (int64(s.Timestamp)+999)/1000 - t.run.from
		for i := max((at+59)/60-1, next); i < int64(len(marks)) && (i+1)*60 < at+stay; i++ {
			marks[i] = true
			next = i + 1
		}
	}
}

// interval is the usual time between two samples, in seconds; 0 when there is
// nothing to tell it by.
func (t *track) interval() int64 {
	const enough = 100
	if len(t.samples) < 2 {
		return 0
	}
	gaps := make([]int64, min(len(t.samples)-1, enough))
	for i := range gaps {
		gaps[i] = int64(t.samples[i+1].Timestamp-t.samples[i].Timestamp) / 1000
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
