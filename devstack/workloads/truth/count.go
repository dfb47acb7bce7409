// Package truth counts the increases in samples. The increase of a sample since the previous one of
// its series (after a reset, or in a new series, its whole value) belongs to the sample's
// timestamp. A window (t-W, t] is the sum of these.
package truth

// Counts are events of a workload: all requests, failed ones, those slower than the latency
// threshold, and those slower than the threshold of the preset for Go programs.
type Counts struct {
	Events, Bad, Slow, Slower float64
}

// Add returns the sum of two counts.
func (c Counts) Add(o Counts) Counts {
	return Counts{c.Events + o.Events, c.Bad + o.Bad, c.Slow + o.Slow, c.Slower + o.Slower}
}

// Minus returns the difference of two counts.
func (c Counts) Minus(o Counts) Counts {
	return Counts{c.Events - o.Events, c.Bad - o.Bad, c.Slow - o.Slow, c.Slower - o.Slower}
}

// Counter is the state of one counter series. It can be saved as JSON.
type Counter struct {
	Seen bool
	Last float64
}

// Increase returns the increase of the next sample since the previous one. The first sample of a
// series counts as a whole, unless it is a baseline: the first scrape of a target that had counted
// before.
func (c *Counter) Increase(v float64, baseline bool) float64 {
	seen, last := c.Seen, c.Last
	c.Seen, c.Last = true, v
	switch {
	case seen && v >= last:
		return v - last
	case !seen && baseline:
		return 0
	default:
		return v
	}
}
