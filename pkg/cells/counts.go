package cells

import (
	"math"
	"sort"
	"time"
)

// Counts contains the events of a read, by group, for windows between any two of its borders.
type Counts struct {
	Groups   []Group // in the order of their labels
	Cost     Cost
	Warnings []string // of the server, distinct
	Sent     []string // the PromQL that was sent, distinct
	parts    int
	segments []segment // adjacent, ascending
}

// segment is a sequence of cells in one block.
type segment struct {
	from, to, step int64 // Unix seconds, seconds
	first          int   // index of its first cell in the block
}

func (s segment) end() int { return s.first + int((s.to-s.from)/s.step) }

// Group is one combination of values of the group labels. It is immutable.
type Group struct {
	Labels map[string]string
	rows   []*row    // by segment
	before []float64 // by segment: events of each part, and measured seconds, before the start of its block
}

// border is a position between two cells.
type border struct{ segment, cell int }

// Window sums a part of a group over (from, to]. Both ends are rounded down to a border.
func (c *Counts) Window(g *Group, part int, from, to time.Time) float64 {
	i, j := c.border(from.Unix()), c.border(to.Unix())
	if !i.before(j) {
		return 0
	}
	return c.events(g, part, j) - c.events(g, part, i)
}

// Coverage is the measured share of (from, to], 0..1.
func (c *Counts) Coverage(g *Group, from, to time.Time) float64 {
	i, j := c.border(from.Unix()), c.border(to.Unix())
	if !i.before(j) {
		return 0
	}
	share := (c.seconds(g, j) - c.seconds(g, i)) / float64(c.time(j)-c.time(i))
	return min(max(share, 0), 1)
}

// Has reports whether a group has data, or events of a part.
func (c *Counts) Has(g *Group, part int) bool {
	if len(c.segments) == 0 {
		return false
	}
	n := len(c.segments) - 1
	end := border{n, c.segments[n].end()}
	const trace = 1e-9 // rounding error of running sums
	return c.seconds(g, end) > trace || math.Abs(c.events(g, part, end)) > trace
}

func (c *Counts) border(t int64) border {
	n := len(c.segments)
	switch {
	case n == 0:
		return border{}
	case t >= c.segments[n-1].to: // most windows end here
		return border{n - 1, c.segments[n-1].end()}
	}
	s := sort.Search(n, func(i int) bool { return c.segments[i].to > t })
	seg := c.segments[s]
	return border{s, seg.first + int(max(t-seg.from, 0)/seg.step)}
}

func (b border) before(o border) bool {
	return b.segment < o.segment || b.segment == o.segment && b.cell < o.cell
}

func (c *Counts) time(b border) int64 {
	s := c.segments[b.segment]
	return s.from + int64(b.cell-s.first)*s.step
}

func (c *Counts) events(g *Group, part int, b border) float64 {
	return g.before[b.segment*(c.parts+1)+part] + g.rows[b.segment].eventsUpTo(part, b.cell)
}

func (c *Counts) seconds(g *Group, b border) float64 {
	return g.before[b.segment*(c.parts+1)+c.parts] + g.rows[b.segment].secondsUpTo(b.cell)
}

func (e *entry) counts(runs []Run) *Counts {
	out := &Counts{parts: e.parts}
	var blocks []*block
	for _, r := range runs {
		for from := r.From; from < r.To; {
			b, i := e.block(r.Level, from)
			to := min(from+int64(len(b.readAt)-i)*r.Step(), r.To)
			out.segments = append(out.segments, segment{from, to, r.Step(), i})
			blocks = append(blocks, b)
			from = to
		}
	}
	n, width := len(blocks), e.parts+1
	rows, before := make([]*row, n*len(e.labels)), make([]float64, n*width*len(e.labels))
	all := make([]Group, len(e.labels))
	for i, id := range e.order() {
		all[i] = Group{Labels: e.labels[id], rows: rows[i*n:][:n:n], before: before[i*n*width:][: n*width : n*width]}
	}
	// Block after block, because rows of a block are adjacent in memory.
	for s, b := range blocks {
		for i, id := range e.order() {
			out.appendRow(&all[i], s, b.row(id))
		}
	}
	last := border{n - 1, out.segments[n-1].end()}
	for i := range all {
		if out.hasData(&all[i], last) { // a group without data in this time is not part of the result
			out.Groups = append(out.Groups, all[i])
		}
	}
	return out
}

// appendRow adds the row of a segment to a group, after its previous rows.
func (c *Counts) appendRow(g *Group, s int, r *row) {
	g.rows[s] = r
	before, first := g.before[s*(c.parts+1):], c.segments[s].first
	for p := range c.parts {
		before[p] = -r.eventsUpTo(p, first)
	}
	before[c.parts] = -r.secondsUpTo(first)
	if s == 0 {
		return
	}
	end := border{s - 1, c.segments[s-1].end()}
	for p := range c.parts {
		before[p] += c.events(g, p, end)
	}
	before[c.parts] += c.seconds(g, end)
}

// hasData reports whether the group has events or coverage before the border, apart from rounding errors.
func (c *Counts) hasData(g *Group, b border) bool {
	const trace = 1e-9
	for p := range c.parts {
		if v := c.events(g, p, b); v > trace || v < -trace {
			return true
		}
	}
	return c.seconds(g, b) > trace
}
