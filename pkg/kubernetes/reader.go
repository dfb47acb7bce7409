package kubernetes

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

const (
	ownersTTL         = 5 * time.Minute // for a pod without a cached row, rows are read again
	maxNamespaces     = 50              // in a selector; with more, all are read
	maxPodsInSelector = 200             // in a selector
)

// Source lists series and evaluates queries.
type Source interface {
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
	QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error)
}

// Cost is the cost of a read.
type Cost struct {
	Queries  int
	Warnings []string
	Sent     []string // PromQL
}

// Reader reads owners and caches them for ownersTTL. It is safe for concurrent use.
type Reader struct {
	source  Source
	answers *memory.Cache[readKey, answer]
	turn    *semaphore.Weighted
}

type readKey struct {
	namespaces string
	from, to   int64 // whole hours
	versions   bool  // with the versions of pods
}

type answer struct {
	owners  *Owners
	unknown map[Pod]bool // pods of the query without a row
}

// NewReader returns a reader of a source, with a cache in a scope.
func NewReader(source Source, s memory.Scope) *Reader {
	return &Reader{source, memory.NewCache(s, "owners", answerBytes), semaphore.NewWeighted(1)}
}

// objectBytes is the approximate memory of a row or pod, with its names.
const objectBytes = 512

func answerBytes(_ readKey, a answer) int {
	n := len(a.owners.resolved) + len(a.owners.places)
	for _, rows := range a.owners.claims.rows {
		n += 1 + len(rows)
	}
	return objectBytes * n
}

// Owners returns the workloads to which pods belonged in [from, to]. A pod without rows has none.
func (r *Reader) Owners(ctx context.Context, places []Place, from, to time.Time) (*Owners, Cost, error) {
	return r.owners(ctx, places, from, to, false)
}

// OwnersAndVersions is Owners with the versions of the pods, see Owners.Versions.
func (r *Reader) OwnersAndVersions(ctx context.Context, places []Place, from, to time.Time) (*Owners, Cost, error) {
	return r.owners(ctx, places, from, to, true)
}

func (r *Reader) owners(ctx context.Context, places []Place, from, to time.Time, versions bool) (*Owners, Cost, error) {
	from, to = from.Truncate(time.Hour), to.Add(time.Hour-1).Truncate(time.Hour)
	q := readKey{namespacesOf(places), from.Unix(), to.Unix(), versions}
	if owners := r.cached(q, places); owners != nil {
		return owners, Cost{}, nil
	}
	// The panels of a dashboard query the owners of mostly the same pods at the same time.
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return nil, Cost{}, err
	}
	defer r.turn.Release(1)
	if owners := r.cached(q, places); owners != nil {
		return owners, Cost{}, nil
	}
	a := &ownerRead{source: r.source, namespaces: q.namespaces, from: from, to: to, versions: versions}
	cs, err := a.claims(ctx, places)
	if err != nil {
		return nil, a.took, err
	}
	owners := newOwners(cs, places, nil)
	if len(a.took.Warnings) == 0 {
		known := answer{owners, map[Pod]bool{}}
		for _, p := range podsOf(places) {
			known.unknown[p] = len(owners.Of(p)) == 0
		}
		r.answers.Add(q, known, ownersTTL)
	}
	return owners, a.took, nil
}

// newOwners resolves all candidates of places. It reuses earlier results.
func newOwners(cs claims, places []Place, resolved map[Pod]resolution) *Owners {
	out := &Owners{claims: cs, resolved: resolved}
	if resolved == nil {
		out.resolved = map[Pod]resolution{}
		for _, p := range podsOf(places) {
			out.resolved[p] = cs.resolve(p)
		}
	}
	out.places = choosePods(places, func(p Pod) bool { return out.resolved[p].why.reason != noRow })
	return out
}

func podsOf(places []Place) []Pod {
	seen := map[Pod]bool{}
	var out []Pod
	for _, place := range places {
		for _, p := range place.candidates() {
			if p.Name != "" && !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

func (r *Reader) cached(q readKey, places []Place) *Owners {
	for k, known := range r.answers.All() {
		if k.from <= q.from && k.to >= q.to && (k.versions || !q.versions) && known.fits(podsOf(places)) {
			return newOwners(known.owners.claims, places, known.owners.resolved)
		}
	}
	return nil
}

// fits reports whether a cached result contains all rows that the server may have now.
func (a answer) fits(pods []Pod) bool {
	return !slices.ContainsFunc(pods, func(p Pod) bool {
		if _, ok := a.owners.resolved[p]; !ok {
			return true
		}
		return !a.unknown[p] && len(a.owners.Of(p)) == 0
	})
}

// namespaceSeparator separates namespaces in a key. No namespace contains it.
const namespaceSeparator = "|"

// namespacesOf returns the possible namespaces of pods as one text; "" for all.
func namespacesOf(places []Place) string {
	names := map[string]bool{}
	for _, p := range podsOf(places) {
		names[p.Namespace] = true
	}
	if len(names) > maxNamespaces || names[""] || len(names) == 0 {
		return ""
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), namespaceSeparator)
}

// ownerRead is the state of one read of owners.
type ownerRead struct {
	source     Source
	namespaces string
	from, to   time.Time
	versions   bool
	took       Cost
}

// rowsBefore is how long before the range missing rows are searched: kube-state-metrics, or a shard
// of it, may have been absent throughout the range.
const rowsBefore = 7 * 24 * time.Hour

// claims reads all rows of the pods, and dates those with several owners.
func (a *ownerRead) claims(ctx context.Context, places []Place) (claims, error) {
	cs := claims{rows: map[object][]*claim{}}
	of := kinds
	if a.versions {
		of = slices.Concat(kinds, versionKinds)
	}
	if err := a.read(ctx, cs, a.from, a.selectors(of)...); err != nil {
		return cs, err
	}
	pods := podsOf(places)
	if err := a.read(ctx, cs, a.from.Add(-rowsBefore), cs.missingRows(pods)...); err != nil {
		return cs, err
	}
	seen := map[object]bool{}
	var several []object
	for _, p := range pods {
		for _, o := range cs.needsDates(p) {
			if !seen[o] {
				seen[o] = true
				several = append(several, o)
			}
		}
	}
	if len(several) > 0 {
		if err := a.date(ctx, cs, several); err != nil {
			return cs, err
		}
	}
	cs.ruledTypes = cs.typesInRule()
	return cs, nil
}

func (a *ownerRead) selectors(of []kind) []string {
	if a.namespaces == "" {
		return []string{a.selector(of, "")}
	}
	return []string{a.selector(of, "namespace"), a.selector(of, "exported_namespace")}
}

// selector returns a selector of all rows of kinds in the namespaces of a label.
func (a *ownerRead) selector(of []kind, label string) string {
	names := make([]string, len(of))
	for i, k := range of {
		names[i] = string(k)
	}
	ms := []*labels.Matcher{promexpr.OneOf(model.MetricNameLabel, names...)}
	if label != "" {
		ms = append(ms, promexpr.OneOf(label, strings.Split(a.namespaces, namespaceSeparator)...))
	}
	return promexpr.Selector(ms).String()
}

// missingRows returns selectors of rows that should exist and do not, if any rows of their kind exist.
func (cs claims) missingRows(pods []Pod) []string {
	names := map[kind]map[string]bool{kindPod: {}, kindReplicaSet: {}, kindJob: {}, kindController: {}}
	for _, p := range pods {
		own := cs.rows[object{kindPod, p.Namespace, p.Name}]
		if len(own) == 0 && len(cs.rows[object{kindRule, p.Namespace, p.Name}]) == 0 && p.Namespace != "" {
			names[kindPod][p.Name] = true
		}
		for _, c := range own {
			if up, ok := ownerObject(p, c.owner); ok && len(cs.rows[up]) == 0 {
				names[up.kind][up.name] = true
			}
		}
	}
	var out []string
	for _, k := range kinds {
		for chunk := range slices.Chunk(slices.Sorted(maps.Keys(names[k])), maxNamesInMatcher) {
			for _, vs := range k.rowsOf(chunk) {
				out = append(out, vs.String())
			}
		}
		if len(names[k]) > maxMissing {
			return nil
		}
	}
	return out
}

// maxMissing bounds the names that are searched before the range. If more are missing, the metric
// itself is.
const maxMissing = 1000

func (a *ownerRead) read(ctx context.Context, cs claims, from time.Time, selectors ...string) error {
	rows, warnings := make([][]model.LabelSet, len(selectors)), make([][]string, len(selectors))
	g, gctx := fault.WithContext(ctx)
	for i, selector := range selectors {
		g.Go(func() (err error) {
			rows[i], warnings[i], err = a.source.Series(gctx, selector, from, a.to)
			return err
		})
	}
	err := g.Wait()
	a.took.Queries += len(selectors)
	for i := range selectors {
		a.took.Warnings = append(a.took.Warnings, warnings[i]...)
		for _, m := range rows[i] {
			cs.add(m)
		}
	}
	return err
}
