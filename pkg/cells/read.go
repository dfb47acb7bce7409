package cells

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/telemetry"
)

// Context is how far before a cell its Fetcher may have to read: no count
// depends on older samples, apart from the last value of a counter that was
// away.
const Context = 7 * time.Hour

// Query is what is counted.
type Query interface {
	Key() string       // identifies the counts; equal keys mean equal numbers
	GroupBy() []string // label names of a group
	PartCount() int    // numbers per cell
}

// Fetcher reads cells.
type Fetcher interface {
	// Fetch reads the runs, ascending and disjoint, and calls store for each part
	// of them as it is complete, from one goroutine at a time. It returns an error
	// when a part could not be read; what was stored stays.
	Fetch(ctx context.Context, q Query, r Request, store func(*Fetched)) error
}

// Request is what a Fetcher is asked for, and what is known of the query.
type Request struct {
	Runs     []Run
	Width    int   // about how many series it has, 0 unknown
	Interval int64 // longest usual time between two samples, in seconds, 0 unknown
	Calm     bool  // no counter was corrected in the Context before the first run
	Now      int64 // Unix seconds; there is nothing later
	// Memory bounds what is held in counting all cells of all fetches, in values.
	Memory *semaphore.Weighted
}

// Fetched are cells that were read.
type Fetched struct {
	Runs      []Run
	Groups    []*GroupCells   // over the cells of all runs
	Irregular []bool          // per cell: some counter was corrected; nil: none was
	Width     int             // series that answered
	Interval  int64           // longest usual time between two samples of a series, in seconds
	Lookahead int64           // how far behind a cell its counts may depend on samples, in seconds
	Series    map[uint64]Seen // the series, where the runs reach up to now; else nil
	Warnings  []string        // of the server; each may mean a partial answer
	Sent      []string        // PromQL
	Queries   int             // requests
	Samples   int             // received
	Streamed  int             // of them, by remote read
}

// Options of a Cache. The zero value of a field means its default.
type Options struct {
	Settle time.Duration // age from which a cell is final unless samples turn out to be late. Default DefaultSettle
	Now    func() time.Time
	// Generation grows when the server turns out to be another one: what was read
	// before is dropped. May be nil.
	Generation func() uint64
}

// DefaultSettle is how late samples may usually arrive.
const DefaultSettle = 10 * time.Minute

// Cache reads counts of one owner (a data source as one identity sees it)
// through a store. It is safe for concurrent use. A cell is never fetched by two
// reads of a Cache at the same time.
type Cache struct {
	entries *memory.Cache[string, *entry]
	fetcher Fetcher
	settle  int64 // seconds
	now     func() time.Time
	memory  *semaphore.Weighted

	generation func() uint64
	known      atomic.Uint64 // generation of what is held
}

// maxValues bounds the values that all fetches of a Cache count at a time, some
// 8 bytes each.
const maxValues = 4_000_000

// New returns a cache of what fetcher reads for owner. Two caches over the same
// store and owner share cells but not what is under way: one may have a Fetcher
// that waits for nobody (alert rules).
func New(store *memory.Store, owner string, fetcher Fetcher, o Options) *Cache {
	if o.Settle == 0 {
		o.Settle = DefaultSettle
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Generation == nil {
		o.Generation = func() uint64 { return 0 }
	}
	entries := memory.NewCache(memory.Scope{Store: store, Owner: owner}, "counts", func(_ string, e *entry) int { return int(e.bytes.Load()) })
	c := &Cache{generation: o.Generation, entries: entries, fetcher: fetcher,
		settle: int64(o.Settle / time.Second), now: o.Now, memory: semaphore.NewWeighted(maxValues)}
	c.known.Store(o.Generation())
	return c
}

// Forget drops all that the store holds for the owner.
func (c *Cache) Forget() { c.entries.Store.Forget(c.entries.Owner) }

// Cost is what one read took.
type Cost struct {
	Queries     int // requests to the server
	Samples     int // received
	Streamed    int // of them, by remote read
	CellsHit    int // cells found, over all groups
	CellsMissed int // cells read
}

// Add sums two costs.
func (c *Cost) Add(o Cost) {
	c.Queries += o.Queries
	c.Samples += o.Samples
	c.Streamed += o.Streamed
	c.CellsHit += o.CellsHit
	c.CellsMissed += o.CellsMissed
}

// Read returns the counts between the first and the last border, with every
// given border usable as an end of a window. Borders are cut down to the minute.
// Only cells that are missing or may have changed are fetched; those that
// another Read of this Cache is fetching are waited for. What arrived is kept
// even when the read fails or ctx ends.
func (c *Cache) Read(ctx context.Context, q Query, borders []time.Time) (*Counts, error) {
	marks := gridMarks(borders)
	if len(marks) < 2 {
		return &Counts{}, nil
	}
	if g := c.generation(); c.known.Swap(g) != g {
		c.Forget()
	}
	key := q.Key()
	e := c.entries.GetOrAdd(key, func() *entry { return newEntry(q) })
	defer c.entries.UpdateSize(key, e)
	now := c.now().Unix()
	settle := e.settle(c.settle)
	r := &reading{cache: c, entry: e, settle: settle, runs: plan(marks, now-settle), now: now, revisits: maxRevisits}
	r.took.CellsHit = cellsOf(r.runs)
	for {
		out, own, others := r.next()
		if out != nil {
			telemetry.Cells(r.took.CellsHit, r.took.CellsMissed)
			out.Cost, out.Warnings, out.Sent = r.took, r.warnings, r.sent
			return out, nil
		}
		if err := r.fetchAll(ctx, q, own); err != nil {
			return nil, err
		}
		for _, f := range own {
			r.arrived = append(r.arrived, f.runs...)
		}
		for _, f := range others {
			select {
			case <-f.done:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if f.ok { // else it is this Read's turn to try
				r.arrived = append(r.arrived, f.runs...)
				r.warnings = union(r.warnings, f.warnings)
			}
		}
	}
}

// reading is the state of one Read.
type reading struct {
	cache    *Cache
	entry    *entry
	settle   int64 // seconds
	runs     []Run
	now      int64
	arrived  []Run // since this Read began: recent enough for it, however long the fetch took
	revisits int   // cells that may still be read again for late data

	mu       sync.Mutex // guards what follows
	took     Cost
	warnings []string
	sent     []string
}

// fetch is a read of runs that is under way.
type fetch struct {
	by       *Cache
	runs     []Run
	calm     bool
	done     chan struct{} // closed at the end; what follows is written before that
	ok       bool
	warnings []string
}

// next is the counts where nothing is missing; else what this Read fetches, and
// what others fetch that it waits for.
func (r *reading) next() (out *Counts, own, others []*fetch) {
	e := r.entry
	e.mu.Lock()
	defer e.mu.Unlock()
	var gaps []Run
	for _, run := range r.runs {
		e.fold(run, r.now, r.settle)
		missing, theirs := r.missing(run)
		gaps, others = append(gaps, missing...), append(others, theirs...)
	}
	for _, span := range spans(gaps) {
		own = append(own, &fetch{by: r.cache, runs: span, calm: e.isCalmBefore(span[0].From, r.now), done: make(chan struct{})})
	}
	if len(own)+len(others) == 0 {
		return e.counts(r.runs), nil, nil
	}
	e.inflight = append(e.inflight, own...)
	return nil, own, slices.Compact(others)
}

// unsettledTTL is how long, in seconds, an unsettled cell may be used again:
// panels of one dashboard refresh within moments of each other.
const unsettledTTL = 5

// missing lists the parts of a run that must be fetched, apart from those that
// arrived, and fetches under way that have some.
func (r *reading) missing(run Run) (gaps []Run, others []*fetch) {
	e := r.entry
	for from := run.From; from < run.To; from += run.Step() {
		cell := Run{run.Level, from, from + run.Step()}
		within := func(o Run) bool { return o.contains(cell) }
		read := e.readAt(run.Level, from, r.now)
		switch isFinal := read >= cell.To+r.settle; {
		case slices.ContainsFunc(r.arrived, within):
			continue
		case isFinal && (r.revisits == 0 || !e.mustRevisit(run.Level, from, read, r.now)):
			continue
		case isFinal:
			r.revisits--
		case read > 0 && r.now-read <= unsettledTTL:
			continue
		}
		fetching := func(f *fetch) bool { return f.by == r.cache && slices.ContainsFunc(f.runs, within) }
		if i := slices.IndexFunc(e.inflight, fetching); i >= 0 {
			others = append(others, e.inflight[i])
			continue
		}
		gaps = join(gaps, cell)
	}
	return gaps, others
}

// fetchAll fetches side by side; what arrives is stored at once.
func (r *reading) fetchAll(ctx context.Context, q Query, fetches []*fetch) error {
	g, gctx := fault.WithContext(ctx)
	for _, f := range fetches {
		g.Go(func() (err error) {
			ok := false // also after a panic: others wait for the end
			defer func() { r.end(f, ok) }()
			r.entry.mu.Lock()
			request := Request{Runs: f.runs, Width: r.entry.width, Interval: r.entry.interval, Calm: f.calm, Now: r.now, Memory: r.cache.memory}
			r.entry.mu.Unlock()
			err = r.cache.fetcher.Fetch(gctx, q, request, func(got *Fetched) { r.store(f, got) })
			ok = err == nil
			return err
		})
	}
	return g.Wait()
}

func (r *reading) store(f *fetch, got *Fetched) {
	e := r.entry
	e.mu.Lock()
	readAt := r.now
	if len(got.Warnings) > 0 || r.cache.generation() != r.cache.known.Load() {
		readAt = 0 // perhaps partial, or of another server: used once and read again next time
	}
	e.put(got, readAt)
	if got.Series != nil && readAt > 0 {
		border := e.series.settled
		if late := e.series.update(got.Series, r.now-r.settle); late > 0 {
			e.forget(late, border)
			e.put(got, readAt)
		}
	}
	e.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	f.warnings = union(f.warnings, got.Warnings)
	cells := cellsOf(got.Runs)
	r.took.Add(Cost{Queries: got.Queries, Samples: got.Samples, Streamed: got.Streamed, CellsMissed: cells, CellsHit: -cells})
	r.warnings, r.sent = union(r.warnings, got.Warnings), union(r.sent, got.Sent)
}

func (r *reading) end(f *fetch, ok bool) {
	r.entry.mu.Lock()
	defer r.entry.mu.Unlock()
	f.ok = ok
	r.entry.inflight = slices.DeleteFunc(r.entry.inflight, func(o *fetch) bool { return o == f })
	close(f.done)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
