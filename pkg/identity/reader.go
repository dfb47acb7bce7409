package identity

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/promclient"
)

// Metrics of kube-state-metrics, and the recording rule that kube-prometheus and the kubernetes-mixin make of them.
const (
	rule            = "namespace_workload_pod:kube_pod_owner:relabel"
	podOwner        = "kube_pod_owner"
	replicaSetOwner = "kube_replicaset_owner"
	jobOwner        = "kube_job_owner"
)

// Metrics are those that tell the owners of pods, one is enough.
var Metrics = []string{rule, podOwner}

const (
	kept          = 256             // answers
	keptFor       = 5 * time.Minute // for a pod that is not in the answer it is asked anew
	maxNamespaces = 50              // named in a selector; more: all are asked for
	podsAtOnce    = 200             // named in a selector
)

// Source is what is asked.
type Source interface {
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
	QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error)
}

// Took is what an answer took.
type Took struct {
	Queries  int
	Warnings []string
	Sent     []string // PromQL
}

// Reader reads owners and keeps them for a while. It is safe for concurrent use.
type Reader struct {
	source  Source
	now     func() time.Time
	answers *lru.Cache[question, answer]
	turn    *semaphore.Weighted
}

type question struct {
	namespaces string
	from, to   int64 // whole hours
}

type answer struct {
	owners  *Owners
	unknown map[Pod]bool
	asked   time.Time
}

// NewReader reads from a source.
func NewReader(source Source, now func() time.Time) *Reader {
	answers, _ := lru.New[question, answer](kept) // fails for a size of 0 only
	return &Reader{source, now, answers, semaphore.NewWeighted(1)}
}

// Owners are the workloads that pods belonged to within [from, to]. A pod that nothing is known of has none.
func (r *Reader) Owners(ctx context.Context, pods []Pod, from, to time.Time) (*Owners, Took, error) {
	from, to = from.Truncate(time.Hour), to.Add(time.Hour-1).Truncate(time.Hour)
	q := question{namespacesOf(pods), from.Unix(), to.Unix()}
	if owners := r.known(q, pods); owners != nil {
		return owners, Took{}, nil
	}
	// The panels of a dashboard ask at the same time, and mostly about the same pods.
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return nil, Took{}, err
	}
	defer r.turn.Release(1)
	if owners := r.known(q, pods); owners != nil {
		return owners, Took{}, nil
	}
	a := &asking{source: r.source, namespaces: q.namespaces, from: from, to: to}
	owners, err := a.owners(ctx, pods)
	if err != nil {
		return nil, a.took, err
	}
	if len(a.took.Warnings) == 0 {
		known := answer{owners, map[Pod]bool{}, r.now()}
		for _, p := range pods {
			known.unknown[p] = len(owners.Of(p)) == 0
		}
		r.answers.Add(q, known)
	}
	return owners, a.took, nil
}

// known is an answer that is held and fits; nil without one.
func (r *Reader) known(q question, pods []Pod) *Owners {
	for _, k := range r.answers.Keys() {
		if known, ok := r.answers.Peek(k); ok && k.from <= q.from && k.to >= q.to && known.fits(pods, r.now()) {
			return known.owners
		}
	}
	return nil
}

// fits is false when the answer is old, or may know less than the server does now.
func (a answer) fits(pods []Pod, now time.Time) bool {
	if age := now.Sub(a.asked); age < 0 || age >= keptFor {
		return false
	}
	return !slices.ContainsFunc(pods, func(p Pod) bool { return !a.unknown[p] && len(a.owners.Of(p)) == 0 })
}

// namespacesOf is a matcher's pattern of the pods' namespaces; "" for all.
func namespacesOf(pods []Pod) string {
	names := map[string]bool{}
	for _, p := range pods {
		names[regexp.QuoteMeta(p.Namespace)] = true
	}
	if len(names) > maxNamespaces || names[""] {
		return ""
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), "|")
}

// asking is one reading of owners.
type asking struct {
	source     Source
	namespaces string
	from, to   time.Time
	took       Took
}

func (a *asking) owners(ctx context.Context, pods []Pod) (*Owners, error) {
	rows, err := a.all(ctx, rule, jobOwner)
	if err != nil {
		return nil, err
	}
	jobs := ownership{}
	jobs.add(rows[1], "job_name")
	stays := map[Pod][]Stay{}
	for pod, w := range ruled(rows[0], jobs) {
		if len(w) == 1 {
			stays[pod] = []Stay{{Workload: w[0]}}
		}
	}
	if o := newOwners(stays); !slices.ContainsFunc(pods, func(p Pod) bool { return len(o.Of(p)) == 0 }) {
		return o, nil
	}
	if rows, err = a.all(ctx, podOwner, replicaSetOwner); err != nil {
		return nil, err
	}
	c := chain{ownership{}, ownership{}, jobs}
	c.pods.add(rows[0], "pod")
	c.replicaSets.add(rows[1], "replicaset")
	one, several := c.workloads()
	for pod, w := range one {
		if len(stays[pod]) == 0 {
			stays[pod] = []Stay{{Workload: w}}
		}
	}
	if err := a.follow(ctx, c, several, stays); err != nil {
		return nil, err
	}
	return newOwners(stays), nil
}

// all lists the series of metrics, side by side.
func (a *asking) all(ctx context.Context, metrics ...string) ([][]model.LabelSet, error) {
	out, warnings := make([][]model.LabelSet, len(metrics)), make([][]string, len(metrics))
	queries := make([]int, len(metrics))
	g, gctx := fault.WithContext(ctx)
	for i, metric := range metrics {
		g.Go(func() (err error) {
			for _, label := range []string{"namespace", "exported_namespace"} {
				selector := metric
				if a.namespaces != "" {
					selector = fmt.Sprintf("%s{%s=~%q}", metric, label, a.namespaces)
				}
				out[i], warnings[i], err = a.source.Series(gctx, selector, a.from, a.to)
				if queries[i]++; err != nil || len(out[i]) > 0 || a.namespaces == "" {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	for i := range metrics {
		a.took.Queries += queries[i]
		a.took.Warnings = append(a.took.Warnings, warnings[i]...)
	}
	return out, err
}
