package catalog

import (
	"slices"
	"strings"
	"unicode"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// labelAliases are the names that meshes and exporters use for the common labels. An alias applies
// if the SLO is grouped by it and not by the common label. The first alias takes precedence.
var labelAliases = map[string][]string{
	"cluster": {"destination_cluster", "k8s_cluster_name"},
	"namespace": {
		"exported_namespace", "destination_namespace", "destination_workload_namespace",
		"k8s_namespace_name",
	},
	"workload": {
		"destination_workload", "deployment", "statefulset", "daemonset", "k8s_deployment_name", "k8s_statefulset_name",
		"k8s_daemonset_name",
	},
}

// LabelFor returns the group label of the SLO that a label means: the label itself, or one of its aliases.
func (s SLO) LabelFor(label string) string {
	if slices.Contains(s.By, label) {
		return label
	}
	for _, other := range labelAliases[label] {
		if slices.Contains(s.By, other) {
			return other
		}
	}
	return label
}

// Aliases returns the group labels of the SLO that are aliases, with the common labels.
func (s SLO) Aliases() map[string]string {
	out := map[string]string{}
	for label := range labelAliases {
		if name := s.LabelFor(label); name != label {
			out[name] = label
		}
	}
	return out
}

// WithGroupBy is WithBy for labels of a query: each is replaced by LabelFor, and renamed back in answers.
func (s SLO) WithGroupBy(labels []string) (SLO, error) {
	own := make([]string, len(labels))
	renamed := map[string]string{}
	for i, label := range labels {
		if own[i] = s.LabelFor(label); own[i] != label {
			renamed[own[i]] = label
		}
	}
	out, err := s.WithBy(own)
	out.RenamedLabels = renamed
	return out, err
}

// splitFilters separates filters on series from filters on groups: those on labels of workloads
// that are found by pods, or made by an expression.
func (s SLO) splitFilters(filters []*Filter) (series, groups []*Filter) {
	relabels := slices.ContainsFunc(s.SLI.Inputs(), func(in sli.Input) bool { return isRelabeling(*in.Text) })
	for _, f := range filters {
		if name := s.LabelFor(f.Name); name != f.Name {
			other := *f
			other.Name = name
			f = &other
		}
		switch {
		case s.IsCountedByPods() && IsOwnerLabel(f.Name), relabels && slices.Contains(s.By, f.Name):
			groups = append(groups, f)
		default:
			series = append(series, f)
		}
	}
	return series, groups
}

func isRelabeling(text string) bool {
	expr, err := promexpr.ParseVerbatim(text)
	if err != nil {
		return false
	}
	found := false
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		if c, ok := n.(*parser.Call); ok && (c.Func.Name == "label_replace" || c.Func.Name == "label_join") {
			found = true
		}
		return nil
	})
	return found
}

// labelNameProblem returns why a label cannot be used for groups, or "".
func labelNameProblem(name string) string {
	if name == model.MetricNameLabel {
		return "__name__ is no label to group by. It is the metric's name"
	}
	for i, r := range name {
		inside := i > 0 && (unicode.IsDigit(r) || strings.ContainsRune(".-/:", r))
		if r != '_' && !unicode.IsLetter(r) && !inside || r == unicode.ReplacementChar {
			return decode.Quote(name) +
				" is not a label name. It needs a letter or '_', then letters, digits and any of _ . - / :"
		}
	}
	if name == "" {
		return "empty. Give a label name, for example namespace"
	}
	return ""
}

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
