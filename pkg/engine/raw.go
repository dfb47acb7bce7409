package engine

import (
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// raw counts (from, to] without holding the bad events within all events, so
// that parts of a window, or of a group, add up to the whole. Only the whole is
// held (slo.Counts does): good and total events are scraped at moments apart.
func (g group) raw(from, to time.Time) slo.Measured {
	if g.members != nil {
		return g.counted(from, to) // it does not add up in any way
	}
	c := g.events.counting
	var m slo.Measured
	if g.total != nil {
		totals := g.events.reads[c.Total.Read]
		m.Coverage = totals.Coverage(g.total, from, to)
		m.Total = totals.Window(g.total, c.Total.Part, from, to)
	}
	m.Bad = g.partOf(from, to)
	if c.Good {
		m.Bad = m.Total - m.Bad
	}
	return m
}
