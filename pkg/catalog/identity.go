package catalog

import (
	"slices"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/sli"
)

// IdentityKubernetes is the identity by which the workload of a series is the owner of its pod.
const IdentityKubernetes = "kubernetes"

// Labels that an identity adds.
const (
	LabelWorkload     = "workload"
	LabelWorkloadType = "workload_type"
	LabelRevision     = "revision"
)

// IsOwnerLabel reports whether an identity adds the label: its values are found by pods.
func IsOwnerLabel(name string) bool {
	return name == LabelWorkload || name == LabelWorkloadType || name == LabelRevision
}

// IsCountedByPods reports whether the groups, or the groups of some members, are workloads that are
// found by the owners of their pods.
func (s SLO) IsCountedByPods() bool {
	return s.Identity == IdentityKubernetes &&
		(slices.ContainsFunc(s.By, IsOwnerLabel) || slices.ContainsFunc(s.GroupFilters, func(f *Filter) bool {
			return IsOwnerLabel(f.Name)
		}))
}

// HasRevisions reports whether the SLO needs the revisions of its pods.
func (s SLO) HasRevisions() bool {
	return s.Identity == IdentityKubernetes &&
		(slices.Contains(s.By, LabelRevision) || slices.ContainsFunc(s.GroupFilters, func(f *Filter) bool {
			return f.Name == LabelRevision
		}))
}

func (s SLO) hasWorkloadLabels() bool {
	return slices.Contains(s.By, LabelWorkload) || slices.Contains(s.By, LabelWorkloadType)
}

// identity reads the field identity. Slices of time are not allowed with it: a slice is good or bad
// for a whole workload, which the counts of its pods do not show.
func (d reader) identity(n decode.Node, s SLO) string {
	text, ok := d.Text(n, IdentityKubernetes)
	switch kind := s.Kind(); {
	case !ok:
	case text != IdentityKubernetes:
		d.Report(n, "unknown identity %s. Use kubernetes, which finds workloads by the owners of their pods",
			decode.Quote(text))
	case kind != sli.KindEvents && kind != sli.KindLatency:
		d.Report(n, "identity kubernetes works only with events and latency SLOs, not with %s", kind)
	case !s.hasWorkloadLabels():
		d.Report(n,
			"identity kubernetes requires workload or workload_type in by, for example by: [namespace, workload]")
	default:
		return text
	}
	return ""
}
