package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/promexpr"
)

// activeSets are the replica sets with pods, and the deployments that own them, from
// kube-state-metrics. A set that gets its first pods is a rollout, forward or back. Scaling is not.
func activeSets(namespace string, match []*labels.Matcher) parser.Expr {
	of := []string{"cluster", namespace, "replicaset"}
	active := promexpr.Binary(parser.GTR, promexpr.Series("kube_replicaset_spec_replicas", match...), promexpr.Number(0))
	owner := promexpr.Series("kube_replicaset_owner", append(slices.Clone(match), promexpr.Equal("owner_kind", "Deployment"))...)
	out := promexpr.On(of, parser.MUL, promexpr.Aggregate(parser.MAX, of, active),
		promexpr.Aggregate(parser.MAX, append(slices.Clone(of), "owner_name"), owner))
	out.VectorMatching.Card, out.VectorMatching.Include = parser.CardManyToOne, []string{"owner_name"}
	return out
}

// generations are the versions of deployments. They show changes if replica sets are not exported.
func generations(namespace string, match []*labels.Matcher) parser.Expr {
	return promexpr.Aggregate(parser.MAX, []string{"cluster", namespace, "deployment"}, promexpr.Series("kube_deployment_status_observed_generation", match...))
}

// withRenamedNamespace builds a query for rows as kube-state-metrics exports them, and for rows of
// a scrape without honorLabels, which have it in exported_namespace.
func withRenamedNamespace(build func(namespace string, match []*labels.Matcher) parser.Expr, match []*labels.Matcher) parser.Expr {
	const plain, renamed = "namespace", "exported_namespace"
	own := append(slices.Clone(match), promexpr.Equal(renamed, ""))
	var theirs []*labels.Matcher
	for _, m := range match {
		theirs = append(theirs, labels.MustNewMatcher(m.Type, renamed, m.Value))
	}
	if len(match) == 0 {
		theirs = append(theirs, labels.MustNewMatcher(labels.MatchNotEqual, renamed, ""))
	}
	as := promexpr.Call("label_replace", build(renamed, theirs), promexpr.Text(plain), promexpr.Text("$1"), promexpr.Text(renamed), promexpr.Text("(.*)"))
	both := promexpr.Binary(parser.LOR, build(plain, own), as)
	both.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToMany}
	return both
}

// rolloutPoints is the approximate number of points in time that are read.
const rolloutPoints = 500

// maxNamespaces bounds the namespaces that a selector names.
const maxNamespaces = 50

// rollouts adds the rollouts of the workloads. They are additional information: an error is a
// warning.
func (e *Engine) rollouts(ctx context.Context, out *Events, workloads []map[string]string, from, to time.Time) {
	if len(workloads) == 0 || !from.Before(to) {
		return
	}
	if workloads = withWorkloadName(workloads); len(workloads) == 0 {
		out.Warn("no rollouts: they are found by the labels namespace, workload or deployment, and the SLOs are grouped by none of them")
		return
	}
	step := max(to.Sub(from)/rolloutPoints, time.Minute).Truncate(time.Minute)
	match := namespaceMatchers(workloads)
	ask := func(of parser.Expr) model.Matrix {
		expr := of.String()
		matrix, cost, warnings, err := e.resources.Range(ctx, expr, from.Truncate(step), to, step)
		if err != nil {
			out.Warn("no rollouts: " + err.Error())
			return nil
		}
		out.Add(cost, warnings, []string{expr})
		return matrix
	}
	sets := ask(withRenamedNamespace(activeSets, match))
	changed := ask(withRenamedNamespace(generations, match))
	if len(sets)+len(changed) == 0 {
		out.Warn("no rollouts: no series kube_replicaset_spec_replicas or kube_deployment_status_observed_generation of these namespaces. They come from kube-state-metrics")
	}
	seen := map[string]bool{}
	known := newWorkloadIndex(workloads)
	for _, d := range deployments(sets, "owner_name") {
		seen[measure.LabelKey(d.labels)] = true
		if known.contains(d.labels) {
			out.Events = append(out.Events, d.newSets()...)
		}
	}
	for _, d := range deployments(changed, "deployment") {
		if !seen[measure.LabelKey(d.labels)] && known.contains(d.labels) {
			out.Events = append(out.Events, d.newGenerations()...)
		}
	}
}

// withWorkloadName returns the label sets that name a workload. For others, every rollout in the
// cluster would be shown.
func withWorkloadName(workloads []map[string]string) []map[string]string {
	return slices.DeleteFunc(slices.Clone(workloads), func(w map[string]string) bool {
		return w["namespace"] == "" && w["workload"] == "" && w["deployment"] == ""
	})
}

// namespaceMatchers returns matchers of the workloads' namespaces; none: all namespaces.
func namespaceMatchers(workloads []map[string]string) []*labels.Matcher {
	names := map[string]bool{}
	for _, w := range workloads {
		if w["namespace"] == "" {
			return nil
		}
		names[w["namespace"]] = true
	}
	if len(names) > maxNamespaces {
		return nil
	}
	return []*labels.Matcher{promexpr.OneOf("namespace", slices.Collect(maps.Keys(names))...)}
}

// workloadIndex finds a deployment among workloads by their common labels, in constant time.
type workloadIndex struct{ exact, inAnyCluster map[workloadLabels]bool }

// workloadLabels are cluster, namespace, workload and deployment; "" matches any.
type workloadLabels [4]string

func newWorkloadIndex(workloads []map[string]string) workloadIndex {
	index := workloadIndex{map[workloadLabels]bool{}, map[workloadLabels]bool{}}
	for _, w := range workloads {
		labels := workloadLabels{w["cluster"], w["namespace"], w["workload"], w["deployment"]}
		index.exact[labels] = true
		labels[0] = ""
		index.inAnyCluster[labels] = true
	}
	return index
}

// contains reports whether a deployment is one of the workloads. A workload without a cluster
// matches any cluster.
func (i workloadIndex) contains(deployment map[string]string) bool {
	own := workloadLabels{deployment["cluster"], deployment["namespace"], deployment["workload"], deployment["workload"]}
	known := i.exact
	if own[0] == "" {
		known = i.inAnyCluster
	}
	for subset := range 1 << len(own) {
		var labels workloadLabels
		for bit := range own {
			if subset&(1<<bit) != 0 {
				labels[bit] = own[bit]
			}
		}
		if known[labels] {
			return true
		}
	}
	return false
}

// deployment contains the series of one deployment.
type deployment struct {
	labels map[string]string // cluster, namespace, workload
	series []*model.SampleStream
}

func deployments(matrix model.Matrix, name model.LabelName) []deployment {
	var out []deployment
	at := map[string]int{}
	for _, s := range matrix {
		labels := map[string]string{"namespace": string(s.Metric["namespace"]), "workload": string(s.Metric[name])}
		if c := string(s.Metric["cluster"]); c != "" {
			labels["cluster"] = c
		}
		key := measure.LabelKey(labels)
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, deployment{labels: labels})
		}
		out[k].series = append(out[k].series, s)
	}
	return out
}

func (d deployment) event(at model.Time, what string) Event {
	return Event{
		Kind: EventRollouts, Labels: d.labels, From: at.Time().UTC(), Title: "rollout",
		Text: fmt.Sprintf("%s/%s: %s", d.labels["namespace"], d.labels["workload"], what),
	}
}

// newSets returns the points at which a replica set has pods, and had none when the deployment had
// its previous sample. Sets at the first point are not new.
func (d deployment) newSets() []Event {
	active := map[model.Time][]string{}
	for _, s := range d.series {
		for _, p := range s.Values {
			active[p.Timestamp] = append(active[p.Timestamp], string(s.Metric["replicaset"]))
		}
	}
	var out []Event
	var before []string
	for _, at := range slices.Sorted(maps.Keys(active)) {
		for _, set := range slices.Sorted(slices.Values(active[at])) {
			if before != nil && !slices.Contains(before, set) {
				out = append(out, d.event(at, "replica set "+set))
			}
		}
		before = active[at]
	}
	return out
}

func (d deployment) newGenerations() []Event {
	var out []Event
	for _, s := range d.series {
		for i := 1; i < len(s.Values); i++ {
			if now := s.Values[i]; now.Value > s.Values[i-1].Value {
				out = append(out, d.event(now.Timestamp, fmt.Sprintf("generation %.0f", float64(now.Value))))
			}
		}
	}
	return out
}
