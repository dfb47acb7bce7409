// Package engine computes the results of all query types: it reads counts through package measure and
// judges them with the arithmetic of package slo. It must not depend on Grafana or on data frames.
//
// Each query type has its own file (summary.go, timeseries.go, alerts.go). Start reading at
// Engine and Engine.Summary.
package engine

import (
	"context"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/memory"
)

// Server provides counts, and what the engine queries in addition.
type Server interface {
	counting.Source
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
}

// Engine is safe for concurrent use.
type Engine struct {
	server  Server
	options Options
	now     func() time.Time

	reader *measure.Reader
	linter *lint.Linter

	resources *resources.Reader
	gaps      *memory.Cache[changeGapsKey, changeGaps]
}

// Options of an Engine. The zero value of a field means its default.
type Options struct {
	Settle     time.Duration // age from which counts are final, unless samples arrive late. Default cells.DefaultSettle
	CacheBytes int64         // bound of the caches, if Store is nil. Default 256 MiB
	Now        func() time.Time
	Estimator  counting.Estimator
	// Store contains the caches of many engines, each with its own Owner.
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
		o.Now = func() time.Time { return clock().Add(server.ServerTimeOffset()) } // by the server's clock
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
	cache, identities := newCache(server, o), kubernetes.NewReader(server, scope)
	e := &Engine{
		server: server, options: o, now: o.Now, linter: lint.New(server, scope),
		reader: measure.NewReader(server, cache, identities, scope, o.Settle),
		gaps: memory.NewCache(scope, "gaps", func(k changeGapsKey, g changeGaps) int {
			return len(k.selector) + len(strings.Join(g.notices, ""))
		}),
	}
	e.resources = resources.NewReader(server, cache, identities,
		resources.Options{Scope: scope, Settle: o.Settle, Alerts: o.alerts})
	return e
}

func newCache(server Server, o Options) *cells.Cache {
	options := cells.Options{Settle: o.Settle, Now: o.Now}
	if server, ok := server.(interface{ Generation() uint64 }); ok {
		options.Generation = server.Generation
	}
	return cells.New(o.Store, o.Owner,
		counting.NewReader(server, o.Estimator, memory.Scope{Store: o.Store, Owner: o.Owner, Now: o.Now}), options)
}

// For returns an engine with the caches of e and another server, such as a client with
// separate request slots. It does not wait for reads of e.
func (e *Engine) For(server Server) *Engine {
	o := e.options
	o.alerts = true
	return newEngine(server, o)
}

// Forget empties the caches, so that all data is read again.
func (e *Engine) Forget() { e.options.Store.Forget(e.options.Owner) }

// instant rounds a time down to the minute, and is never in the future.
func (e *Engine) instant(at time.Time) time.Time {
	if now := e.now(); at.After(now) {
		at = now
	}
	return at.Truncate(time.Minute).UTC()
}
