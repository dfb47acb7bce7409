package engine

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/promclient"
)

// What kube-state-metrics tells of deployments. A replica set that got pods is a
// rollout, forward or back; scaling is none. Where replica sets are not exported
// the generation tells that something was changed.
const (
	activeSets = `max by (cluster, namespace, replicaset) (kube_replicaset_spec_replicas%[1]s > 0)` +
		` * on (cluster, namespace, replicaset) group_left (owner_name)` +
		` max by (cluster, namespace, replicaset, owner_name) (kube_replicaset_owner{%[2]sowner_kind="Deployment"})`
	generations = `max by (cluster, namespace, deployment) (kube_deployment_status_observed_generation%[1]s)`
)

// rolloutPoints is about how many points in time are looked at.
const rolloutPoints = 500

// maxNamespaces is how many are named in a selector.
const maxNamespaces = 50

// rollouts adds the rollouts of the workloads. They are beside the point of an
// SLO: what fails is a warning.
func (e *Engine) rollouts(ctx context.Context, out *Events, workloads []map[string]string, from, to time.Time) {
	if len(workloads) == 0 || !from.Before(to) {
		return
	}
	if workloads = named(workloads); len(workloads) == 0 {
		out.warn("no rollouts: they are found by the labels namespace, workload or deployment, and the SLOs are grouped by none of them")
		return
	}
	step := max(to.Sub(from)/rolloutPoints, time.Minute).Truncate(time.Minute)
	span := promclient.Range{Start: from.Truncate(step), End: to, Step: step}
	match := matcher(workloads)
	inside := strings.TrimSuffix(match, ",")
	if inside != "" {
		inside = "{" + inside + "}"
	}
	ask := func(expr string) model.Matrix {
		matrix, warnings, err := e.server.QueryRange(ctx, expr, span)
		if err != nil {
			out.warn("no rollouts: " + err.Error())
			return nil
		}
		out.add(cells.Cost{Queries: 1}, warnings, []string{expr})
		return matrix
	}
	sets := ask(fmt.Sprintf(activeSets, inside, match))
	changed := ask(fmt.Sprintf(generations, inside))
	if len(sets)+len(changed) == 0 {
		out.warn("no rollouts: no series kube_replicaset_spec_replicas or kube_deployment_status_observed_generation of these namespaces; they come from kube-state-metrics")
	}
	seen := map[string]bool{}
	known := newWorkloadIndex(workloads)
	for _, d := range deployments(sets, "owner_name") {
		seen[labelText(d.labels)] = true
		if known.has(d.labels) {
			out.Events = append(out.Events, d.newSets()...)
		}
	}
	for _, d := range deployments(changed, "deployment") {
		if !seen[labelText(d.labels)] && known.has(d.labels) {
			out.Events = append(out.Events, d.newGenerations()...)
		}
	}
}

// named are the workloads that can be told from others: every rollout of a
// cluster says nothing about an SLO of all of it.
func named(workloads []map[string]string) []map[string]string {
	return slices.DeleteFunc(slices.Clone(workloads), func(w map[string]string) bool {
		return w["namespace"] == "" && w["workload"] == "" && w["deployment"] == ""
	})
}

// matcher selects the namespaces of the workloads, "" for all.
func matcher(workloads []map[string]string) string {
	names := map[string]bool{}
	for _, w := range workloads {
		if w["namespace"] == "" {
			return ""
		}
		names[regexp.QuoteMeta(w["namespace"])] = true
	}
	if len(names) > maxNamespaces {
		return ""
	}
	return fmt.Sprintf("namespace=~%q,", strings.Join(slices.Sorted(maps.Keys(names)), "|"))
}

// workloadIndex finds a deployment among workloads, by the labels that both
// have, in a time that does not depend on their number.
type workloadIndex struct{ known, inAnyCluster map[workloadLabels]bool }

// workloadLabels are cluster, namespace, workload and deployment; "" is any.
type workloadLabels [4]string

func newWorkloadIndex(workloads []map[string]string) workloadIndex {
	index := workloadIndex{map[workloadLabels]bool{}, map[workloadLabels]bool{}}
	for _, w := range workloads {
		labels := workloadLabels{w["cluster"], w["namespace"], w["workload"], w["deployment"]}
		index.known[labels] = true
		labels[0] = ""
		index.inAnyCluster[labels] = true
	}
	return index
}

// has is whether a deployment is one of the workloads. One without a cluster may
// run in any.
func (i workloadIndex) has(deployment map[string]string) bool {
	own := workloadLabels{deployment["cluster"], deployment["namespace"], deployment["workload"], deployment["workload"]}
	known := i.known
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

// deployment is the series of one deployment.
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
		key := labelText(labels)
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
		Kind: models.AnnotateRollouts, Labels: d.labels, From: at.Time().UTC(), Title: "rollout",
		Text: fmt.Sprintf("%s/%s: %s", d.labels["namespace"], d.labels["workload"], what),
	}
}

// newSets are the points at which a replica set has pods that had none when the
// deployment was last seen. What runs at the first point was rolled out before.
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
