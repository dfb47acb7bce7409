package engine

import (
	"context"
	"fmt"
	"hash/maphash"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// layout is what the buckets of a histogram are like in a time.
type layout struct {
	les    []string // the `le` values of a classic histogram
	native bool     // there are series without the suffix, in native form
	asked  time.Time
}

// isOnlyNative reports whether a histogram has no classic form.
func (l layout) isOnlyNative() bool { return l.native && len(l.les) == 0 }

// layoutKey is all that decides a layout: what is looked for, and when. The
// time is in whole hours, so that panels which refresh share an answer.
type layoutKey struct {
	classic, native string // selectors
	from, to        int64  // Unix seconds
}

// A new bucket layout comes with a deployment; five minutes are soon enough.
const (
	layoutsKept    = 4096
	layoutsKeptFor = 5 * time.Minute
)

// layout asks for the buckets that a histogram had in the hours of [from, to].
// An answer with warnings may lack some: it is not kept.
func (e *Engine) layout(ctx context.Context, l catalog.Latency, from, to time.Time) (found layout, took about, err error) {
	classic, err := sli.BucketSelector(l)
	if err != nil {
		return layout{}, took, err
	}
	native, err := sli.NativeSelector(l)
	if err != nil {
		return layout{}, took, err
	}
	start, end := from.Truncate(time.Hour), upTo(to, time.Hour)
	key := layoutKey{sli.Selector(classic), native, start.Unix(), end.Unix()}
	if known, ok := e.knownLayout(key); ok {
		return known, took, nil
	}
	// Panels that open together wait for the first one's answer.
	turn := e.turns.of(key)
	if !turn.TryAcquire(1) {
		if err := turn.Acquire(ctx, 1); err != nil {
			return layout{}, took, err
		}
	}
	defer turn.Release(1)
	if known, ok := e.knownLayout(key); ok {
		return known, took, nil
	}
	found.asked = e.now()
	var warnings []string
	if found.les, warnings, err = e.server.LabelValues(ctx, "le", key.classic, start, end); err != nil {
		return layout{}, took, err
	}
	took.add(cells.Cost{Queries: 1}, warnings, nil)
	series, warnings, err := e.server.Series(ctx, native, start, end)
	if err != nil {
		return layout{}, took, err
	}
	took.add(cells.Cost{Queries: 1}, warnings, nil)
	if len(series) > 0 && len(found.les) == 0 {
		if err := e.holdsHistograms(ctx, native, to, &took); err != nil {
			return layout{}, took, err
		}
	}
	if found.native = len(series) > 0; found.native {
		if err := e.takesNative(ctx, native); err != nil {
			return layout{}, took, err
		}
	}
	if len(took.Warnings) == 0 && (found.native || len(found.les) > 0) {
		e.layouts.Add(key, found)
	}
	return found, took, nil
}

// holdsHistograms refuses series that are plain numbers. Where none is there at the instant, what they were is not known.
func (e *Engine) holdsHistograms(ctx context.Context, selector string, at time.Time, took *about) error {
	vs, err := promexpr.ParseSelector(selector)
	if err != nil {
		return err
	}
	name := promexpr.Metric(vs.LabelMatchers)
	noHistogram := &fault.UserError{Field: "sli", Message: fmt.Sprintf("%s is no histogram: it has neither buckets (%s_bucket) nor native samples. "+
		"Count it with an events SLI, or give a histogram", name, name)}
	if server, ok := e.server.(interface {
		Dialect(ctx context.Context) (dialect.Dialect, error)
	}); ok {
		switch d, err := server.Dialect(ctx); {
		case err != nil:
			return err
		case d.Product == dialect.VictoriaMetrics: // it stores none in native form
			return noHistogram
		}
	}
	count := func(of parser.Expr) parser.Expr { return promexpr.Aggregate(parser.COUNT, nil, of) }
	// The number of histograms, or else the number of all series as a negative one.
	expr := promexpr.Binary(parser.LOR, count(promexpr.Call("histogram_count", vs)), promexpr.Times(count(promexpr.Plain(vs)), -1)).String()
	matrix, warnings, err := e.server.Query(ctx, expr, at)
	if err != nil {
		return err
	}
	took.add(cells.Cost{Queries: 1}, warnings, nil)
	if len(matrix) == 0 || len(matrix[0].Values) == 0 || matrix[0].Values[0].Value > 0 {
		return nil
	}
	return noHistogram
}

// takesNative refuses native histograms where the server would count none of them without a word.
func (e *Engine) takesNative(ctx context.Context, selector string) error {
	server, ok := e.server.(interface {
		Dialect(ctx context.Context) (dialect.Dialect, error)
	})
	if !ok {
		return nil
	}
	d, err := server.Dialect(ctx)
	if err != nil || d.NativeHistograms() {
		return err
	}
	return &fault.UserError{Field: "sli", Message: fmt.Sprintf("%s is a native histogram, an experiment in %s, which cannot count it; "+
		"use the buckets of a classic histogram, or Prometheus 3", selector, d)}
}

func (e *Engine) knownLayout(key layoutKey) (layout, bool) {
	now := e.now()
	known, ok := e.layouts.Get(key)
	return known, ok && now.Sub(known.asked) < layoutsKeptFor && !now.Before(known.asked)
}

// turns lets one at a time ask for a layout; a few keys may share a turn.
type turns struct {
	seed maphash.Seed
	all  [64]*semaphore.Weighted
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.all {
		t.all[i] = semaphore.NewWeighted(1)
	}
	return t
}

func (t *turns) of(key layoutKey) *semaphore.Weighted {
	return t.all[maphash.Comparable(t.seed, key)%uint64(len(t.all))]
}

// upTo is the first multiple of step at or after t.
func upTo(t time.Time, step time.Duration) time.Time {
	if down := t.Truncate(step); !down.Equal(t) {
		return down.Add(step)
	}
	return t
}
