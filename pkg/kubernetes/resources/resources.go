package resources

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
)

// Labels of groups.
const (
	labelCluster   = "cluster"
	labelNamespace = "namespace"
	labelWorkload  = "workload"
	labelType      = "workload_type"
	labelPod       = "pod"
)

// Labels are the possible labels of groups and filters.
var Labels = []string{labelCluster, labelNamespace, labelWorkload, labelType, labelPod}

// ByWorkload are the default labels of groups.
var ByWorkload = []string{labelCluster, labelNamespace, labelWorkload, labelType}

// Source evaluates PromQL.
type Source interface {
	QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error)
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
}

// Server evaluates PromQL and lists names.
type Server interface {
	Source
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
}

// Request is a request for signals of workloads.
type Request struct {
	Signals []Signal
	By      []string          // of Labels; empty: one group
	Filters []*labels.Matcher // on Labels
	From    time.Time
	To      time.Time
	Step    time.Duration // between the points of time series; 0: only at To
}

func (a Request) instants() []time.Time {
	if a.Step == 0 {
		return []time.Time{a.To}
	}
	var out []time.Time
	for t := a.From.Add(a.Step - 1).Truncate(a.Step); !t.After(a.To); t = t.Add(a.Step) {
		out = append(out, t)
	}
	return out
}

// Answer is the result of an Ask.
type Answer struct {
	Request
	Instants []time.Time
	Groups   []Group  // the worst first
	Sources  []string // by signal: the exporters with its values, for people; "" if only one can have it
	Cost     cells.Cost
	Warnings []string
	Sent     []string // PromQL
}

// Group is a workload, or another requested group.
type Group struct {
	Labels map[string]string
	Values [][]float64 // by signal and instant; NaN without a value
}

// Reader reads signals. It is safe for concurrent use.
type Reader struct {
	server  Server
	counts  *cells.Cache
	owners  *kubernetes.Reader
	options Options

	grids       *memory.Cache[gridKey, *grid]
	instants    *memory.Cache[instantKey, instant]
	inventories *memory.Cache[[2]int64, inventory]
}

// Options of a Reader.
type Options struct {
	memory.Scope
	Settle time.Duration // age from which a point is final
	Alerts bool          // does not wait for a Reader of dashboards
}

// NewReader returns a reader of a server. It counts events through a cache over the same server.
func NewReader(server Server, events *cells.Cache, owners *kubernetes.Reader, o Options) *Reader {
	return &Reader{
		server: server, counts: events, owners: owners, options: o,
		grids: memory.NewCache(o.Scope, "grids",
			func(k gridKey, g *grid) int { return len(k.expr) + int(g.bytes.Load()) }),
		instants: memory.NewCache(o.Scope, "moments", func(k instantKey, i instant) int {
			return len(k.expr) + seriesBytes*len(i.values) + pointBytes*i.Samples
		}),
		inventories: memory.NewCache(o.Scope, "stocks", func(_ [2]int64, i inventory) int { return i.bytes() }),
	}
}

// readsAtOnce bounds the concurrent reads of one request.
const readsAtOnce = 8

// MaxPoints bounds the points of one request that are summed from pods, over all signals.
const MaxPoints = 40_000_000

// TooMuchError is a request that exceeds MaxPoints.
type TooMuchError struct{ Points int }

func (e *TooMuchError) Error() string {
	return fmt.Sprintf("%d points of pods would have to be put together. At most %d are: ask for fewer namespaces, signals or points", e.Points, MaxPoints)
}

// Answer reads signals. It omits signals without metrics; a warning names them, and how to enable them.
func (r *Reader) Answer(ctx context.Context, a Request) (*Answer, error) {
	catalog, err := Known()
	if err != nil {
		return nil, err
	}
	there, err := r.inventory(ctx, catalog, a.From, a.To)
	if err != nil {
		return nil, err
	}
	out := &Answer{Request: a, Instants: a.instants(), Cost: cells.Cost{Queries: there.queries}}
	required := requiredReads(catalog, a.Signals, there)
	found := make(map[string]*reading, len(required))
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for _, read := range required {
		into := &reading{read: read}
		found[read.Name] = into
		g.Go(func() error { return r.fill(gctx, into, a, there, out.Instants) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	points := 0
	for _, read := range required {
		f := found[read.Name]
		points += len(f.parts) * len(out.Instants)
		out.take(f.cost)
	}
	if points > MaxPoints {
		return nil, &TooMuchError{points}
	}
	if err := memory.ReservationOf(ctx).Grow(ctx, pointBytes*int64(out.Cost.Samples+2*points)); err != nil {
		return nil, err
	}
	out.warnMissingMetrics(catalog, there, found)
	members, err := r.findMembers(ctx, a, found, out)
	if err != nil {
		return nil, err
	}
	members.unite(found)
	for _, f := range found {
		f.removePods(there.ever[catalog.Reads[f.read.Unless].Ever])
	}
	if err := r.warnAbsentExporters(ctx, out, there, found, members); err != nil {
		return nil, err
	}
	out.warnDisputes(catalog, found, members)
	out.Groups, out.Sources = groupParts(catalog, a, found, members, out.Instants)
	return out, nil
}

// requiredReads returns the distinct reads of signals with metrics on the server.
func requiredReads(c *Catalog, signals []Signal, there inventory) []Read {
	var out []Read
	add := func(name string) {
		r := c.Reads[name]
		if name != "" && r.isReadable(there.there) &&
			!slices.ContainsFunc(out, func(o Read) bool { return o.Name == name }) {
			out = append(out, r)
		}
	}
	for _, s := range signals {
		for _, from := range c.readable(s, there) {
			for _, name := range []string{from.Value, from.Over, s.Whole} {
				add(name)
			}
		}
	}
	return out
}

// readable returns the sources of a signal for which the existing metrics suffice.
func (c *Catalog) readable(s Signal, there inventory) []Origin {
	is := func(read string) bool { return c.Reads[read].isReadable(there.there) }
	return slices.DeleteFunc(slices.Clone(s.sources()), func(from Origin) bool {
		return !is(from.Value) || from.Over != "" && !is(from.Over) && (s.Whole == "" || !is(s.Whole))
	})
}

// cost is the cost of a request.
type cost struct {
	cells.Cost
	warnings, sent []string
}

func costOf(expr string, m model.Matrix, warnings []string) cost {
	out := cost{cells.Cost{Queries: 1}, warnings, []string{expr}}
	for _, s := range m {
		out.Samples += len(s.Values)
	}
	return out
}

func (t *cost) add(o cost) {
	t.Add(o.Cost)
	t.warnings, t.sent = append(t.warnings, o.warnings...), append(t.sent, o.sent...)
}

func (out *Answer) take(t cost) {
	out.Cost.Add(t.Cost)
	out.Warnings, out.Sent = cells.AppendNew(out.Warnings, t.warnings), cells.AppendNew(out.Sent, t.sent)
}

func (out *Answer) warn(text string) { out.Warnings = cells.AppendNew(out.Warnings, []string{text}) }
