// Package kubernetes resolves pods to the workloads that own them, over time. Its data are rows of
// kube-state-metrics (kube_pod_owner, kube_replicaset_owner, kube_job_owner) and of the recording
// rule that many clusters derive from them. Rows are read as labels from the server's index.
// Samples are read only for names with several owners, to find the times of changes.
//
// It must not depend on SLOs, resources or Grafana. Start reading at Reader.Owners. row.go reads rows,
// claims.go chooses among them, times.go dates them, place.go decides which pod a series belongs to.
package kubernetes

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Pod identifies a pod. Cluster and UID are "" if the series have no such label.
type Pod struct{ Cluster, Namespace, Name, UID string }

// Workload owns pods.
type Workload struct {
	Name string
	// lower case: deployment, statefulset, daemonset, replicaset, job, cronjob, barepod, staticpod, or
	// another kind of owner
	Type string
}

// Types of workloads without an owner.
const (
	barePod   = "barepod"
	staticPod = "staticpod"
)

// typeOf returns a kind of owner in the spelling of the recording rule.
func typeOf(kind string) string { return strings.ToLower(kind) }

// Ownership is a time in which a pod belonged to a workload.
type Ownership struct {
	Workload
	Version            // from Owners.Versions only
	From, To time.Time // whole minutes; zero: unlimited
}

// Clip returns the part of (from, to] in the ownership.
func (o Ownership) Clip(from, to time.Time) (time.Time, time.Time) {
	if from.Before(o.From) {
		from = o.From
	}
	if !o.To.IsZero() && to.After(o.To) {
		to = o.To
	}
	return from, to
}

// Owners are the workloads of pods.
type Owners struct {
	claims   claims
	resolved map[Pod]resolution
	places   map[Place]Pod
}

// resolution is the result for one pod.
type resolution struct {
	stays    []Ownership
	why      unresolved // if there is no workload for the pod, or for a part of the time
	disputed string     // owners that rows named at the same time
}

// Of returns the workloads of a pod, in order of time; none if its owner is unknown.
func (o *Owners) Of(p Pod) []Ownership { return workloadsOf(o.of(p).stays) }

func (o *Owners) of(p Pod) resolution {
	if o == nil {
		return resolution{}
	}
	if r, ok := o.resolved[p]; ok {
		return r
	}
	return o.claims.resolve(p)
}

// Pod returns the pod of a series with these labels. Places that were passed to Reader.Owners are
// decided by all rows, others by their labels only.
func (o *Owners) Pod(p Place) Pod {
	if o == nil {
		return p.candidates()[0]
	}
	if pod, ok := o.places[p]; ok {
		return pod
	}
	return p.candidates()[0]
}

// Clusters returns the clusters in the rows of a pod of this name, without "".
func (o *Owners) Clusters(namespace, pod string) []string {
	return clustersOf(slices.Concat(o.claims.rows[object{kindPod, namespace, pod}],
		o.claims.rows[object{kindRule, namespace, pod}]))
}

// Gaps describes the pods of places without an owner for all or a part of the time, and those with
// disputed owners: their number, an example, and what to do.
func (o *Owners) Gaps(places []Place) []string {
	var gaps [ambiguous + 1]podGap
	var disputed podGap
	pods := o.distinctPods(places)
	for _, p := range pods {
		r := o.of(p)
		if r.why.reason != resolved {
			gaps[r.why.reason].add(p, r.why.text)
		}
		if r.disputed != "" {
			disputed.add(p, func() string { return r.disputed })
		}
	}
	var out []string
	for _, g := range gaps {
		if g.pods > 0 {
			out = append(out,
				fmt.Sprintf(`no owner found for %d of %d pods, such as %s/%s. They count as workload "". %s`, g.pods,
					len(pods), g.first.Namespace, g.first.Name, g.text))
		}
	}
	if disputed.pods > 0 {
		out = append(out, fmt.Sprintf("of %d of %d pods, such as %s/%s, two owners are given at the same time (%s). The one that came later counts. A kube-state-metrics may expose old rows",
			disputed.pods, len(pods), disputed.first.Namespace, disputed.first.Name, disputed.text))
	}
	return out
}

// podGap are pods with the same gap.
type podGap struct {
	pods  int
	first Pod
	text  string // of the first
}

func (g *podGap) add(p Pod, text func() string) {
	if g.pods++; g.pods == 1 {
		g.first, g.text = p, text()
	}
}

func (o *Owners) distinctPods(places []Place) []Pod {
	seen := map[Pod]bool{}
	var out []Pod
	for _, place := range places {
		if p := o.Pod(place); p.Name != "" && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}
