package ledger

import (
	"slices"

	"github.com/prometheus/common/model"
)

// cells collects the counts of one run by group.
type cells struct {
	run    run
	by     []string
	parts  int
	groups []*groupCells
	byKey  map[string]*groupCells
}

// groupCells are adjacent cells of one group.
type groupCells struct {
	labels   map[string]string
	counts   [][]float64 // per part, per cell
	coverage []float64   // per cell, 0..1
}

func newCells(r run, by []string, parts int) *cells {
	return &cells{run: r, by: by, parts: parts, byKey: map[string]*groupCells{}}
}

func (c *cells) group(m model.Metric) *groupCells {
	key := groupKey(c.by, func(l string) string { return string(m[model.LabelName(l)]) })
	g := c.byKey[key]
	if g == nil {
		empty := emptyCells(c.parts, c.run.cells())
		g = &empty
		g.labels = labelsOf(m, c.by)
		c.byKey[key] = g
		c.groups = append(c.groups, g)
	}
	return g
}

func emptyCells(parts, n int) groupCells {
	g := groupCells{counts: make([][]float64, parts), coverage: make([]float64, n)}
	for p := range g.counts {
		g.counts[p] = make([]float64, n)
	}
	return g
}

// part are the cells from i up to, and without, j.
func (g *groupCells) part(i, j int) groupCells {
	out := groupCells{labels: g.labels, counts: make([][]float64, len(g.counts)), coverage: g.coverage[i:j]}
	for p, counts := range g.counts {
		out.counts[p] = counts[i:j]
	}
	return out
}

func (g *groupCells) empty() bool {
	something := func(v float64) bool { return v != 0 }
	for _, part := range g.counts {
		if slices.ContainsFunc(part, something) {
			return false
		}
	}
	return !slices.ContainsFunc(g.coverage, something)
}
