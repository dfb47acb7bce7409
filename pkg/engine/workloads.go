package engine

// Workloads merges the rows of a summary by group: the SLO with the least
// budget speaks for the workload, p95 comes from the first SLO (in the order
// asked) that has one, throughput from the first that counts events. Rows stay
// in the report's order, worst first.
func Workloads(r *Report, order []string) *Report {
	rank := make(map[string]int, len(order))
	for i, name := range order {
		rank[name] = i
	}
	type pick struct{ speaker, p95, traffic *Row }
	picks := map[string]*pick{}
	var keys []string
	for i := range r.Rows {
		row := &r.Rows[i]
		key := labelText(row.Labels)
		p := picks[key]
		if p == nil {
			p = &pick{}
			picks[key] = p
			keys = append(keys, key)
		}
		before := func(held *Row) bool { return held == nil || rank[row.SLO.Name] < rank[held.SLO.Name] }
		if p.speaker == nil || lessBudget(row, p.speaker) {
			p.speaker = row
		}
		if row.P95 != nil && before(p.p95) {
			p.p95 = row
		}
		if row.SLO.SLI.Events != nil && before(p.traffic) {
			p.traffic = row
		}
	}
	out := *r
	out.Rows = make([]Row, 0, len(keys))
	for _, key := range keys {
		p := picks[key]
		row := *p.speaker
		if p.p95 != nil {
			row.P95, row.P95Bounded, row.SLO.P95 = p.p95.P95, p.p95.P95Bounded, p.p95.SLO.P95
		}
		if p.traffic != nil {
			row.Throughput, row.Trend = p.traffic.Throughput, p.traffic.Trend
		}
		out.Rows = append(out.Rows, row)
	}
	return &out
}

func lessBudget(a, b *Row) bool {
	if a.Evaluation.HasBudget != b.Evaluation.HasBudget {
		return a.Evaluation.HasBudget
	}
	return a.Evaluation.Budget.Left < b.Evaluation.Budget.Left
}
