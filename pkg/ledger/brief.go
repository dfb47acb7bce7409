package ledger

import (
	"context"
	"slices"
	"sort"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
)

// briefSamples bounds the samples of counters that follow one another that are
// held at the same time by all reads of the process, 16 bytes each.
const briefSamples = 1_500_000

// briefPiece is how many of them are asked for in one request: few requests, as
// each has its own list of series, but enough to be read side by side.
const briefPiece = 500_000

var briefRoom = semaphore.NewWeighted(briefSamples)

// fetchTogether reads the flights whose counters follow one another, and says
// which they are; the others are to be read as a look at the counters told.
func (l *Ledger) fetchTogether(ctx context.Context, q Counters, e *entry, flights []*flight, now int64, about *Counts) ([]*flight, Counters, error) {
	together, span := around(flights)
	if len(together) == 0 {
		return nil, q, nil
	}
	look := newFetcher(l.source, q, span)
	s, err := look.survey(ctx)
	if err != nil {
		if l.tooMuch(ctx, err) {
			err = nil
		}
		return nil, q, err
	}
	about.ask(look.out)
	q.crowded = s.crowded
	samples := int64(s.there*float64(span.to-span.from)/(60/scrapesPerMinute)) + 1
	if !s.brief || samples > briefSamples {
		return nil, q, nil
	}
	runs := make([]run, len(together))
	for i, f := range together {
		runs[i] = f.run
	}
	fetched, err := q.fetchBrief(ctx, l.source, runs, span, samples)
	switch {
	case l.tooMuch(ctx, err):
		return nil, q, nil
	case err != nil:
		return nil, q, err
	}
	for i, got := range fetched {
		e.store(got, now)
		together[i].warnings = union(together[i].warnings, got.warnings)
		about.add(got)
	}
	return together, q, nil
}

// past are the samples of runs that are read at once, and what is known about the
// time before them.
type past struct {
	from, to  int64 // all samples between these are at hand
	histories map[string]*history
	before    map[string]bool // by series key: may have samples within memory before
	asked     bool            // whether
	startless bool            // no process says when it started
}

// history is a counter's finite samples.
type history struct {
	*identity
	samples []model.SamplePair
}

// fetchBrief reads the runs, with cells of any size, within a span by its samples,
// of which about so many are to be expected: in pieces side by side, each once.
func (q Counters) fetchBrief(ctx context.Context, source Source, runs []run, span run, samples int64) ([]*fetched, error) {
	if err := briefRoom.Acquire(ctx, samples); err != nil {
		return nil, err
	}
	defer briefRoom.Release(samples)
	fetchers := make([]*fetcher, len(runs))
	for i, r := range runs {
		fetchers[i] = newFetcher(source, q, r)
	}
	from := span.from - lookback
	p := &past{from: from, to: span.to, histories: map[string]*history{}, before: map[string]bool{}}
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error {
		return fetchers[0].readSamples(gctx, p.histories, q.Matchers, span.ends(samples/briefPiece+1))
	})
	g.Go(func() error {
		listed, err := fetchers[0].series(gctx, q.Matchers, from-memory, from)
		for _, m := range listed {
			p.before[seriesKey(m)] = true
		}
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := make([]*fetched, len(runs))
	var warnings []string
	for i, f := range fetchers {
		f.past = p
		if err := f.countSamples(ctx, f.follow(p.histories)); err != nil {
			return nil, err
		}
		out[i] = f.out
		warnings = union(warnings, f.out.warnings)
	}
	for _, o := range out {
		o.warnings = warnings // what one was told is true of all
	}
	return out, nil
}

// ends are the borders of n about equal pieces of the run and the lookback before.
func (r run) ends(n int64) []int64 {
	out := []int64{r.from - lookback}
	for i := int64(1); i < n; i++ {
		out = append(out, floor(r.from+i*(r.to-r.from)/n, 60))
	}
	return append(out, r.to)
}

// follow makes tracks of the counters that have samples in the run or stand at
// its start.
func (f *fetcher) follow(histories map[string]*history) map[string]*track {
	r, tracks := f.out.run, map[string]*track{}
	for key, h := range histories {
		if samples := h.within(r.from-lookback, r.to); len(samples) > 0 {
			tracks[key] = newTrack(r, h.identity)
			tracks[key].samples = samples
		}
	}
	return tracks
}

// within are the samples in (from, to].
func (h *history) within(from, to int64) []model.SamplePair {
	if n := len(h.samples); n == 0 || int64(h.samples[n-1].Timestamp) <= from*1000 || int64(h.samples[0].Timestamp) > to*1000 {
		return nil
	}
	after := func(at int64) int {
		return sort.Search(len(h.samples), func(i int) bool { return int64(h.samples[i].Timestamp) > at*1000 })
	}
	return h.samples[after(from):after(to)]
}

// last is a counter's last value within memory before an instant. Where it is
// not at hand, ask tells whether the server may have it.
func (p *past) last(key string, at int64) (v float64, found, ask bool) {
	if h := p.histories[key]; h != nil {
		if samples := h.within(at-memory, at); len(samples) > 0 {
			return float64(samples[len(samples)-1].Value), true, false
		}
	}
	return 0, false, at-memory < p.from && p.before[key]
}

// saysNothing tells that no process of the targets in any of the runs says when
// it started.
func (f *fetcher) saysNothing(ctx context.Context) (bool, error) {
	p := f.past
	if p == nil {
		return false, nil
	}
	if !p.asked {
		var targets []model.Metric
		for _, h := range p.histories {
			if m := target(h.metric); m != nil {
				targets = append(targets, m)
			}
		}
		listed, err := f.series(ctx, narrow(startMatchers(), targets), p.from, p.to)
		if err != nil {
			return false, err
		}
		p.asked, p.startless = true, len(listed) == 0
	}
	return p.startless, nil
}

// around are the flights that, directly or by others, overlap with or touch the
// first long one, and all of their time.
func around(flights []*flight) (near []*flight, span run) {
	i := slices.IndexFunc(flights, func(f *flight) bool { return f.run.cells() >= longCells && f.run.level != minuteCells })
	if i < 0 {
		return nil, run{}
	}
	span = flights[i].run
	for n := -1; n < len(near); {
		n, near = len(near), nil
		for _, f := range flights {
			if f.run.from <= span.to && f.run.to >= span.from {
				near = append(near, f)
				span.from, span.to = min(span.from, f.run.from), max(span.to, f.run.to)
			}
		}
	}
	return near, span
}
