package kubernetes

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// run is a time in which a row existed, in Unix minutes: first <= t < last.
type run struct{ first, last int64 }

const (
	maxNamesInMatcher = 200 // in a matcher
	// maxFineHours bounds the hours that are read by the minute. Further changes are dated by the hour.
	maxFineHours = 48
	// datedBefore is how long before the range rows are dated: an ended row still names the owner,
	// because kube-state-metrics may be absent.
	datedBefore = 24 * time.Hour
)

// date finds when the rows of objects existed: by the hour, and by the minute where they begin or end.
func (a *ownerRead) date(ctx context.Context, cs claims, objects []object) error {
	byKind := map[kind][]string{}
	isDated := map[object]bool{}
	for _, o := range objects {
		byKind[o.kind] = append(byKind[o.kind], o.name)
		isDated[o] = true
	}
	for _, k := range append(slices.Clone(kinds), kindRevision) {
		names := byKind[k]
		slices.Sort(names)
		for chunk := range slices.Chunk(slices.Compact(names), maxNamesInMatcher) {
			if err := a.dateNames(ctx, cs, k, chunk, isDated); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *ownerRead) dateNames(ctx context.Context, cs claims, k kind, names []string, isDated map[object]bool) error {
	hourly, err := a.present(ctx, cs, k, names, isDated, time.Hour, a.from.Add(-datedBefore), a.to)
	if err != nil {
		return err
	}
	begin, end := a.from.Add(-datedBefore).Unix()/60, a.to.Unix()/60
	edges := map[int64]bool{} // ends of the hours in which a row begins or ends
	for c, marks := range hourly {
		c.dated, c.seen = true, nil
		for _, r := range runsOf(marks, 60) {
			if r.first > begin {
				edges[r.first+60] = true
			}
			if r.last < end {
				edges[r.last], edges[r.last+60] = true, true
			}
			c.seen = append(c.seen, r)
		}
	}
	for o := range isDated {
		if o.kind == k {
			for _, c := range cs.rows[o] {
				c.dated = c.dated || len(hourly) > 0 // the row did not exist in this time
			}
		}
	}
	if len(edges) == 0 || len(edges) > maxFineHours {
		a.smooth(cs, k, isDated, 60)
		return nil
	}
	fine := map[*claim][]int64{}
	for _, hours := range consecutive(slices.Sorted(maps.Keys(edges)), 60) {
		from, to := time.Unix((hours[0]-60)*60, 0), time.Unix(hours[len(hours)-1]*60, 0)
		marks, err := a.present(ctx, cs, k, names, isDated, time.Minute, from, to)
		if err != nil {
			return err
		}
		for c, m := range marks {
			fine[c] = append(fine[c], m...)
		}
	}
	for c, marks := range hourly {
		c.seen = c.refined(marks, fine[c], edges)
	}
	a.smooth(cs, k, isDated, 1)
	return nil
}

// present returns the instants, in minutes, at which rows existed: within the step that ends at
// each, or exactly then for a step of a minute.
func (a *ownerRead) present(ctx context.Context, cs claims, k kind, names []string, isDated map[object]bool,
	step time.Duration, from, to time.Time,
) (map[*claim][]int64, error) {
	by := []string{"cluster", "namespace", "exported_namespace", k.label(), "uid"}
	switch k {
	case kindRule:
		by = append(by, "workload", "workload_type")
	case kindRevision:
		by = append(by, revisionLabel)
	default:
		by = append(by, "owner_kind", "owner_name", "owner_is_controller")
	}
	var all parser.Expr
	for _, vs := range k.rowsOf(names) {
		rows := parser.Expr(vs)
		if step != time.Minute {
			rows = promexpr.Over("last_over_time", vs, step)
		}
		if all == nil {
			all = rows
			continue
		}
		by, all = append(by, "exported_pod"), promexpr.Binary(parser.LOR, all, rows)
	}
	expr := promexpr.Aggregate(parser.GROUP, by, all).String()
	matrix, warnings, err := a.source.QueryRange(ctx, expr, prom.Range{Start: from.Add(step), End: to, Step: step})
	if err != nil {
		return nil, err
	}
	a.took.Queries++
	a.took.Warnings = append(a.took.Warnings, warnings...)
	a.took.Sent = append(a.took.Sent, expr)
	out := map[*claim][]int64{}
	for _, s := range matrix {
		row := model.LabelSet(s.Metric).Clone()
		row[model.MetricNameLabel] = model.LabelValue(k)
		o, c := cs.add(row)
		if c == nil || !isDated[o] {
			continue
		}
		for _, v := range s.Values {
			out[c] = append(out[c], v.Timestamp.Unix()/60)
		}
	}
	for c, marks := range out {
		slices.Sort(marks)
		out[c] = slices.Compact(marks)
	}
	return out, nil
}

// runsOf merges instants that are a step apart. Each represents the step that ends at it.
func runsOf(marks []int64, step int64) []run {
	var out []run
	for _, near := range consecutive(marks, step) {
		out = append(out, run{near[0] - step, near[len(near)-1]})
	}
	return out
}

func consecutive(sorted []int64, step int64) [][]int64 {
	var out [][]int64
	for _, m := range sorted {
		if n := len(out); n > 0 && out[n-1][len(out[n-1])-1] == m-step {
			out[n-1] = append(out[n-1], m)
		} else {
			out = append(out, []int64{m})
		}
	}
	return out
}

// refined returns the runs of a claim: by the minute in the hours that were read so, else by the hour.
func (c *claim) refined(hourly, fine []int64, edges map[int64]bool) []run {
	var marks []run
	for _, h := range hourly {
		if !edges[h] {
			marks = append(marks, run{h - 60, h})
		}
	}
	for _, m := range fine {
		marks = append(marks, run{m - 1, m})
	}
	slices.SortFunc(marks, func(a, b run) int { return cmp.Compare(a.first, b.first) })
	var out []run
	for _, m := range marks {
		if n := len(out); n > 0 && out[n-1].last >= m.first {
			out[n-1].last = max(out[n-1].last, m.last)
		} else {
			out = append(out, m)
		}
	}
	return out
}

// smooth closes the gaps between the claims of an object. Within a gap the owner is unknown. The
// border between two owners is put where it is cheapest to count: at the last full hour in the gap,
// else at the last five minutes, else at the start of the later one. The first claim is extended to
// the past, the last one to the future.
func (a *ownerRead) smooth(cs claims, k kind, isDated map[object]bool, step int64) {
	for o := range isDated {
		if o.kind != k {
			continue
		}
		byCluster := map[string][]*claim{}
		isOne := len(clustersOf(cs.rows[o])) < 2 // the label cluster may have been added in the meantime
		for _, c := range cs.rows[o] {
			if isOne {
				byCluster[""] = append(byCluster[""], c)
			} else {
				byCluster[c.cluster] = append(byCluster[c.cluster], c)
			}
		}
		for _, all := range byCluster {
			if k == kindRevision {
				fillShortGaps(all, step)
			} else {
				fillGaps(all, step)
			}
		}
	}
}

// fillGaps closes the gaps of claims about one object. step is the resolution of the runs: the
// first sample of a run is within it.
func fillGaps(all []*claim, step int64) {
	var runs []*run
	for _, c := range all {
		for i := range c.seen {
			runs = append(runs, &c.seen[i])
		}
	}
	if len(runs) == 0 {
		return
	}
	slices.SortStableFunc(runs, func(a, b *run) int { return cmp.Compare(a.first, b.first) })
	last := runs[0]
	for _, r := range runs[1:] {
		if last.last <= r.first {
			border := r.first
			if step == 1 { // the first sample of the run is at first+1
				border = coarsest(last.last, border+1)
			}
			last.last, r.first = border, border
		} else if step == 1 { // both existed
			r.first = coarsest(r.first, r.first+1)
		}
		if r.last > last.last {
			last = r
		}
	}
	runs[0].first = always
	last.last = forever
}

// coarsest returns the last full hour in [from, to], else the last five minutes, else the minute
// before to: a row at a minute began within the minute that ends then.
func coarsest(from, to int64) int64 {
	for _, step := range []int64{60, 5} {
		if m := to - ((to%step)+step)%step; m >= from {
			return m
		}
	}
	return max(from, to-1)
}
