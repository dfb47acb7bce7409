// Package identity tells which Kubernetes workload a pod belongs to, or belonged to while it was there: by the labels of
// series that kube-state-metrics exposes, and of the recording rule that many clusters make of them. Labels are found in the
// index of the server; no samples are read, but for the few pods whose name has had several owners.
package identity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// Pod is a pod by its name. Cluster is "" where series have no label of that name.
type Pod struct{ Cluster, Namespace, Name string }

// Workload is what pods belong to.
type Workload struct {
	Name string
	Type string // lower case: deployment, statefulset, daemonset, replicaset, job, cronjob, barepod, staticpod, or another kind of owner
}

// Stay is a time in which a pod belonged to a workload.
type Stay struct {
	Workload
	From, To time.Time // whole hours; zero: without that end
}

// Owners are the workloads of pods.
type Owners struct {
	stays    map[Pod][]Stay
	clusters map[Pod][]string // by namespace and name alone
}

func newOwners(stays map[Pod][]Stay) *Owners {
	o := &Owners{stays, map[Pod][]string{}}
	for p := range stays {
		key := Pod{Namespace: p.Namespace, Name: p.Name}
		o.clusters[key] = append(o.clusters[key], p.Cluster)
	}
	return o
}

// Of gives the workloads of a pod, one after the other; none when it is not known. Where either the pod or its owner has no
// cluster, the other's is taken for the same one, if there is only one.
func (o *Owners) Of(p Pod) []Stay {
	if stays, ok := o.stays[p]; ok {
		return stays
	}
	clusters := o.clusters[Pod{Namespace: p.Namespace, Name: p.Name}]
	if p.Cluster != "" {
		clusters = slices.DeleteFunc(slices.Clone(clusters), func(c string) bool { return c != "" })
	}
	if len(clusters) != 1 {
		return nil
	}
	return o.stays[Pod{clusters[0], p.Namespace, p.Name}]
}

// PodOf is the pod that labels are about. Where a scrape without honorLabels has put the target's own pod and namespace in
// the place of those that an exporter tells of, the latter are called exported_pod and exported_namespace, and are meant.
func PodOf(labels func(name string) string) Pod {
	exported := func(name string) string { return cmp.Or(labels("exported_"+name), labels(name)) }
	return Pod{labels("cluster"), exported("namespace"), exported("pod")}
}

// Labels are those that tell a pod.
var Labels = []string{"cluster", "namespace", "exported_namespace", "pod", "exported_pod"}

func getter(m model.LabelSet) func(string) string {
	return func(name string) string { return string(m[model.LabelName(name)]) }
}

// Types that are no kinds of owners.
const (
	barePod   = "barepod"
	staticPod = "staticpod"
)

// typeOf is a kind of owner in lower case, as the recording rule has it.
func typeOf(kind string) string { return strings.ToLower(kind) }
