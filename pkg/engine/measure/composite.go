package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/slo"
)

// readMembers counts the member SLOs of a composite by the labels of the composite.
func (r *Reader) readMembers(ctx context.Context, s catalog.SLO, borders []time.Time) (*Reading, error) {
	out := &Reading{SLO: s, members: []*Reading{}}
	for _, m := range s.Composite().Of {
		of, err := m.SLO.WithBy(s.By)
		if err != nil {
			return nil, fmt.Errorf("SLO %s of the composite: %w", m.Name, err)
		}
		of.Exclude = s.Exclude
		ev, err := r.Read(ctx, of, borders)
		if err != nil {
			return nil, fmt.Errorf("SLO %s of the composite: %w", m.Name, err)
		}
		out.members = append(out.members, ev)
		out.Add(ev.Cost, ev.Warnings, ev.Sent)
	}
	return out, nil
}

// compositeGroups returns the groups that any member has.
func (ev *Reading) compositeGroups() []Group {
	var out []Group
	at := map[string]int{}
	for i, member := range ev.members {
		for _, g := range member.Groups() {
			key := LabelKey(g.total.Labels)
			n, ok := at[key]
			if !ok {
				n = len(out)
				at[key] = n
				out = append(out, Group{
					reading: ev, total: &cells.Group{Labels: g.total.Labels},
					members: make([]*Group, len(ev.members)),
				})
			}
			out[n].members[i] = &g
		}
	}
	return out
}

// combineMembers combines the counts of the members in (from, to]. The total is the sum of their
// events. The bad share is the weighted mean of their bad shares; in mode `all` it is 1 - (product
// of the SLIs), as if members failed independently.
//
// A member without the group is unmeasured and lowers coverage. A member without events has no
// ratio and is left out of this window.
func (g Group) combineMembers(from, to time.Time) slo.Measured {
	c := g.reading.SLO.Composite()
	var out slo.Measured
	var weights, known, ratio float64
	good := 1.0
	if c.All {
		out.Coverage = 1
	}
	for i, member := range c.Of {
		weights += member.Weight
		if g.members[i] == nil {
			if c.All {
				out.Coverage = 0
			}
			continue
		}
		m := g.members[i].MeasureUnfilled(from, to)
		out.Total += m.Total
		if c.All {
			out.Coverage = min(out.Coverage, m.Coverage)
		} else {
			out.Coverage += member.Weight * m.Coverage
		}
		if bad, ok := m.ErrorRatio(); ok {
			known += member.Weight
			ratio += member.Weight * bad
			good *= 1 - bad
		}
	}
	switch {
	case c.All:
		out.Bad = out.Total * (1 - good)
	case known > 0:
		out.Bad = out.Total * ratio / known
	}
	if !c.All {
		out.Coverage /= weights
	}
	return out
}
