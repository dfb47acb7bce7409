package counting

import (
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/cells"
)

// tally sums the increases of counters by group and cell, over runs.
type tally struct {
	runs    []cells.Run
	by      []string
	parts   int
	cells   int
	minutes int
	offsets []offset // per run
	groups  map[string]*groupTally
	order   []*groupTally
	// correctedCells marks the cells that have a counter that was corrected in them.
	correctedCells []bool
	hasCorrection  bool
}

// offset is the index of the first cell and minute of a run.
type offset struct{ cell, minute int }

type groupTally struct {
	*cells.GroupCells
	present minutes
	atLeast []float64 // coverage by cell from other sources; may be nil
}

func newTally(runs []cells.Run, by []string, parts int) *tally {
	t := &tally{runs: runs, by: by, parts: parts, groups: map[string]*groupTally{}}
	for _, r := range runs {
		t.offsets = append(t.offsets, offset{t.cells, t.minutes})
		t.cells += r.Cells()
		t.minutes += int((r.To - r.From) / 60)
	}
	t.correctedCells = make([]bool, t.cells)
	return t
}

func (t *tally) group(series labels.Labels) *groupTally {
	own, key := groupOf(series, t.by)
	g := t.groups[key]
	if g == nil {
		g = &groupTally{GroupCells: cells.NewGroupCells(own, t.parts, t.cells), present: newMinutes(t.minutes)}
		t.groups[key] = g
		t.order = append(t.order, g)
	}
	return g
}

func groupOf(series labels.Labels, by []string) (own map[string]string, key string) {
	own = make(map[string]string, len(by))
	var b strings.Builder
	for _, name := range by {
		value := series.Get(name)
		if name == model.BucketLabel {
			value = canonicalBound(value)
		}
		own[name] = value
		b.WriteString(value)
		b.WriteByte(0xff)
	}
	return own, b.String()
}

// cursor finds the cells of ascending times.
type cursor struct {
	t    *tally
	run  int
	from int64 // start of the last found cell, Unix milliseconds, exclusive
	to   int64
	cell int
}

// at returns the cell that contains a time in Unix milliseconds, which must not decrease between
// calls; -1 outside of all runs.
func (c *cursor) at(ms int64) int {
	if ms > c.from && ms <= c.to {
		return c.cell
	}
	for c.run < len(c.t.runs) && ms > c.t.runs[c.run].To*1000 {
		c.run++
	}
	if c.run == len(c.t.runs) || ms <= c.t.runs[c.run].From*1000 {
		return -1
	}
	r := c.t.runs[c.run]
	step := r.Step() * 1000
	i := (ms - r.From*1000 - 1) / step
	c.from, c.to, c.cell = r.From*1000+i*step, r.From*1000+(i+1)*step, c.t.offsets[c.run].cell+int(i)
	return c.cell
}

// markPresent marks the minutes of a group that end in [from, to), Unix milliseconds.
func (t *tally) markPresent(g *groupTally, from, to int64) {
	for i, r := range t.runs {
		begin, end := r.From*1000, r.To*1000
		if from > end || to <= begin {
			continue
		}
		const minute = 60_000
		// The minute that ends at e has the index (e-begin)/minute - 1.
		first := max((from-begin+minute-1)/minute-1, 0)
		last := min((to-begin-1)/minute, (end-begin)/minute) // the last index plus 1
		if last > first {
			g.present.set(t.offsets[i].minute+int(first), t.offsets[i].minute+int(last))
		}
	}
}

// result returns the cells. The coverage of a cell is its share of minutes with data.
func (t *tally) result() *cells.Fetched {
	out := &cells.Fetched{Runs: t.runs}
	if t.hasCorrection {
		out.Corrected = t.correctedCells
	}
	for _, g := range t.order {
		for i, r := range t.runs {
			per, n := int(r.Step()/60), r.Cells()
			for c := range n {
				at := t.offsets[i].minute + c*per
				share := float64(g.present.count(at, at+per)) / float64(per)
				if g.atLeast != nil {
					share = max(share, g.atLeast[t.offsets[i].cell+c])
				}
				g.Coverage[t.offsets[i].cell+c] = share
			}
		}
		out.Groups = append(out.Groups, g.GroupCells)
	}
	return out
}
