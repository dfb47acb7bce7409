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

// IsCountedByPods reports whether groups are workloads, or of some workloads, that are found by their pods.
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
		d.Report(n, "unknown identity %s. Use kubernetes, which finds workloads by the owners of their pods", decode.Quote(text))
	case kind != sli.KindEvents && kind != sli.KindLatency:
		d.Report(n, "identity kubernetes works only with events and latency SLOs, not with %s", kind)
	case !s.hasWorkloadLabels():
		d.Report(n, "identity kubernetes requires workload or workload_type in by, for example by: [namespace, workload]")
	default:
		return text
	}
	return ""
}
