// Package ledger counts events per aligned cell of time and per group of
// labels, exactly, and remembers the cells that can no longer change. It knows
// counters and time; what the counts mean is for its callers.
//
// A cell (a, b] holds the increases that the samples in it show. Cells come in
// three sizes, 1 h, 5 m and 1 m, on absolute time; an hour is read at the
// coarsest size that has a border at every instant asked for, so any window
// between two asked borders is a sum of whole cells.
package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/promclient"
)

// Source answers PromQL; *promclient.Client in production, a PromQL engine over
// hand-written samples in tests.
type Source interface {
	QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error)
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
}

// Reading says what to count: Counters, or Sums.
type Reading interface {
	key() string // identifies the counts; equal keys mean equal numbers
	groupBy() []string
	parts() int
	fetch(ctx context.Context, source Source, r run) (*fetched, error)
	width(ctx context.Context, source Source, at int64) (int, error) // about how many series a fetch receives
}

// Counters are read as they are and counted exactly, as track describes.
type Counters struct {
	Matchers []*labels.Matcher // all counters read; one equality matcher on the metric name
	By       []string          // labels of a group; a missing label counts as ""
	Parts    []Part            // what is summed apart, e.g. all events and the bad ones
	// Beside are counters scraped with these, e.g. those of all events where these are of the bad ones: where they have
	// older data the record did not begin with these, and a first bad event counts. None: only these themselves tell.
	Beside []*labels.Matcher
}

// Part is a subset of the counters: those that all matchers accept.
type Part struct {
	Name     string
	Matchers []*labels.Matcher
}

func (p Part) accepts(m model.Metric) bool {
	for _, match := range p.Matchers {
		if !match.Matches(string(m[model.LabelName(match.Name)])) {
			return false
		}
	}
	return true
}

func (q Counters) groupBy() []string { return q.By }
func (q Counters) parts() int        { return len(q.Parts) }

func (q Counters) width(ctx context.Context, source Source, at int64) (int, error) {
	m, _, err := source.Query(ctx, countExpr(q.Matchers), time.Unix(at, 0))
	if err != nil || len(m) == 0 || len(m[0].Values) == 0 {
		return 1, err
	}
	return int(m[0].Values[0].Value), nil
}

func (q Counters) key() string {
	var b strings.Builder
	write := func(ms []*labels.Matcher) {
		texts := make([]string, len(ms))
		for i, m := range ms {
			texts[i] = m.String()
		}
		slices.Sort(texts)
		b.WriteString(strings.Join(texts, ","))
		b.WriteByte('\n')
	}
	write(q.Matchers)
	b.WriteString(strings.Join(q.By, ","))
	if len(q.Beside) > 0 {
		b.WriteString("\nbeside ")
		write(q.Beside)
	}
	for _, p := range q.Parts {
		b.WriteByte('\n')
		write(p.Matchers)
	}
	return b.String()
}

// Options of a Ledger. The zero value of a field means its default.
type Options struct {
	Settle     time.Duration // age from which a cell no longer changes; samples may arrive this late. Default 10m
	CacheBytes int64         // bound of the memory held for cells. Default 256 MiB
	Now        func() time.Time
}

// Ledger is safe for concurrent use. Reads of the same query wait for each
// other, so that the second finds what the first has fetched.
type Ledger struct {
	source Source
	settle int64 // seconds
	now    func() time.Time
	store  *store
	points *semaphore.Weighted
}

// New returns an empty ledger over source.
func New(source Source, o Options) *Ledger {
	if o.Settle == 0 {
		o.Settle = 10 * time.Minute
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 256 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Ledger{source: source, settle: int64(o.Settle / time.Second), now: o.Now, store: newStore(o.CacheBytes), points: semaphore.NewWeighted(maxPoints)}
}

// Cost is what one read took.
type Cost struct {
	Queries     int // requests to the server
	Samples     int // points received
	CellsHit    int // cells found, over all groups
	CellsMissed int // cells read
}

// Add sums two costs.
func (c *Cost) Add(o Cost) {
	c.Queries += o.Queries
	c.Samples += o.Samples
	c.CellsHit += o.CellsHit
	c.CellsMissed += o.CellsMissed
}

// Read returns the counts between the first and the last border, with every
// given border usable as an end of a window. Borders are cut down to the
// minute. Only cells that are missing or may have changed are fetched; what
// arrived is kept even when the read fails or ctx ends.
func (l *Ledger) Read(ctx context.Context, q Reading, borders []time.Time) (*Counts, error) {
	marks := gridMarks(borders)
	if len(marks) < 2 {
		return &Counts{}, nil
	}
	e := l.store.entry(q)
	if err := e.lock(ctx); err != nil {
		return nil, err
	}
	defer e.unlock()
	defer l.store.trim()

	now := l.now().Unix()
	runs := plan(marks, now-l.settle)
	var cost Cost
	var missing []run
	for _, r := range runs {
		e.fold(r, l.settle)
		m := e.missing(r, now, l.settle)
		missing = append(missing, m...)
		cost.CellsHit += r.cells()
		for _, x := range m {
			cost.CellsMissed += x.cells()
			cost.CellsHit -= x.cells()
		}
	}
	got := &Counts{Cost: cost}
	if err := l.fetchAll(ctx, q, e, missing, now, got); err != nil {
		return nil, err
	}
	out := e.assemble(runs)
	out.Cost, out.Warnings, out.Sent = got.Cost, got.Warnings, got.Sent
	return out, nil
}

// maxPoints bounds the border values of all requests that are under way: some
// 75 bytes each while they are read and counted.
const maxPoints = 1_000_000

// fetchAll reads the missing runs side by side; each is stored as it arrives.
// What was asked, and what the server said beside numbers, goes into about.
func (l *Ledger) fetchAll(ctx context.Context, q Reading, e *entry, missing []run, now int64, about *Counts) error {
	if e.series == 0 && len(missing) > 1 {
		n, err := q.width(ctx, l.source, missing[len(missing)-1].to)
		if err != nil {
			return err
		}
		e.series = n
		about.Cost.Queries++
	}
	results := make(chan *fetched)
	g, gctx := errgroup.WithContext(ctx)
	for _, r := range missing {
		g.Go(func() error {
			points := int64(min(max(e.series, 1)*r.cells(), maxPoints))
			if err := l.points.Acquire(gctx, points); err != nil {
				return err
			}
			defer l.points.Release(points)
			return l.fetchHalving(gctx, q, r, results)
		})
	}
	done := make(chan error, 1)
	go func() { done <- g.Wait(); close(results) }()
	for got := range results {
		e.put(got, now)
		about.Cost.Queries += got.queries
		about.Cost.Samples += got.samples
		about.Warnings = union(about.Warnings, got.warnings)
		about.Sent = union(about.Sent, got.sent)
	}
	return <-done
}

// fetchHalving reads r, in halves where it is too much for the server.
func (l *Ledger) fetchHalving(ctx context.Context, q Reading, r run, results chan<- *fetched) error {
	got, err := q.fetch(ctx, l.source, r)
	if err == nil {
		results <- got
		return nil
	}
	var server *promclient.Error
	tooMuch := errors.As(err, &server) && (server.Reason == promclient.Limit || server.Reason == promclient.Timeout)
	if !tooMuch || r.cells() < 2 || ctx.Err() != nil {
		return err
	}
	middle := r.from + int64(r.cells()/2)*r.step()
	if err := l.fetchHalving(ctx, q, run{r.level, r.from, middle}, results); err != nil {
		return err
	}
	return l.fetchHalving(ctx, q, run{r.level, middle, r.to}, results)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
