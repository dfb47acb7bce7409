package cells

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/telemetry"
)

// ReadContext is how long before a cell a Fetcher may have to read. Older samples do not change
// counts, except the last value of a counter that was absent.
const ReadContext = 7 * time.Hour

// Query identifies counts.
type Query interface {
	Key() string       // equal keys mean equal counts
	GroupBy() []string // the group labels
	PartCount() int    // numbers per cell
}

// Fetcher reads cells.
type Fetcher interface {
	// Fetch reads the runs, which are ascending and disjoint, and calls store for each complete part, from
	// one goroutine at a time. It returns an error if a part could not be read; stored parts remain.
	Fetch(ctx context.Context, q Query, r Request, store func(*Fetched)) error
}

// Request contains the runs for a Fetcher, and properties of the query.
type Request struct {
	Runs        []Run
	Width       int   // approximate number of series, 0 unknown
	Interval    int64 // longest usual interval of samples, in seconds, 0 unknown
	Uncorrected bool  // no counter was corrected within ReadContext before the first run
	Now         int64 // Unix seconds; later data is not read
	// Memory limits the values in memory of all concurrent fetches.
	Memory *semaphore.Weighted
}

// Fetched contains cells that were read.
type Fetched struct {
	Runs      []Run
	Groups    []*GroupCells          // the cells of all runs
	Corrected []bool                 // per cell: some counter was corrected in it; nil: none
	Width     int                    // number of series
	Interval  int64                  // longest usual interval of samples of a series, in seconds
	Lookahead int64                  // how long after a cell samples may still change its counts, in seconds
	Series    map[uint64]SampleTimes // the series, if the runs reach up to now; else nil
	Warnings  []string               // of the server; each may mean incomplete data
	Sent      []string               // PromQL
	Queries   int                    // requests
	Samples   int                    // received
	Streamed  int                    // samples by remote read
}

// Options of a Cache. The zero value of a field means its default.
type Options struct {
	Settle time.Duration // age from which a cell is final, unless samples arrive late. Default DefaultSettle
	Now    func() time.Time
	// Generation increases when the server is replaced by another one: then all cells are dropped.
	// May be nil.
	Generation func() uint64
	// Linger is how long a fetch continues without a waiting Read. The next refresh of a dashboard,
	// which cancels the previous one, soon reads the same cells. Default DefaultLinger.
	Linger time.Duration
}

// DefaultLinger is longer than the refresh intervals of dashboards that people watch.
const DefaultLinger = 30 * time.Second

// DefaultSettle is the usual maximum delay of samples.
const DefaultSettle = 10 * time.Minute

// Cache reads counts of one owner (a data source with one identity) through a store. It is safe for
// concurrent use. Two reads of a Cache never fetch the same cell at the same time.
type Cache struct {
	entries *memory.Cache[string, *entry]
	fetcher Fetcher
	settle  int64 // seconds
	now     func() time.Time
	memory  *semaphore.Weighted
	linger  time.Duration

	generation func() uint64
	known      atomic.Uint64 // generation of the cached cells
}

// maxValues bounds the values of all concurrent fetches of a Cache, about 8 bytes each.
const maxValues = 4_000_000

// New returns a cache over fetcher for owner. Two caches with the same store and owner share cells,
// but not reads in progress: so alert rules need not wait for dashboards.
func New(store *memory.Store, owner string, fetcher Fetcher, o Options) *Cache {
	if o.Settle == 0 {
		o.Settle = DefaultSettle
	}
	if o.Linger == 0 {
		o.Linger = DefaultLinger
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Generation == nil {
		o.Generation = func() uint64 { return 0 }
	}
	entries := memory.NewCache(memory.Scope{Store: store, Owner: owner}, "counts",
		func(_ string, e *entry) int { return int(e.bytes.Load()) })
	c := &Cache{
		generation: o.Generation, entries: entries, fetcher: fetcher,
		settle: int64(o.Settle / time.Second), now: o.Now, memory: semaphore.NewWeighted(maxValues), linger: o.Linger,
	}
	c.known.Store(o.Generation())
	return c
}

// Forget drops all cells of the owner.
func (c *Cache) Forget() { c.entries.Store.Forget(c.entries.Owner) }

// Cost is the cost of a read.
type Cost struct {
	Queries     int // requests to the server
	Samples     int // received
	Streamed    int // samples by remote read
	CellsHit    int // cells from the cache, over all groups
	CellsMissed int // cells that were fetched
}

// Add sums two costs.
func (c *Cost) Add(o Cost) {
	c.Queries += o.Queries
	c.Samples += o.Samples
	c.Streamed += o.Streamed
	c.CellsHit += o.CellsHit
	c.CellsMissed += o.CellsMissed
}

// Read returns the counts between the first and the last border. Every border can be the end of a
// window. Borders are rounded down to the minute. Read fetches only cells that are missing or may
// have changed, and waits for cells that another Read of this Cache is fetching. Fetched cells stay
// in the cache even if the read fails. If ctx is canceled, the fetch continues for Options.Linger.
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
	r := &readState{
		cache: c, entry: e, settle: settle, runs: planRuns(marks, now-settle), now: now,
		revisits: maxRevisits,
	}
	r.needed = r.runs
	if last := marks[len(marks)-1]; last > now-settle {
		r.needed = joinRun(slices.Clone(r.runs), Run{Minute, last, max(last, Floor(now, cellSeconds[Minute]))})
	}
	r.took.CellsHit = TotalCells(r.needed)
	for {
		out, own, others := r.next()
		if out != nil {
			telemetry.Cells(r.took.CellsHit, r.took.CellsMissed)
			out.Cost, out.Warnings, out.Sent = r.took, r.warnings, r.sent
			return out, nil
		}
		if err := r.fetchAll(ctx, key, q, own); err != nil {
			return nil, err
		}
		for _, f := range own {
			r.arrived = append(r.arrived, f.runs...)
		}
		for _, f := range others {
			if err := f.wait(ctx); err != nil {
				return nil, err
			}
			if f.ok { // otherwise this Read fetches the cells
				r.arrived = append(r.arrived, f.runs...)
				r.warnings = AppendNew(r.warnings, f.warnings)
			}
		}
	}
}

// readState is the state of one Read.
type readState struct {
	cache  *Cache
	entry  *entry
	settle int64 // seconds
	runs   []Run // of the result
	// needed are the runs and the unsettled cells after them: the queries of one refresh end at
	// different minutes, and one fetch serves them all.
	needed   []Run
	now      int64
	arrived  []Run // since this Read began: valid for it, however long the fetch takes
	revisits int   // remaining cells that may be read again for late data

	mu       sync.Mutex // guards the fields below
	took     Cost
	warnings []string
	sent     []string
}

// fetch is a read of runs in progress.
type fetch struct {
	by       *Cache
	runs     []Run
	calm     bool
	readers  *readers
	done     chan struct{} // closed at the end, after the fields below are written
	ok       bool
	warnings []string
}

// next returns the counts if nothing is missing; otherwise the fetches that this Read must do, and
// those of others to wait for.
func (r *readState) next() (out *Counts, own, others []*fetch) {
	e := r.entry
	e.mu.Lock()
	defer e.mu.Unlock()
	var gaps []Run
	for _, run := range r.needed {
		missing, theirs := r.missing(run)
		gaps, others = append(gaps, missing...), append(others, theirs...)
	}
	shared := &readers{n: 1}
	for _, span := range spans(gaps) {
		own = append(own, &fetch{
			by: r.cache, runs: span, calm: e.isUncorrectedBefore(span[0].From, r.now), readers: shared,
			done: make(chan struct{}),
		})
	}
	if len(own)+len(others) == 0 {
		return e.counts(r.runs), nil, nil
	}
	e.inflight = append(e.inflight, own...)
	return nil, own, slices.Compact(others)
}

// unsettledTTL is how long, in seconds, an unsettled cell is reused: panels of one dashboard
// refresh within moments of each other.
const unsettledTTL = 5

// missing returns the parts of a run that must be fetched, without those that arrived, and the
// fetches in progress that contain some.
func (r *readState) missing(run Run) (gaps []Run, others []*fetch) {
	e := r.entry
	var b *block
	next := run.From // start of the next block
	for from := run.From; from < run.To; from += run.Step() {
		start, i := place(run.Level, from)
		if from >= next {
			b, next = e.blocks[run.Level][start], start+run.Step()*blockCells[run.Level]
		}
		cell := Run{run.Level, from, from + run.Step()}
		within := func(o Run) bool { return o.contains(cell) }
		read := b.timeOf(i, r.now)
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
		gaps = joinRun(gaps, cell)
	}
	return gaps, others
}

// fetchAll fetches concurrently, and stores parts as they arrive. If ctx is canceled, it returns and
// the fetches continue.
func (r *readState) fetchAll(ctx context.Context, key string, q Query, fetches []*fetch) error {
	if len(fetches) == 0 {
		return nil
	}
	detached, end := fetches[0].readers.begin(ctx, r.cache.linger)
	ended := make(chan error, 1)
	go func() {
		defer end()
		err := r.fetchDetached(detached, q, fetches)
		r.cache.entries.UpdateSize(key, r.entry)
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	fetches[0].readers.leave()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return <-ended // the fetches have the same deadline, and their errors name the slow request
	}
	return ctx.Err()
}

func (r *readState) fetchDetached(ctx context.Context, q Query, fetches []*fetch) error {
	g, gctx := fault.WithContext(ctx)
	for _, f := range fetches {
		g.Go(func() (err error) {
			ok := false // also after a panic: others wait for the end
			defer func() { r.end(f, ok) }()
			r.entry.mu.Lock()
			request := Request{
				Runs: f.runs, Width: r.entry.width, Interval: r.entry.interval, Uncorrected: f.calm,
				Now: r.now, Memory: r.cache.memory,
			}
			r.entry.mu.Unlock()
			err = r.cache.fetcher.Fetch(gctx, q, request, func(got *Fetched) { r.store(f, got) })
			ok = err == nil
			return err
		})
	}
	return g.Wait()
}

func (r *readState) store(f *fetch, got *Fetched) {
	e := r.entry
	e.mu.Lock()
	readAt := r.now
	if len(got.Warnings) > 0 || r.cache.generation() != r.cache.known.Load() {
		readAt = 0 // may be incomplete, or of another server: used once, then read again
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
	f.warnings = AppendNew(f.warnings, got.Warnings)
	cells := TotalCells(got.Runs)
	r.took.Add(Cost{
		Queries: got.Queries, Samples: got.Samples, Streamed: got.Streamed, CellsMissed: cells,
		CellsHit: -cells,
	})
	r.warnings, r.sent = AppendNew(r.warnings, got.Warnings), AppendNew(r.sent, got.Sent)
}

func (r *readState) end(f *fetch, ok bool) {
	r.entry.mu.Lock()
	defer r.entry.mu.Unlock()
	f.ok = ok
	r.entry.inflight = slices.DeleteFunc(r.entry.inflight, func(o *fetch) bool { return o == f })
	close(f.done)
}

// AppendNew appends the texts of b that a does not contain.
func AppendNew(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// readers counts the Reads that wait for fetches. Without any for a while, the fetches end.
type readers struct {
	mu     sync.Mutex
	n      int
	linger time.Duration
	cancel context.CancelFunc // nil before begin
	idle   *time.Timer        // runs while n is 0
}

// begin returns a context for the fetches of the first Read. It has the values and the deadline of
// ctx, but is not canceled with ctx. The caller must call end.
func (r *readers) begin(ctx context.Context, linger time.Duration) (detached context.Context, end context.CancelFunc) {
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := cancel
	if deadline, ok := ctx.Deadline(); ok {
		detached, stop = context.WithDeadline(detached, deadline)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.linger, r.cancel = linger, cancel
	return detached, func() {
		stop()
		cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.stopIdle()
		r.cancel = nil
	}
}

func (r *readers) join() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	r.stopIdle()
}

func (r *readers) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n--; r.n == 0 && r.cancel != nil {
		r.idle = time.AfterFunc(r.linger, r.cancel)
	}
}

func (r *readers) stopIdle() {
	if r.idle != nil {
		r.idle.Stop()
		r.idle = nil
	}
}

// wait waits for a fetch of another Read. It returns the error of ctx if ctx ends first.
func (f *fetch) wait(ctx context.Context) error {
	f.readers.join()
	defer f.readers.leave()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
