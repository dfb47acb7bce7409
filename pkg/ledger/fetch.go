package ledger

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/promclient"
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

// presenceSeconds is the grain of coverage per cell size.
var presenceSeconds = [levels]int64{300, 60, 60}

// fetched is the answer for one run.
type fetched struct {
	run      run
	groups   []*groupCells
	warnings []string
	sent     []string // PromQL
	queries  int
	samples  int
}

// fetcher reads one run: border values, then what border values cannot show.
type fetcher struct {
	source Source
	q      Counters
	out    *fetched
	cells  *cells
	mu     sync.Mutex // guards out.warnings while requests are under way
}

func (q Counters) fetch(ctx context.Context, s Source, r run) (*fetched, error) {
	f := &fetcher{source: s, q: q, out: &fetched{run: r}, cells: newCells(r, q.By, len(q.Parts))}
	return f.fetch(ctx)
}

func (f *fetcher) fetch(ctx context.Context) (*fetched, error) {
	r := f.out.run
	step, every := r.step(), presenceSeconds[r.level]

	var borders, presence reply
	var all []model.Metric
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.ask(gctx, &borders, selector(f.q.Matchers).String(), r.from, r.to, step) })
	g.Go(func() error {
		return f.ask(gctx, &presence, presenceExpr(f.q.Matchers, f.q.By, step, every), r.from+step, r.to, step)
	})
	g.Go(func() (err error) {
		all, err = f.series(gctx, f.q.Matchers, r.from, r.to)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	f.note(borders, presence, reply{})

	tracks, err := f.tracks(borders.matrix, all)
	if err != nil {
		return nil, err
	}
	if err := f.tails(ctx, tracks); err != nil {
		return nil, err
	}
	if err := f.resets(ctx, tracks); err != nil {
		return nil, err
	}
	if err := f.origins(ctx, tracks); err != nil {
		return nil, err
	}
	if err := f.latecomers(ctx, tracks); err != nil {
		return nil, err
	}
	var doubts []doubt
	for _, t := range tracks {
		doubts = append(doubts, t.count()...)
	}
	if err := f.settle(ctx, doubts); err != nil {
		return nil, err
	}
	for _, t := range tracks {
		f.add(t)
	}
	for _, s := range presence.matrix {
		cells := f.cells.group(s.Metric)
		for _, p := range s.Values {
			share := float64(p.Value) * float64(every) / float64(step)
			if step == every {
				share = 1 // counters present at the border
			}
			cells.coverage[r.cell(p.Timestamp)] = min(share, 1)
		}
	}
	f.out.groups = f.cells.groups
	return f.out, nil
}

// cell is the index of the cell that ends at, or holds, the timestamp.
func (r run) cell(t model.Time) int {
	ms := int64(t) - r.from*1000
	i := int((ms + r.step()*1000 - 1) / (r.step() * 1000)) // the left border is open
	return min(max(i-1, 0), r.cells()-1)
}

// reply is one answer of the server.
type reply struct {
	expr     string // PromQL, "" for other requests
	matrix   model.Matrix
	warnings []string
}

func (f *fetcher) ask(ctx context.Context, into *reply, expr string, from, to, step int64) error {
	m, w, err := f.source.QueryRange(ctx, expr, promclient.Range{
		Start: time.Unix(from, 0), End: time.Unix(to, 0), Step: time.Duration(step) * time.Second,
	})
	*into = reply{expr, m, w}
	return err
}

func (f *fetcher) note(replies ...reply) {
	for _, r := range replies {
		f.out.queries++
		if r.expr != "" && !slices.Contains(f.out.sent, r.expr) {
			f.out.sent = append(f.out.sent, r.expr)
		}
		for _, s := range r.matrix {
			f.out.samples += len(s.Values)
		}
		f.warn(r.warnings)
	}
}

func (f *fetcher) warn(warnings []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out.warnings = union(f.out.warnings, warnings)
}

// tracks follows every counter that has samples in the run, also those that
// stand at no border.
func (f *fetcher) tracks(borders model.Matrix, all []model.Metric) (map[string]*track, error) {
	tracks := make(map[string]*track, len(all))
	for _, m := range all {
		tracks[m.String()] = newTrack(f.out.run, m)
	}
	for _, s := range borders {
		if len(s.Histograms) > 0 {
			return nil, fmt.Errorf("%s is a native histogram; only counters can be counted here", s.Metric)
		}
		key, metric := seriesKey(s.Metric)
		t := tracks[key]
		if t == nil {
			t = newTrack(f.out.run, metric)
			tracks[key] = t
		}
		for _, p := range s.Values {
			t.setBorder(int64(p.Timestamp)/1000, float64(p.Value))
		}
	}
	return tracks, nil
}

// tails asks for the last value per cell of the counters that do not stand at
// every border, where they are too many to read sample by sample.
func (f *fetcher) tails(ctx context.Context, tracks map[string]*track) error {
	unseen := map[string]*track{}
	for key, t := range tracks {
		if !t.seenThroughout() {
			unseen[key] = t
		}
	}
	if len(unseen) <= rawSeries {
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
		key, _ := seriesKey(s.Metric)
		if t := unseen[key]; t != nil {
			for _, p := range s.Values {
				t.lasts[r.cell(p.Timestamp)] = float64(p.Value)
			}
		}
	}
	return nil
}

// seriesKey identifies a counter by its labels without the metric name, which
// functions drop.
func seriesKey(m model.Metric) (string, model.Metric) {
	if _, ok := m[model.MetricNameLabel]; ok {
		m = m.Clone()
		delete(m, model.MetricNameLabel)
	}
	return m.String(), m
}

func (f *fetcher) add(t *track) {
	g := f.cells.group(t.metric)
	for p, part := range f.q.Parts {
		if !part.accepts(t.metric) {
			continue
		}
		for i, c := range t.counts {
			g.counts[p][i] += c
		}
	}
}
