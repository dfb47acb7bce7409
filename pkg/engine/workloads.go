package engine

import (
	"cmp"
	"maps"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Workloads merges the rows of a summary by group, with aliases of labels resolved. The row shows the most
// urgent SLO; ties go to the least remaining budget. The p95 is that of the first SLO (by order) that has
// one, the throughput that of the first SLO that counts events. The other rows are in OtherRows. Rows keep
// the report's order, worst first. An SLO that could not be read keeps its own row.
func Workloads(r *Report, order []string) *Report {
	rank := make(map[string]int, len(order))
	for i, name := range order {
		rank[name] = i
	}
	type pick struct {
		mostUrgent, p95, traffic *Row
		all                      []*Row
	}
	picks := map[string]*pick{}
	var keys []string
	rows := unifyLabels(r.Rows)
	for i := range rows {
		row := &rows[i]
		key := measure.LabelKey(row.Labels)
		if row.Unread {
			key = "unread\xff" + row.SLO.Name
		}
		p := picks[key]
		if p == nil {
			p = &pick{}
			picks[key] = p
			keys = append(keys, key)
		}
		before := func(held *Row) bool { return held == nil || rank[row.SLO.Name] < rank[held.SLO.Name] }
		p.all = append(p.all, row)
		if p.mostUrgent == nil || isMoreUrgent(row, p.mostUrgent) {
			p.mostUrgent = row
		}
		if row.P95 != nil && before(p.p95) {
			p.p95 = row
		}
		if row.SLO.Kind() == sli.KindEvents && before(p.traffic) {
			p.traffic = row
		}
	}
	out := *r
	out.Rows = make([]Row, 0, len(keys))
	for _, key := range keys {
		p := picks[key]
		row := *p.mostUrgent
		for _, other := range p.all {
			if other != p.mostUrgent {
				row.OtherRows = append(row.OtherRows, *other)
			}
		}
		if p.p95 != nil {
			row.P95, row.P95Bounded, row.SLO.P95 = p.p95.P95, p.p95.P95Bounded, p.p95.SLO.P95
		}
		if p.traffic != nil {
			row.Throughput, row.group, row.at = p.traffic.Throughput, p.traffic.group, p.traffic.at
		}
		out.Rows = append(out.Rows, row)
	}
	return &out
}

// isMoreUrgent reports whether a workload shows a rather than b: states that fire, are spent or
// begin to burn precede budgets, and budgets precede rows without one.
func isMoreUrgent(a, b *Row) bool {
	if x, y := workloadUrgency(a), workloadUrgency(b); x != y {
		return x < y
	}
	return a.Evaluation.Budget.Left < b.Evaluation.Budget.Left
}

// workloadUrgency is 0 for the most urgent rows.
func workloadUrgency(r *Row) int {
	const calm, silent = 200, 300
	switch {
	case r.Evaluation.State > slo.Ok || urgency(r) < urgentStates:
		return urgency(r)
	case r.Evaluation.HasBudget:
		return calm // ok, or no judged alert: the budget decides
	}
	return silent
}

// renameLabels returns a row with its labels renamed by names (old -> new).
func renameLabels(r Row, names map[string]string) Row {
	if len(names) == 0 {
		return r
	}
	labels := make(map[string]string, len(r.Labels))
	for label, value := range r.Labels {
		labels[cmp.Or(names[label], label)] = value
	}
	r.Labels = labels
	r.SLO.By = slices.Clone(r.SLO.By)
	for i, label := range r.SLO.By {
		r.SLO.By[i] = cmp.Or(names[label], label)
	}
	return r
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
