// Package truth counts what samples hold: each sample's increase over its series' previous sample
// (its whole value after a reset or when the series is new) belongs to the sample's timestamp, and
// a window (t-W, t] sums those.
package truth

// Counts are events of a workload: all requests, those that failed, those slower than the latency
// threshold, and those slower than that of the preset for Go programs.
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

// Counter follows one counter series. It can be saved as JSON.
type Counter struct {
	Seen bool
	Last float64
}

// Increase takes the next sample and returns what was counted since the one before. The first
// sample of a series counts as a whole, unless it is a baseline: the first look at something that
// had counted before anyone looked.
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
