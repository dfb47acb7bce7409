package catalog

import "slices"

// IdentityKubernetes finds the workload of a counter by its pod.
const IdentityKubernetes = "kubernetes"

// Labels that an identity makes.
const (
	LabelWorkload     = "workload"
	LabelWorkloadType = "workload_type"
)

// ByPods tells whether groups are workloads, or of some workloads, that are found by their pods.
func (s SLO) ByPods() bool {
	return s.Identity == IdentityKubernetes && (s.byWorkload() || slices.ContainsFunc(s.Groups, func(f *Filter) bool {
		return f.Name == LabelWorkload || f.Name == LabelWorkloadType
	}))
}

func (s SLO) byWorkload() bool {
	return slices.Contains(s.By, LabelWorkload) || slices.Contains(s.By, LabelWorkloadType)
}

// identity reads how workloads are found. What is counted as slices of time is judged for a workload as a whole, which sums
// over its pods do not tell.
func (d *decoder) identity(n node, s SLO) string {
	text, ok := d.text(n, IdentityKubernetes)
	switch kind := s.Kind(); {
	case !ok:
	case text != IdentityKubernetes:
		d.problem(n, "unknown identity %s; kubernetes finds workloads by their pods, by kube-state-metrics", quote(text))
	case kind != KindEvents && kind != KindLatency:
		d.problem(n, "a %s SLO cannot be put together from pods; events and latency can", kind)
	case !s.byWorkload():
		d.problem(n, "makes the labels workload and workload_type, and the SLO is grouped by neither; give e.g. by: [namespace, workload]")
	default:
		return text
	}
	return ""
}
