package kubernetes

import (
	"cmp"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// Metrics of kube-state-metrics, and the recording rule that kube-prometheus and the
// kubernetes-mixin make of them.
const (
	rule = "namespace_workload_pod:kube_pod_owner:relabel"
	// PodOwner has a row for each pod in kube-state-metrics.
	PodOwner = "kube_pod_owner"
)

// Metrics are the metrics with owners of pods; one is enough.
var Metrics = []string{rule, PodOwner}

// kind is the kind of object of a row.
type kind string

const (
	kindPod        kind = PodOwner
	kindReplicaSet kind = "kube_replicaset_owner"
	kindJob        kind = "kube_job_owner"
	kindController kind = "kube_replicationcontroller_owner"
	kindRule       kind = rule // about a pod

	kindRevision kind = "kube_pod_labels"         // about a pod; its owner is the ControllerRevision
	kindImage    kind = "kube_pod_container_info" // about a pod; its owners are the containers, with their images as names
)

// kinds have rows about owners. versionKinds have rows about the versions of pods.
var (
	kinds        = []kind{kindPod, kindReplicaSet, kindJob, kindController, kindRule}
	versionKinds = []kind{kindRevision, kindImage}
)

// revisionLabel is the pod label controller-revision-hash in kube_pod_labels.
const revisionLabel = "label_controller_revision_hash"

func (k kind) label() string {
	switch k {
	case kindReplicaSet:
		return "replicaset"
	case kindJob:
		return "job_name"
	case kindController:
		return "replicationcontroller"
	}
	return "pod"
}

// rowsOf returns selectors of the rows of objects. A pod's name may be in a renamed label.
func (k kind) rowsOf(names []string) []*parser.VectorSelector {
	var out []*parser.VectorSelector
	for _, label := range []string{k.label(), "exported_pod"} {
		if label == k.label() || k.label() == "pod" {
			out = append(out, promexpr.Series(string(k), promexpr.OneOf(label, names...)))
		}
	}
	return out
}

// object is a pod, ReplicaSet, Job or ReplicationController in any cluster.
type object struct {
	kind            kind
	namespace, name string
}

// owner is the owner in a row. A row of the recording rule contains the workload and its type, and
// no controller.
type owner struct {
	kind, name string
	controller bool
}

// isNamed is false for an object without an owner: older versions of kube-state-metrics export <none>.
func (o owner) isNamed() bool {
	return o.kind != "" && o.kind != "<none>" && o.name != "" && o.name != "<none>"
}

// claim is an owner of an object in one cluster according to rows, and the time of the rows.
type claim struct {
	cluster, uid string
	owner        owner
	seen         []run // ascending; nil: not dated, valid at all times
	dated        bool
}

// claims contains all rows by object.
type claims struct {
	rows       map[object][]*claim
	ruledTypes map[[3]string]string // the result of ruled
}

// add adds a row. Rows that differ only in their exporter are one claim.
func (cs claims) add(m model.LabelSet) (object, *claim) {
	get := func(name string) string { return string(m[model.LabelName(name)]) }
	exported := func(name string) string { return cmp.Or(get("exported_"+name), get(name)) }
	o := object{kind: kind(get(model.MetricNameLabel)), namespace: exported("namespace")}
	c := claim{cluster: get("cluster"), uid: get("uid")}
	switch o.name = exported(o.kind.label()); o.kind {
	case kindRule:
		c.owner = owner{kind: get("workload_type"), name: get("workload")}
		if !c.owner.isNamed() { // an old rule exports a row without a workload for a ReplicaSet without an owner
			return o, nil
		}
	case kindRevision:
		c.owner = owner{kind: "ControllerRevision", name: get(revisionLabel)}
	case kindImage:
		c.owner = owner{kind: get("container"), name: cmp.Or(get("image_spec"), get("image"))}
	default:
		c.owner = owner{get("owner_kind"), get("owner_name"), get("owner_is_controller") == "true"}
		if !c.owner.isNamed() {
			c.owner = owner{}
		}
	}
	isVersion := slices.Contains(versionKinds, o.kind)
	if o.name == "" || !isVersion && !slices.Contains(kinds, o.kind) || isVersion && !c.owner.isNamed() {
		return o, nil
	}
	for _, known := range cs.rows[o] {
		if known.cluster == c.cluster && known.uid == c.uid && known.owner == c.owner {
			return o, known
		}
	}
	added := &c
	cs.rows[o] = append(cs.rows[o], added)
	return o, added
}

// matching returns the claims of an object in a cluster. Labels that one side lacks are ignored,
// different values exclude a claim. Claims of the cluster itself take precedence over those without
// one, as long as they exist.
func (cs claims) matching(o object, cluster, uid string) []*claim {
	fits := func(a, b string) bool { return a == b || a == "" || b == "" }
	return slices.DeleteFunc(slices.Clone(cs.rows[o]),
		func(c *claim) bool { return !fits(c.cluster, cluster) || !fits(c.uid, uid) })
}
