package engine

import (
	"maps"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
)

// renameLabels returns a row with its labels renamed by names (old -> new).
func renameLabels(r Row, names map[string]string) Row {
	if len(names) == 0 {
		return r
	}
	labels := make(map[string]string, len(r.Labels))
	for label, value := range r.Labels {
		labels[newLabelName(names, label)] = value
	}
	r.Labels = labels
	r.SLO.By = slices.Clone(r.SLO.By)
	for i, label := range r.SLO.By {
		r.SLO.By[i] = newLabelName(names, label)
	}
	return r
}

func newLabelName(names map[string]string, label string) string {
	if name, ok := names[label]; ok {
		return name
	}
	return label
}

// unifyLabels replaces aliases of labels in the rows of a report, so that destination_workload of a
// mesh and deployment of kube-state-metrics are one workload. Rows without a cluster or type get
// those of other rows with the same name, if they all agree.
func unifyLabels(rows []Row) []Row {
	out := make([]Row, len(rows))
	valuesByWorkload := map[[3]string][]string{} // values by namespace, workload and label
	for i, row := range rows {
		out[i] = renameLabels(row, row.SLO.Aliases())
		for _, label := range optionalLabels {
			key := [3]string{out[i].Labels["namespace"], out[i].Labels[catalog.LabelWorkload], label}
			if key[0] == "" || key[1] == "" { // not a single workload
				continue
			}
			if value := out[i].Labels[label]; value != "" && !slices.Contains(valuesByWorkload[key], value) {
				valuesByWorkload[key] = append(valuesByWorkload[key], value)
			}
		}
	}
	for i := range out {
		namespace, workload := out[i].Labels["namespace"], out[i].Labels[catalog.LabelWorkload]
		for _, label := range optionalLabels {
			values := valuesByWorkload[[3]string{namespace, workload, label}]
			if namespace == "" || workload == "" || out[i].Labels[label] != "" || len(values) != 1 {
				continue
			}
			out[i].Labels = maps.Clone(out[i].Labels)
			if out[i].Labels[label] = values[0]; !slices.Contains(out[i].SLO.By, label) {
				out[i].SLO.By = append(slices.Clip(out[i].SLO.By), label)
			}
		}
	}
	return out
}

// optionalLabels are the labels that some exporters do not have.
var optionalLabels = []string{"cluster", catalog.LabelWorkloadType}
