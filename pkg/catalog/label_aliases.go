package catalog

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// labelAliases are the labels by which meshes and exporters call what a dashboard calls otherwise. One counts where an SLO is
// grouped by it and not by the label itself, the first first.
var labelAliases = map[string][]string{
	"cluster":   {"destination_cluster", "k8s_cluster_name"},
	"namespace": {"exported_namespace", "destination_namespace", "destination_workload_namespace", "k8s_namespace_name"},
	"workload": {"destination_workload", "deployment", "statefulset", "daemonset", "k8s_deployment_name", "k8s_statefulset_name",
		"k8s_daemonset_name"},
}

// LabelFor is what the SLO calls a label: itself, or the one that stands for it among those that make the groups.
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

// Aliases are the labels of the SLO that stand for others, with those.
func (s SLO) Aliases() map[string]string {
	out := map[string]string{}
	for label := range labelAliases {
		if name := s.LabelFor(label); name != label {
			out[name] = label
		}
	}
	return out
}

// WithGroupBy is WithBy for labels as a query calls them: each is the one that stands for it, and is renamed in answers.
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

// splitFilters shows what filters are about: series, or groups that only the reading makes, of workloads that are found by their pods
// or by an expression that gives series other labels.
func (s SLO) splitFilters(filters []*Filter) (series, groups []*Filter) {
	relabels := slices.ContainsFunc(s.SLI.Inputs(), func(in sli.Input) bool { return isRelabeling(*in.Text) })
	for _, f := range filters {
		if name := s.LabelFor(f.Name); name != f.Name {
			other := *f
			other.Name = name
			f = &other
		}
		switch {
		case s.IsCountedByPods() && (f.Name == LabelWorkload || f.Name == LabelWorkloadType), relabels && slices.Contains(s.By, f.Name):
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
