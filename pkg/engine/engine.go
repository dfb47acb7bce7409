// Package engine answers questions about SLOs: it reads counts from the ledger
// and judges them with the arithmetic of package slo.
package engine

import (
	"context"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/ledger"
)

// Server is what the engine asks of a Prometheus beside counts.
type Server interface {
	ledger.Source
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string, err error)
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
}

// Engine is safe for concurrent use.
type Engine struct {
	server  Server
	ledger  *ledger.Ledger
	settle  time.Duration // as ledger.Options
	now     func() time.Time
	layouts *lru.Cache[layoutKey, layout]
	turns   *turns
	lacks   *lru.Cache[lackKey, lackNotice]

	intervals *lru.Cache[intervalKey, intervalSeen]

	identities *kubernetes.Reader
	resources  *resources.Reader
}

// New returns an engine over one server.
func New(server Server, o ledger.Options) *Engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	layouts, _ := lru.New[layoutKey, layout](layoutsKept) // fails for a size of 0 only
	lacks, _ := lru.New[lackKey, lackNotice](layoutsKept)
	intervals, _ := lru.New[intervalKey, intervalSeen](layoutsKept)
	e := &Engine{server: server, ledger: ledger.New(server, o), settle: o.Settle, now: o.Now, layouts: layouts, turns: newTurns(), lacks: lacks,
		intervals: intervals, identities: kubernetes.NewReader(server, o.Now)}
	e.resources = resources.NewReader(server, e.ledger, e.identities, o.Settle, o.Now)
	return e
}

// CacheBytes are the bytes held for counts, and their bound.
func (e *Engine) CacheBytes() (held, limit int64) { return e.ledger.CacheBytes() }

// instant is at cut down to the minute, and never in the future.
func (e *Engine) instant(at time.Time) time.Time {
	if now := e.now(); at.After(now) {
		at = now
	}
	return at.Truncate(time.Minute).UTC()
}

// about is what an answer took, and what the server said beside numbers.
type about struct {
	Cost     ledger.Cost
	Warnings []string // each once
	Sent     []string // the PromQL that was sent, each once, at most maxSent
}

// maxSent bounds the PromQL that comes with an answer. A person reads the first
// few; hundreds of SLOs in thousands of groups send more than their numbers take.
const maxSent = 200

func (a *about) add(cost ledger.Cost, warnings, sent []string) {
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
