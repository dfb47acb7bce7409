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
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/promclient"
)

// Source answers PromQL; *promclient.Client in production, a PromQL engine over
// hand-written samples in tests.
type Source interface {
	QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error)
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string, err error)
}

// Reading says what to count: Counters, or Sums.
type Reading interface {
	key() string // identifies the counts; equal keys mean equal numbers
	groupBy() []string
	parts() int
	fetch(ctx context.Context, source Source, r run) (*fetched, error)
	// width is about how many series a fetch receives, and the requests it took to know.
	width(ctx context.Context, source Source, at int64) (series, requests int, err error)
}

// Options of a Ledger. The zero value of a field means its default.
type Options struct {
	Settle     time.Duration // age from which a cell no longer changes; samples may arrive this late. Default 10m
	CacheBytes int64         // bound of the memory held for cells. Default 256 MiB
	Now        func() time.Time
}

// Ledger is safe for concurrent use. A cell is never fetched by two reads at the
// same time.
type Ledger struct {
	source Source
	settle int64 // seconds
	now    func() time.Time
	store  *store
	points *semaphore.Weighted

	portions portions
	asking   singleflight.Group // about the width of entries
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
