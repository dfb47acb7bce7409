package ledger

import (
	"context"
	"fmt"
	"math"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/fault"
)

const (
	// lookback is how old, in seconds, the value of a plain selector may be:
	// Prometheus' default. A counter that has a value at a border stands there.
	lookback = 300
	// memory is how long, in seconds, a counter may be gone and still be known
	// when it comes back. After that it counts from 0, as a new one.
	memory = 7 * 24 * 3600
	// rawSeries is how many counters may have their samples read one by one.
	// Beyond it, their last values per cell are asked for instead.
	rawSeries = 40
	// rawSamples bounds the samples asked for in one request.
	rawSamples = 200_000
	// rawGap is how many cells that nobody asked about may lie between two that
	// share a request.
	rawGap = 3
)

// fetchBorders reads a run by the values at the borders of its cells, then what
// border values cannot show.
func (f *fetcher) fetchBorders(ctx context.Context) error {
	borders, all, err := f.standing(ctx)
	if err != nil {
		return err
	}
	f.note(borders)
	tracks, err := f.tracks(borders.matrix, all)
	if err != nil {
		return err
	}
	unseen := map[string]*track{}
	for key, t := range tracks {
		t.suspect, t.counts = make([]bool, f.out.run.cells()), make([]float64, f.out.run.cells())
		if !t.seenThroughout() {
			unseen[key] = t
		}
	}
	f.tooManyToRead = len(unseen) > rawSeries
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error { return f.presence(gctx, tracks) })
	g.Go(func() error { return f.tails(gctx, unseen) })
	g.Go(func() error { return f.resets(gctx, tracks) })
	g.Go(func() error { return f.newcomers(gctx, tracks) })
	if err := g.Wait(); err != nil {
		return err
	}
	var doubts []doubt
	for _, t := range tracks {
		doubts = append(doubts, t.count()...)
	}
	if err := f.settle(ctx, doubts); err != nil {
		return err
	}
	for _, t := range tracks {
		for _, row := range f.rows(t) {
			for i, c := range t.counts {
				row[i] += c
			}
		}
	}
	f.out.groups, f.out.width = f.cells.groups, len(tracks)
	return nil
}

// standing are the values at the borders, and all counters of the run.
func (f *fetcher) standing(ctx context.Context) (borders reply, all []model.Metric, err error) {
	r := f.out.run
	g, gctx := fault.WithContext(ctx)
	g.Go(func() (err error) {
		all, err = f.series(gctx, f.q.Matchers, r.from, r.to)
		return err
	})
	g.Go(func() error { return f.ask(gctx, &borders, selector(f.q.Matchers).String(), r.from, r.to, r.step()) })
	err = g.Wait()
	return borders, all, err
}

// newcomers tells which of the counters that first show in the run are new.
func (f *fetcher) newcomers(ctx context.Context, tracks map[string]*track) error {
	if err := f.origins(ctx, tracks); err != nil {
		return err
	}
	return f.latecomers(ctx, tracks)
}

// tracks follows every counter that has samples in the run, also those that
// stand at no border.
func (f *fetcher) tracks(borders model.Matrix, all []model.Metric) (map[string]*track, error) {
	tracks := make(map[string]*track, len(all))
	for _, m := range all {
		f.trackOf(tracks, seriesKey(m), m)
	}
	for _, s := range borders {
		t, err := f.counter(tracks, seriesKey(s.Metric), s)
		if err != nil {
			return nil, err
		}
		for _, p := range s.Values {
			t.setBorder(int64(p.Timestamp)/1000, float64(p.Value))
		}
	}
	return tracks, nil
}

// counter is the track of a series of an answer.
func (f *fetcher) counter(tracks map[string]*track, key string, s *model.SampleStream) (*track, error) {
	if len(s.Histograms) > 0 {
		return nil, &NativeError{s.Metric}
	}
	return f.trackOf(tracks, key, s.Metric), nil
}

func (f *fetcher) trackOf(tracks map[string]*track, key string, m model.Metric) *track {
	t := tracks[key]
	if t == nil {
		t = newTrack(f.out.run, identify(key, m))
		tracks[key] = t
	}
	return t
}

// tails asks for the last value per cell of the counters that do not stand at
// every border, where they are too many to read sample by sample.
func (f *fetcher) tails(ctx context.Context, unseen map[string]*track) error {
	if !f.tooManyToRead {
		return nil
	}
	r := f.out.run
	var last reply
	expr := lastExpr(narrow(f.q.Matchers, metricsOf(unseen)), r.step())
	if err := f.ask(ctx, &last, expr, r.from+r.step(), r.to, r.step()); err != nil {
		return err
	}
	f.note(last)
	for _, t := range unseen {
		t.lasts = unknown(r.cells())
	}
	for _, s := range last.matrix {
		if t := unseen[seriesKey(s.Metric)]; t != nil {
			for _, p := range s.Values {
				t.setLast(r.cell(p.Timestamp), float64(p.Value))
			}
		}
	}
	return nil
}

// rows are the counts of a counter's group to which its own are added.
func (f *fetcher) rows(t *track) [][]float64 {
	g := f.cells.group(t.metric)
	rows := make([][]float64, 0, len(f.q.Parts))
	for p, part := range f.q.Parts {
		if part.accepts(t.scraped) {
			rows = append(rows, g.counts[p])
		}
	}
	return rows
}

// later is the greater of two values, one of which may be unknown: of a counter
// that is stored under two spellings, the younger.
func later(a, b float64) float64 {
	if math.IsNaN(a) {
		return b
	}
	return max(a, b)
}

// NativeError says that a native histogram was met where counters are counted.
type NativeError struct{ Metric model.Metric }

func (e *NativeError) Error() string {
	return fmt.Sprintf("%s is a native histogram, not a counter; a latency SLI counts its observations", e.Metric)
}

// UserMistake is true: the definition names the wrong series.
func (*NativeError) UserMistake() bool { return true }
