package ledger

import "github.com/prometheus/common/model"

// cells collects the counts of one run by group.
type cells struct {
	run    run
	by     []string
	parts  int
	groups []*groupCells
	byKey  map[string]*groupCells
}

// groupCells are the cells of one group over a run.
type groupCells struct {
	labels   map[string]string
	counts   [][]float64 // per part, per cell
	coverage []float64   // per cell, 0..1
}

func newCells(r run, by []string, parts int) *cells {
	return &cells{run: r, by: by, parts: parts, byKey: map[string]*groupCells{}}
}

func (c *cells) group(m model.Metric) *groupCells {
	labels := make(map[string]string, len(c.by))
	for _, l := range c.by {
		labels[l] = string(m[model.LabelName(l)])
	}
	key := groupKey(c.by, labels)
	g := c.byKey[key]
	if g == nil {
		n := c.run.cells()
		g = &groupCells{labels: labels, counts: make([][]float64, c.parts), coverage: make([]float64, n)}
		for p := range g.counts {
			g.counts[p] = make([]float64, n)
		}
		c.byKey[key] = g
		c.groups = append(c.groups, g)
	}
	return g
}

func (g *groupCells) any(i int) bool {
	for _, part := range g.counts {
		if part[i] != 0 {
			return true
		}
	}
	return g.coverage[i] > 0
}
