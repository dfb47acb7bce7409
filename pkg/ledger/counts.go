package ledger

import (
	"sort"
	"time"
)

// Counts are the events of a read, per group, as running sums over its cells.
type Counts struct {
	Groups   []Group
	Cost     Cost
	Warnings []string // the server's, each once
	Sent     []string // the PromQL that was sent, each once
	borders  []int64  // Unix seconds, ascending
}

// Group is one combination of the By labels.
type Group struct {
	Labels  map[string]string
	sums    [][]float64 // per part: events up to each border
	covered []float64   // measured seconds up to each border
}

// Window sums a part of a group over (from, to]. Both ends are cut down to the
// nearest border at or before them.
func (c *Counts) Window(g *Group, part int, from, to time.Time) float64 {
	i, j := c.index(from), c.index(to)
	if j <= i {
		return 0
	}
	return g.sums[part][j] - g.sums[part][i]
}

// Coverage is the measured share of (from, to], 0 to 1.
func (c *Counts) Coverage(g *Group, from, to time.Time) float64 {
	i, j := c.index(from), c.index(to)
	if j <= i {
		return 0
	}
	share := (g.covered[j] - g.covered[i]) / float64(c.borders[j]-c.borders[i])
	return min(max(share, 0), 1)
}

func (c *Counts) index(t time.Time) int {
	unix := t.Unix()
	i := sort.Search(len(c.borders), func(i int) bool { return c.borders[i] > unix })
	return max(i-1, 0)
}
