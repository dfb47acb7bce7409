package catalog

import (
	"slices"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/sli"
)

// IdentityKubernetes finds the workload of a counter by its pod.
const IdentityKubernetes = "kubernetes"

// Labels that an identity makes.
const (
	LabelWorkload     = "workload"
	LabelWorkloadType = "workload_type"
)

// IsCountedByPods tells whether groups are workloads, or of some workloads, that are found by their pods.
func (s SLO) IsCountedByPods() bool {
	return s.Identity == IdentityKubernetes && (s.hasWorkloadLabels() || slices.ContainsFunc(s.GroupFilters, func(f *Filter) bool {
		return f.Name == LabelWorkload || f.Name == LabelWorkloadType
	}))
}

func (s SLO) hasWorkloadLabels() bool {
	return slices.Contains(s.By, LabelWorkload) || slices.Contains(s.By, LabelWorkloadType)
}

// identity reads how workloads are found. What is counted as slices of time is judged for a workload as a whole, which sums
// over its pods do not tell.
func (d reader) identity(n decode.Node, s SLO) string {
	text, ok := d.Text(n, IdentityKubernetes)
	switch kind := s.Kind(); {
	case !ok:
	case text != IdentityKubernetes:
		d.Report(n, "unknown identity %s; kubernetes finds workloads by their pods, by kube-state-metrics", decode.Quote(text))
	case kind != sli.KindEvents && kind != sli.KindLatency:
		d.Report(n, "a %s SLO cannot be put together from pods; events and latency can", kind)
	case !s.hasWorkloadLabels():
		d.Report(n, "makes the labels workload and workload_type, and the SLO is grouped by neither; give e.g. by: [namespace, workload]")
	default:
		return text
	}
	return ""
}
