package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/promclient"
)

const (
	// minLookback is how far back, in seconds, the value at a border may lie:
	// Prometheus' own lookback, so that cells smaller than the scrape interval work.
	minLookback = 300
	// memory is how long, in seconds, a counter may be gone and still be known
	// when it comes back. After that it counts from 0, as a new one.
	memory = 7 * 24 * 3600
	// rawSpan bounds, in seconds, the samples asked for in one request.
	rawSpan = 6 * 3600
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

// groupCells are the cells of one group over a run.
type groupCells struct {
	labels   map[string]string
	counts   [][]float64 // per part, per cell
	coverage []float64   // per cell, 0..1
}

func (g *groupCells) any(i int) bool {
	for _, part := range g.counts {
		if part[i] != 0 {
			return true
		}
	}
	return g.coverage[i] > 0
}

// fetcher reads one run: border values, then what border values cannot show.
type fetcher struct {
	source Source
	q      Query
	out    *fetched
	byKey  map[string]*groupCells
}

func newFetcher(s Source, q Query, r run) *fetcher {
	return &fetcher{source: s, q: q, out: &fetched{run: r}, byKey: map[string]*groupCells{}}
}

func (f *fetcher) fetch(ctx context.Context) (*fetched, error) {
	r := f.out.run
	step, lookback := r.step(), max(r.step(), minLookback)
	every := presenceSeconds[r.level]

	var borders, resets, presence reply
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.ask(gctx, &borders, borderExpr(f.q.Matchers, lookback), r.from, r.to, step) })
	// The range reaches one lookback behind the cell: a reset between the last
	// sample before it and the first one in it must show.
	g.Go(func() error {
		return f.ask(gctx, &resets, resetExpr(f.q.Matchers, step+lookback), r.from+step, r.to, step)
	})
	g.Go(func() error {
		return f.ask(gctx, &presence, presenceExpr(f.q.Matchers, f.q.By, step, every), r.from+step, r.to, step)
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	f.note(borders, resets, presence)

	tracks, err := f.tracks(borders.matrix, resets.matrix)
	if err != nil {
		return nil, err
	}
	if err := f.origins(ctx, tracks); err != nil {
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
		cells := f.group(s.Metric)
		for _, p := range s.Values {
			share := float64(p.Value) * float64(every) / float64(step)
			if step == every {
				share = 1 // counters present at the border
			}
			cells.coverage[r.cell(p.Timestamp)] = min(share, 1)
		}
	}
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
		for _, w := range r.warnings {
			if !slices.Contains(f.out.warnings, w) {
				f.out.warnings = append(f.out.warnings, w)
			}
		}
	}
}

func (f *fetcher) tracks(borders, resets model.Matrix) (map[string]*track, error) {
	tracks := make(map[string]*track, len(borders))
	for _, s := range borders {
		if len(s.Histograms) > 0 {
			return nil, fmt.Errorf("%s is a native histogram; only counters can be counted here", s.Metric)
		}
		key, metric := seriesKey(s.Metric)
		t := newTrack(f.out.run, metric)
		for _, p := range s.Values {
			t.setBorder(int64(p.Timestamp)/1000, float64(p.Value))
		}
		tracks[key] = t
	}
	for _, s := range resets {
		key, _ := seriesKey(s.Metric)
		if t := tracks[key]; t != nil {
			for _, p := range s.Values {
				t.suspect[f.out.run.cell(p.Timestamp)] = true
			}
		}
	}
	return tracks, nil
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

func (f *fetcher) group(m model.Metric) *groupCells {
	labels := make(map[string]string, len(f.q.By))
	for _, l := range f.q.By {
		labels[l] = string(m[model.LabelName(l)])
	}
	key := groupKey(f.q.By, labels)
	g := f.byKey[key]
	if g == nil {
		n := f.out.run.cells()
		g = &groupCells{labels: labels, counts: make([][]float64, len(f.q.Parts)), coverage: make([]float64, n)}
		for p := range g.counts {
			g.counts[p] = make([]float64, n)
		}
		f.byKey[key] = g
		f.out.groups = append(f.out.groups, g)
	}
	return g
}

func (f *fetcher) add(t *track) {
	g := f.group(t.metric)
	for p, part := range f.q.Parts {
		if !part.accepts(t.metric) {
			continue
		}
		for i, c := range t.counts {
			g.counts[p][i] += c
		}
	}
}
