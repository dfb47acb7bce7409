package ledger

import (
	"context"
	"math"
	"sort"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/promclient"
)

// fetched is the answer for one run.
type fetched struct {
	run      run
	groups   []*groupCells
	warnings []string
	sent     []string // PromQL
	queries  int
	samples  int
	width    int // about how many series answered
}

// fetcher reads one run.
type fetcher struct {
	source Source
	q      Counters
	out    *fetched
	cells  *cells
	mu     sync.Mutex // guards out's account of requests

	past          *past // where more than the run was read at once; else nil
	tooManyToRead bool  // the counters that come and go: their last values are asked for
	startsOnce    sync.Once
	starts        map[string]starts
	startsErr     error
}

// reply is one answer of the server.
type reply struct {
	expr     string // PromQL, "" for other requests
	matrix   model.Matrix
	warnings []string
	requests int // 0 is one
}

// crowdedSteps is how many steps of a grid a crowded run asks for at once.
const crowdedSteps = 72

// ask evaluates an expression on a grid. A server looks at every series of a
// request at every step: a crowded run is asked for in pieces, in which fewer
// series have samples.
func (f *fetcher) ask(ctx context.Context, into *reply, expr string, from, to, step int64) error {
	if to-from < crowdedSteps*step || !f.q.crowded {
		return f.askWhole(ctx, into, expr, from, to, step)
	}
	var pieces []*reply
	g, gctx := fault.WithContext(ctx)
	for start := from; start <= to; start += crowdedSteps * step {
		piece := &reply{}
		pieces = append(pieces, piece)
		g.Go(func() error { return f.askWhole(gctx, piece, expr, start, min(start+(crowdedSteps-1)*step, to), step) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	*into = inOne(expr, pieces)
	return nil
}

func (f *fetcher) askWhole(ctx context.Context, into *reply, expr string, from, to, step int64) error {
	m, w, err := f.source.QueryRange(ctx, expr, promclient.Range{
		Start: time.Unix(from, 0), End: time.Unix(to, 0), Step: time.Duration(step) * time.Second,
	})
	*into = reply{expr: expr, matrix: m, warnings: w}
	return err
}

// inOne joins the answers for adjacent pieces of a grid.
func inOne(expr string, pieces []*reply) reply {
	out := reply{expr: expr, requests: len(pieces)}
	streams := map[string]*model.SampleStream{}
	for _, piece := range pieces {
		out.warnings = union(out.warnings, piece.warnings)
		for _, s := range piece.matrix {
			key := s.Metric.String()
			if known := streams[key]; known != nil {
				known.Values = append(known.Values, s.Values...)
				known.Histograms = append(known.Histograms, s.Histograms...)
				continue
			}
			streams[key] = s
			out.matrix = append(out.matrix, s)
		}
	}
	return out
}

// askAt evaluates an expression at an instant.
func (f *fetcher) askAt(ctx context.Context, into *reply, expr string, at int64) error {
	m, w, err := f.source.Query(ctx, expr, time.Unix(at, 0))
	*into = reply{expr: expr, matrix: m, warnings: w}
	return err
}

// note may be called from several requests that are under way.
func (f *fetcher) note(replies ...reply) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range replies {
		f.out.queries += max(r.requests, 1)
		if r.expr != "" {
			f.out.sent = union(f.out.sent, []string{r.expr})
		}
		for _, s := range r.matrix {
			f.out.samples += len(s.Values)
		}
		f.out.warnings = union(f.out.warnings, r.warnings)
	}
}

// series lists what may have samples in (from, to]. Some servers answer by whole
// blocks: what is listed need not have any.
func (f *fetcher) series(ctx context.Context, ms []*labels.Matcher, from, to int64) ([]model.Metric, error) {
	sets, warnings, err := f.source.Series(ctx, selector(ms).String(), time.Unix(from, 1e6), time.Unix(to, 0))
	if err != nil {
		return nil, err
	}
	f.note(reply{warnings: warnings})
	out := make([]model.Metric, len(sets))
	for i, s := range sets {
		out[i] = model.Metric(s)
	}
	return out, nil
}

// lastBefore gives, by series key, the last value of a counter within memory
// before an instant.
func (f *fetcher) lastBefore(ctx context.Context, ms []*labels.Matcher, at int64) (map[string]float64, error) {
	var before reply
	if err := f.askAt(ctx, &before, lastExpr(ms, memory), at); err != nil {
		return nil, err
	}
	f.note(before)
	out := make(map[string]float64, len(before.matrix))
	for _, s := range before.matrix {
		if len(s.Values) > 0 && finite(float64(s.Values[0].Value)) {
			out[seriesKey(s.Metric)] = float64(s.Values[0].Value)
		}
	}
	return out, nil
}

// cell is the index of the cell that ends at, or holds, the timestamp.
func (r run) cell(t model.Time) int {
	ms := int64(t) - r.from*1000
	i := int((ms + r.step()*1000 - 1) / (r.step() * 1000)) // the left border is open
	return min(max(i-1, 0), r.cells()-1)
}

// end is the last instant of a cell.
func (r run) end(cell int) model.Time { return model.Time((r.from + int64(cell+1)*r.step()) * 1000) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// merge joins the samples of one counter that was stored under two spellings.
func merge(a, b []model.SamplePair) []model.SamplePair {
	switch {
	case len(a) == 0:
		return b
	case len(b) > 0 && a[len(a)-1].Timestamp < b[0].Timestamp:
		return append(a, b...)
	}
	a = append(a[:len(a):len(a)], b...)
	sort.SliceStable(a, func(i, j int) bool { return a[i].Timestamp < a[j].Timestamp })
	return a
}
