package ledger

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// presence measures coverage: the share of each cell in which some counter of
// the group was there. A scrape brings all counters of a target or none, so one
// counter for each target tells, where there is one that every target has.
func (f *fetcher) presence(ctx context.Context, tracks map[string]*track) error {
	r := f.out.run
	step, every := r.step(), presenceSeconds[r.level]
	ms := f.q.Matchers
	if speaker := spokesman(tracks, f.q.By); speaker != nil {
		ms = append(slices.Clone(ms), speaker...)
	}
	var seen reply
	if err := f.ask(ctx, &seen, presenceExpr(ms, f.q.By, step, every), r.from+step, r.to, step); err != nil {
		return err
	}
	f.note(seen)
	for _, s := range seen.matrix {
		group := f.cells.group(s.Metric)
		for _, p := range s.Values {
			share := float64(p.Value) * float64(every) / float64(step)
			if step == every {
				share = 1 // the value is how many counters are there
			}
			group.coverage[r.cell(p.Timestamp)] = min(share, 1)
		}
	}
	return nil
}

// spokesman picks matchers for one counter of each target: the values of the
// labels that differ within targets. It stands wherever any counter of its
// target does. nil when no such choice fits all targets, or when it would leave
// out a group.
func spokesman(tracks map[string]*track, by []string) []*labels.Matcher {
	targets := map[string][]*track{}
	for _, t := range tracks {
		m := target(t.metric)
		if m == nil {
			return nil
		}
		key := m.String()
		targets[key] = append(targets[key], t)
	}
	if len(targets) == len(tracks) {
		return nil // they are one a target as it is
	}
	differ := differing(targets)
	for _, l := range by {
		if slices.Contains(differ, model.LabelName(l)) {
			return nil
		}
	}
	speaks := map[string]int{} // targets for which a choice of values stands throughout
	chosen := map[string]model.Metric{}
	for _, ts := range targets {
		for _, t := range ts {
			if standsForAll(t, ts) {
				key := variant(t.metric, differ)
				speaks[key]++
				chosen[key] = t.metric
			}
		}
	}
	best := ""
	for key, n := range speaks {
		if n == len(targets) && (best == "" || key < best) {
			best = key
		}
	}
	if best == "" {
		return nil
	}
	out := make([]*labels.Matcher, len(differ))
	for i, l := range differ {
		out[i] = labels.MustNewMatcher(labels.MatchEqual, string(l), string(chosen[best][l]))
	}
	return out
}

// differing are the labels whose value is not the same for all counters of some
// target, sorted.
func differing(targets map[string][]*track) []model.LabelName {
	found := map[model.LabelName]bool{}
	for _, ts := range targets {
		first := ts[0].metric
		for _, t := range ts[1:] {
			for l := range t.metric {
				found[l] = found[l] || t.metric[l] != first[l]
			}
			for l := range first {
				found[l] = found[l] || t.metric[l] != first[l]
			}
		}
	}
	var out []model.LabelName
	for l, differs := range found {
		if differs {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

func variant(m model.Metric, differ []model.LabelName) string {
	values := make([]string, len(differ))
	for i, l := range differ {
		values[i] = string(m[l])
	}
	return strings.Join(values, "\xff")
}

// standsForAll tells that t stands at every border at which any of ts does.
func standsForAll(t *track, ts []*track) bool {
	for _, other := range ts {
		for i, v := range other.borders {
			if !math.IsNaN(v) && math.IsNaN(t.borders[i]) {
				return false
			}
		}
	}
	return true
}
