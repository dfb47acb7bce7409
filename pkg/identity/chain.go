package identity

import (
	"maps"
	"slices"

	"github.com/prometheus/common/model"
)

// owner is one that a row of kube-state-metrics names.
type owner struct {
	kind, name string
	controller bool
}

// object is a pod, replica set or job: all are told by cluster, namespace and name.
type object = Pod

// ownership is who owns objects of one kind; an object may have several rows.
type ownership map[object][]owner

// add takes the rows of a metric in; name is the label of the owned object's name.
func (os ownership) add(rows []model.LabelSet, name string) {
	for _, m := range rows {
		p := PodOf(getter(m))
		key := object{Cluster: p.Cluster, Namespace: p.Namespace, Name: string(m[model.LabelName(name)])}
		if name == "pod" {
			key.Name = p.Name
		}
		o := owner{string(m["owner_kind"]), string(m["owner_name"]), m["owner_is_controller"] == "true"}
		if !slices.Contains(os[key], o) {
			os[key] = append(os[key], o)
		}
	}
}

// of are the owners of an object, without those beside one that controls it. Several have followed one another.
func (os ownership) of(key object) []owner {
	all := os[key]
	if slices.ContainsFunc(all, func(o owner) bool { return o.controller }) {
		all = slices.DeleteFunc(slices.Clone(all), func(o owner) bool { return o.named() && !o.controller })
	}
	return all
}

// named is false for the row of an object without an owner: older versions of kube-state-metrics write <none>.
func (o owner) named() bool { return o.kind != "" && o.kind != "<none>" }

// chain follows owners from pods up to workloads.
type chain struct{ pods, replicaSets, jobs ownership }

// workload is the one that a pod belongs to by an owner of it.
func (c chain) workload(pod Pod, o owner) Workload {
	switch {
	case !o.named():
		return Workload{pod.Name, barePod}
	case o.kind == "Node":
		return Workload{pod.Name, staticPod}
	case o.kind == "ReplicaSet":
		return c.above(c.replicaSets, pod, o)
	case o.kind == "Job":
		return c.above(c.jobs, pod, o)
	}
	return Workload{o.name, typeOf(o.kind)}
}

// above is the owner of a replica set or job, or that itself when it has none.
func (c chain) above(sets ownership, pod Pod, o owner) Workload {
	for _, top := range sets.of(object{Cluster: pod.Cluster, Namespace: pod.Namespace, Name: o.name}) {
		if top.named() {
			return Workload{top.name, typeOf(top.kind)}
		}
	}
	return Workload{o.name, typeOf(o.kind)}
}

// workloads are those of every pod, each once, and the pods that have had several, whose times are to be asked for.
func (c chain) workloads() (one map[Pod]Workload, several []Pod) {
	one = map[Pod]Workload{}
	for key := range maps.Keys(c.pods) {
		pod := key
		var found []Workload
		for _, o := range c.pods.of(key) {
			if w := c.workload(pod, o); !slices.Contains(found, w) {
				found = append(found, w)
			}
		}
		if one[pod] = found[0]; len(found) > 1 {
			several = append(several, pod)
		}
	}
	return one, several
}

// ruled are the workloads that the recording rule names; of jobs their cron jobs.
func ruled(rows []model.LabelSet, jobs ownership) map[Pod][]Workload {
	c := chain{jobs: jobs}
	out := map[Pod][]Workload{}
	for _, m := range rows {
		pod := PodOf(getter(m))
		w := Workload{string(m["workload"]), typeOf(string(m["workload_type"]))}
		if w.Type == "job" {
			w = c.above(jobs, pod, owner{kind: "Job", name: w.Name})
		}
		if !slices.Contains(out[pod], w) {
			out[pod] = append(out[pod], w)
		}
	}
	return out
}
