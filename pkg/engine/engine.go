// Package engine answers questions about SLOs: it reads counts from the ledger
// and judges them with the arithmetic of package slo.
package engine

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Server is what the engine asks of a Prometheus beside counts.
type Server interface {
	ledger.Source
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) ([]string, error)
}

// Engine is safe for concurrent use.
type Engine struct {
	server  Server
	ledger  *ledger.Ledger
	now     func() time.Time
	buckets *expirable.LRU[string, []string] // `le` values by selector
}

// A new bucket layout comes with a deployment; five minutes are soon enough.
const (
	bucketsKept    = 4096
	bucketsKeptFor = 5 * time.Minute
)

// New returns an engine over one server.
func New(server Server, o ledger.Options) *Engine {
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return &Engine{
		server: server, ledger: ledger.New(server, o), now: now,
		buckets: expirable.NewLRU[string, []string](bucketsKept, nil, bucketsKeptFor),
	}
}

// instant is at cut down to the minute, and never in the future.
func (e *Engine) instant(at time.Time) time.Time {
	if now := e.now(); at.After(now) {
		at = now
	}
	return at.Truncate(time.Minute).UTC()
}

// counting says how an SLO is counted; for a latency SLO it asks which buckets
// existed in [from, to].
func (e *Engine) counting(ctx context.Context, s catalog.SLO, from, to time.Time) (sli.Counting, error) {
	if s.SLI.Latency == nil {
		return sli.Events(*s.SLI.Events, s.By)
	}
	ms, err := sli.BucketSelector(*s.SLI.Latency)
	if err != nil {
		return sli.Counting{}, err
	}
	selector := sli.Selector(ms)
	les, ok := e.buckets.Get(selector)
	if !ok {
		if les, err = e.server.LabelValues(ctx, "le", selector, from, to); err != nil {
			return sli.Counting{}, err
		}
		if len(les) > 0 {
			e.buckets.Add(selector, les)
		}
	}
	return sli.Latency(*s.SLI.Latency, s.By, les)
}

// events are the counts of one SLO.
type events struct {
	counting sli.Counting
	reads    []*ledger.Counts
	about
}

// about is what an answer took, and what the server said beside numbers.
type about struct {
	Cost     ledger.Cost
	Warnings []string // each once
	Sent     []string // the PromQL that was sent, each once
}

func (a *about) add(cost ledger.Cost, warnings, sent []string) {
	a.Cost.Add(cost)
	for _, w := range warnings {
		a.warn(w)
	}
	for _, s := range sent {
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

// read counts an SLO so that every border can end a window.
func (e *Engine) read(ctx context.Context, s catalog.SLO, borders []time.Time) (*events, error) {
	from, to := span(borders)
	counting, err := e.counting(ctx, s, from, to)
	if err != nil {
		return nil, err
	}
	out := &events{counting: counting}
	for _, q := range counting.Reads {
		counts, err := e.ledger.Read(ctx, q, borders)
		if err != nil {
			return nil, err
		}
		out.reads = append(out.reads, counts)
		out.add(counts.Cost, counts.Warnings, counts.Sent)
	}
	return out, nil
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

// group is one group of an SLO: its events, and its good or bad ones where
// there were any.
type group struct {
	events      *events
	total, part *ledger.Group
}

// groups are those that have events of any kind; a part without them (bad
// events of a workload that does not exist) says nothing about a workload.
func (ev *events) groups() []group {
	totals := ev.reads[ev.counting.Total.Read]
	out := make([]group, len(totals.Groups))
	if ev.counting.Part.Read == ev.counting.Total.Read {
		for i := range totals.Groups {
			out[i] = group{ev, &totals.Groups[i], &totals.Groups[i]}
		}
		return out
	}
	parts := ev.reads[ev.counting.Part.Read]
	byLabels := make(map[string]*ledger.Group, len(parts.Groups))
	for i := range parts.Groups {
		byLabels[labelText(parts.Groups[i].Labels)] = &parts.Groups[i]
	}
	for i := range totals.Groups {
		out[i] = group{ev, &totals.Groups[i], byLabels[labelText(totals.Groups[i].Labels)]}
	}
	return out
}

// measure counts (from, to]. A group without any series of the part has none of
// its events: zero, where the total was measured.
func (g group) measure(from, to time.Time) slo.Measured {
	c := g.events.counting
	totals := g.events.reads[c.Total.Read]
	m := slo.Measured{Coverage: totals.Coverage(g.total, from, to)}
	m.Total = totals.Window(g.total, c.Total.Part, from, to)
	var part float64
	if g.part != nil {
		part = g.events.reads[c.Part.Read].Window(g.part, c.Part.Part, from, to)
	}
	m.Bad = c.Bad(m.Total, part)
	return m
}
