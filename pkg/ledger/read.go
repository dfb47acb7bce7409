package ledger

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/promclient"
	"github.com/burnline/burnline/pkg/telemetry"
)

// Read returns the counts between the first and the last border, with every
// given border usable as an end of a window. Borders are cut down to the
// minute. Only cells that are missing or may have changed are fetched; those
// that another Read is fetching are waited for. What arrived is kept even when
// the read fails or ctx ends.
func (l *Ledger) Read(ctx context.Context, q Reading, borders []time.Time) (*Counts, error) {
	marks := gridMarks(borders)
	if len(marks) < 2 {
		return &Counts{}, nil
	}
	ctx = promclient.Question(ctx)
	e := l.store.entry(q)
	defer l.store.trim()
	now := l.now().Unix()
	runs := plan(marks, now-l.settle)
	about := &Counts{}
	for _, r := range runs {
		about.Cost.CellsHit += r.cells()
	}
	width, err := l.width(ctx, q, e, marks[len(marks)-1], about)
	if err != nil {
		return nil, err
	}
	var arrived []run // while this Read waited: good enough for it, however long that took
	for {
		out, mine, theirs := e.next(runs, arrived, width, now, l.settle)
		if out != nil {
			telemetry.Cells(about.Cost.CellsHit, about.Cost.CellsMissed)
			out.Cost, out.Warnings, out.Sent = about.Cost, about.Warnings, about.Sent
			return out, nil
		}
		if err := l.fetchAll(ctx, q, e, mine, width, now, about); err != nil {
			return nil, err
		}
		for _, f := range mine {
			arrived = append(arrived, f.run)
		}
		for _, f := range slices.Compact(theirs) {
			select {
			case <-f.landed:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if f.ok { // else it is this Read's turn to try
				arrived = append(arrived, f.run)
				about.Warnings = union(about.Warnings, f.warnings)
			}
		}
	}
}

// next is the counts where nothing is missing; else what this Read fetches, and
// what others do that it waits for.
func (e *entry) next(runs, arrived []run, width int, now, settle int64) (done *Counts, mine, theirs []*flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var gaps []run
	for _, r := range runs {
		e.fold(r, now, settle)
		m, t := e.missing(r, arrived, now, settle)
		gaps, theirs = append(gaps, m...), append(theirs, t...)
	}
	mine = flights(gaps, width)
	if len(mine)+len(theirs) == 0 {
		return e.counts(runs), nil, nil
	}
	e.flights = append(e.flights, mine...)
	return nil, mine, theirs
}

// flight is a run that is being fetched.
type flight struct {
	run      run
	landed   chan struct{} // closed when it is done; what follows is written before that
	ok       bool
	warnings []string
}

// fresh is how long, in seconds, an unsettled cell may be used again: panels of
// one dashboard refresh ask within moments of each other.
const fresh = 5

// missing lists the parts of r that must be fetched at now, apart from those
// that arrived, and whose fetching is to be waited for.
func (e *entry) missing(r run, arrived []run, now, settle int64) (gaps []run, theirs []*flight) {
	for from := r.from; from < r.to; from += r.step() {
		end := from + r.step()
		read := e.readAt(r.level, from, now)
		cell := run{r.level, from, end}
		within := func(o run) bool { return o.holds(cell) }
		if read >= end+settle || read > 0 && now-read <= fresh || slices.ContainsFunc(arrived, within) {
			continue
		}
		if i := slices.IndexFunc(e.flights, func(f *flight) bool { return within(f.run) }); i >= 0 {
			theirs = append(theirs, e.flights[i])
			continue
		}
		if n := len(gaps); n > 0 && gaps[n-1].to == from {
			gaps[n-1].to = end
		} else {
			gaps = append(gaps, cell)
		}
	}
	return gaps, theirs
}

// flights are the pieces in which gaps are fetched.
func flights(gaps []run, width int) []*flight {
	var out []*flight
	for l := range levels {
		level := slices.DeleteFunc(slices.Clone(gaps), func(g run) bool { return g.level != l })
		for _, gap := range bridged(level) {
			for _, chunk := range gap.chunks(width) {
				out = append(out, &flight{run: chunk, landed: make(chan struct{})})
			}
		}
	}
	return out
}

// bridged joins gaps that lie near each other: to read again the few cells
// between them costs less than requests of their own. Not so with minutes.
func bridged(gaps []run) []run {
	var out []run
	for _, g := range gaps {
		if n := len(out); n > 0 && g.level != minuteCells && g.from-out[n-1].to <= rawGap*g.step() {
			out[n-1].to = g.to
		} else {
			out = append(out, g)
		}
	}
	return out
}

// land stores what a flight brought, or takes back that it was under way.
func (e *entry) land(f *flight, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f.ok = ok
	e.flights = slices.DeleteFunc(e.flights, func(o *flight) bool { return o == f })
	close(f.landed)
}

// maxPoints bounds the border values of all requests that are under way: some
// 75 bytes each while they are read and counted.
const maxPoints = 1_000_000

// fetchAll reads the flights side by side, or those at once whose counters follow
// one another; what arrives is stored at once. What was asked, and what the
// server said beside numbers, goes into about.
func (l *Ledger) fetchAll(ctx context.Context, q Reading, e *entry, flights []*flight, width int, now int64, about *Counts) error {
	pending := slices.Clone(flights)
	defer func() { // nor do they when a panic comes between
		for _, f := range pending {
			e.land(f, false)
		}
	}()
	if counters, ok := q.(Counters); ok {
		together, surveyed, err := l.fetchTogether(ctx, counters, e, flights, now, about)
		if err != nil {
			return err
		}
		for _, f := range together {
			e.land(f, true)
		}
		q, pending = surveyed, slices.DeleteFunc(pending, func(f *flight) bool { return slices.Contains(together, f) })
	}
	flights, pending = pending, nil
	var mu sync.Mutex // guards about
	g, gctx := fault.WithContext(ctx)
	for _, f := range flights {
		g.Go(func() error {
			arrived := false // nor does it when a panic comes between
			defer func() { e.land(f, arrived) }()
			points := min(f.run.points(width), maxPoints)
			if err := l.points.Acquire(gctx, points); err != nil {
				return err
			}
			defer l.points.Release(points)
			err := l.fetchPortions(gctx, q, f.run, func(got *fetched) {
				e.store(got, now)
				f.warnings = union(f.warnings, got.warnings)
				mu.Lock()
				defer mu.Unlock()
				about.add(got)
			})
			arrived = err == nil
			return err
		})
	}
	return g.Wait()
}

// store is put by one flight at a time.
func (e *entry) store(got *fetched, now int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.put(got, now)
}

func (c *Counts) add(got *fetched) {
	c.Cost.Add(Cost{CellsMissed: got.run.cells(), CellsHit: -got.run.cells()})
	c.ask(got)
}

// ask adds what was asked, not what it brought.
func (c *Counts) ask(got *fetched) {
	c.Cost.Add(Cost{Queries: got.queries, Samples: got.samples})
	c.Warnings = union(c.Warnings, got.warnings)
	c.Sent = union(c.Sent, got.sent)
}

// manySeries is the width of a reading that is too wide to be asked.
const manySeries = 10_000

// width is about how many series a fetch will receive; asked for once by all who
// wait for it, later fetches tell.
func (l *Ledger) width(ctx context.Context, q Reading, e *entry, at int64, about *Counts) (int, error) {
	e.mu.Lock()
	known := e.width
	e.mu.Unlock()
	if known > 0 {
		return known, nil
	}
	for {
		type answer struct{ series, requests int }
		asked := l.asking.DoChan(e.key, func() (any, error) {
			var got answer
			err := fault.Guard(ctx, func() (err error) {
				got.series, got.requests, err = q.width(ctx, l.source, at)
				return err
			})
			if err == nil {
				e.mu.Lock()
				e.width = max(got.series, 1)
				e.mu.Unlock()
			}
			return got, err
		})
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case r := <-asked:
			got, _ := r.Val.(answer)
			about.Cost.Queries += got.requests
			switch {
			case r.Err != nil && ctx.Err() == nil && (errors.Is(r.Err, context.Canceled) || errors.Is(r.Err, context.DeadlineExceeded)) && r.Shared:
				continue // who asked has given up
			case l.tooMuch(ctx, r.Err):
				return manySeries, nil
			}
			return max(got.series, 1), r.Err
		}
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
