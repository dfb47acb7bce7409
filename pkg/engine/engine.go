// Package engine answers questions about SLOs: it reads counts from the cells
// and judges them with the arithmetic of package slo.
package engine

import (
	"context"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/memory"
)

// Server is what the engine asks of a Prometheus beside counts.
type Server interface {
	counting.Source
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
}

// Engine is safe for concurrent use.
type Engine struct {
	server  Server
	cells   *cells.Cache
	options Options
	settle  time.Duration // as Options
	now     func() time.Time

	layouts   *memory.Cache[layoutKey, layout]
	lacks     *memory.Cache[lackKey, lackNotice]
	intervals *memory.Cache[intervalKey, time.Duration]
	linter    *lint.Linter

	identities *kubernetes.Reader
	resources  *resources.Reader
}

// Options of an Engine. The zero value of a field means its default.
type Options struct {
	Settle     time.Duration // age from which counts are final unless samples turn out to be late. Default cells.DefaultSettle
	CacheBytes int64         // bound of what is remembered, where Store is nil. Default 256 MiB
	Now        func() time.Time
	Estimator  counting.Estimator
	// Store holds what many engines remember, each as its own Owner.
	Store *memory.Store
	Owner string

	alerts bool // see For
}

// New returns an engine over one server.
func New(server Server, o Options) *Engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	if server, ok := server.(interface{ ServerTimeOffset() time.Duration }); ok {
		clock := o.Now
		o.Now = func() time.Time { return clock().Add(server.ServerTimeOffset()) } // the server's clock counts
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 256 << 20
	}
	if o.Store == nil {
		o.Store = memory.NewStore(o.CacheBytes)
	}
	return newEngine(server, o)
}

func newEngine(server Server, o Options) *Engine {
	scope := memory.Scope{Store: o.Store, Owner: o.Owner, Now: o.Now}
	e := &Engine{
		server: server, cells: newCache(server, o), options: o, settle: o.Settle, now: o.Now,
		layouts:    memory.NewCache(scope, "layouts", func(k layoutKey, l layout) int { return len(k.classic) + len(k.native) + 32*len(l.LEs) }),
		lacks:      memory.NewCache(scope, "buckets", func(k lackKey, n lackNotice) int { return len(k.now) + len(n.text) }),
		intervals:  memory.NewCache(scope, "intervals", func(k intervalKey, _ time.Duration) int { return len(k.selector) }),
		linter:     lint.New(server, scope),
		identities: kubernetes.NewReader(server, scope),
	}
	e.resources = resources.NewReader(server, e.cells, e.identities, resources.Options{Scope: scope, Settle: o.Settle, Alerts: o.alerts})
	return e
}

func newCache(server Server, o Options) *cells.Cache {
	options := cells.Options{Settle: o.Settle, Now: o.Now}
	if server, ok := server.(interface{ Generation() uint64 }); ok {
		options.Generation = server.Generation
	}
	return cells.New(o.Store, o.Owner, counting.NewReader(server, o.Estimator, memory.Scope{Store: o.Store, Owner: o.Owner, Now: o.Now}), options)
}

// For returns an engine that remembers the same as e but queries through another
// server, such as a client with slots of its own, and waits for no read of e.
func (e *Engine) For(server Server) *Engine {
	o := e.options
	o.alerts = true
	return newEngine(server, o)
}

// Forget drops all that is remembered, so that everything is read again.
func (e *Engine) Forget() { e.options.Store.Forget(e.options.Owner) }

// instant is at cut down to the minute, and never in the future.
func (e *Engine) instant(at time.Time) time.Time {
	if now := e.now(); at.After(now) {
		at = now
	}
	return at.Truncate(time.Minute).UTC()
}

// about is what an answer took, and what the server said beside numbers.
type about struct {
	Cost     cells.Cost
	Warnings []string // each once
	Sent     []string // the PromQL that was sent, each once, at most maxSent
	isEmpty  bool     // no series, and a warning says so
}

func (a *about) taken() *about { return a }

// maxSent bounds the PromQL that comes with an answer. A person reads the first
// few; hundreds of SLOs in thousands of groups send more than their numbers take.
const maxSent = 200

func (a *about) add(cost cells.Cost, warnings, sent []string) {
	a.Cost.Add(cost)
	for _, w := range warnings {
		a.warn(w)
	}
	for _, s := range sent {
		if len(a.Sent) == maxSent {
			return
		}
		if !slices.Contains(a.Sent, s) {
			a.Sent = append(a.Sent, s)
		}
	}
}

func (a *about) warn(text string) {
	if !slices.Contains(a.Warnings, text) {
		a.Warnings = append(a.Warnings, text)
	}
}

func span(borders []time.Time) (from, to time.Time) {
	from, to = borders[0], borders[0]
	for _, b := range borders[1:] {
		if b.Before(from) {
			from = b
		}
		if b.After(to) {
			to = b
		}
	}
	return from, to
}
