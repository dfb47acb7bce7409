package cluster

import "math"

// Kinds of events of an SLO.
const (
	Events = "events"
	Slices = "slices" // time slices
)

// Count is the true count of one group of an SLO in one window, with all labels that may
// distinguish the group. An SLO that groups by fewer labels counts the sum.
type Count struct {
	SLO    string            `json:"slo"`
	Kind   string            `json:"kind"`
	Labels map[string]string `json:"labels"`
	Events float64           `json:"events"` // or slices
	Bad    float64           `json:"bad"`
}

// group counts events or slices in (afterMS, upToMS].
type group struct {
	slo, kind string
	labels    map[string]string
	count     func(afterMS, upToMS int64) (events, bad float64)
}

// Truth counts everything in (afterMS, upToMS]. Both are whole minutes.
func (w *World) Truth(afterMS, upToMS int64) []Count {
	w.Generate(upToMS)
	out := make([]Count, 0, len(w.truths))
	for _, g := range w.truths {
		events, bad := g.count(afterMS, upToMS)
		out = append(out, Count{SLO: g.slo, Kind: g.kind, Labels: g.labels, Events: events, Bad: bad})
	}
	return out
}

// addTruth adds the truth of an SLO with events in several streams of an instrument.
func (w *World) addTruth(p presetSLO, in *instrument, g grid, streams []*stream, labels map[string]string) {
	grown := func(afterMS, upToMS int64) []float64 {
		sum := make([]float64, in.width())
		for _, s := range streams {
			before, after := s.after(g.last(afterMS)), s.after(g.last(upToMS))
			for i := range sum {
				sum[i] += after[i] - before[i]
			}
		}
		return sum
	}
	first, bounds := 0, []float64(nil)
	if p.bound > 0 {
		first, bounds = in.firstOf(p.histogram), in.histograms[p.histogram].bounds
	}
	total, wrong := reading{of: p.total, factor: 1}, reading{of: p.bad, factor: 1}
	add := func(kind string, count func(afterMS, upToMS int64) (float64, float64)) {
		w.truths = append(w.truths, &group{p.slo, kind, labels, count})
	}
	switch {
	case p.share > 0:
		add(Slices, func(afterMS, upToMS int64) (float64, float64) {
			return meanSlices(g, streams[0], total, wrong, p.share, afterMS, upToMS)
		})
	case p.quantile:
		add(Slices, func(afterMS, upToMS int64) (slices, wrong float64) {
			for _, grown := range grownInSlices(in, g, streams, afterMS, upToMS) {
				q, ok := quantile(0.95, bounds, grown[first:first+len(bounds)+1])
				if !ok {
					continue // no requests
				}
				slices++
				wrong += flag(q >= p.bound)
			}
			return slices, wrong
		})
	case p.mean:
		add(Slices, func(afterMS, upToMS int64) (float64, float64) {
			return meanSlices(g, streams[0], total, reading{of: []int{first + len(bounds) + 1}, factor: 1 / fine},
				p.bound, afterMS, upToMS)
		})
	case p.bound > 0:
		all, within := first+len(bounds), first+indexOf(bounds, p.bound)
		add(Events, func(afterMS, upToMS int64) (float64, float64) {
			sum := grown(afterMS, upToMS)
			return sum[all], sum[all] - sum[within]
		})
	default:
		add(Events, func(afterMS, upToMS int64) (float64, float64) {
			sum := grown(afterMS, upToMS)
			return total.value(sum), wrong.value(sum)
		})
	}
}

// sliceMS is the slice of quantiles.
const sliceMS = 5 * minuteMS

// grownInSlices returns the increases of the totals of all streams in each of the slices of five
// minutes that end in (afterMS, upToMS].
func grownInSlices(in *instrument, g grid, streams []*stream, afterMS, upToMS int64) [][]float64 {
	start := afterMS / sliceMS * sliceMS
	n := int((upToMS - start) / sliceMS)
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, in.width())
	}
	for _, s := range streams {
		before := s.after(g.last(start))
		s.walk(g.last(start)+1, g.last(start+int64(n)*sliceMS)+1, func(tick int64, totals []float64) {
			slice := out[(g.at(tick)-start)/sliceMS]
			for i := range slice {
				slice[i] += totals[i] - before[i]
			}
			copy(before, totals)
		})
	}
	return out
}

// meanSlices counts slices of a minute. A slice is wrong if the mean of the last five minutes at
// its end is not below a bound.
func meanSlices(g grid, s *stream, count, sum reading, bound float64, afterMS, upToMS int64) (slices, wrong float64) {
	const scrapes = 5
	var counts, sums []float64
	s.walk(g.first(afterMS)-scrapes, g.last(upToMS)+1, func(_ int64, totals []float64) {
		counts, sums = append(counts, count.value(totals)), append(sums, sum.value(totals))
		last := len(counts) - 1
		if last < scrapes { // the scrapes before the first slice
			return
		}
		if n := counts[last] - counts[last-scrapes+1]; n > 0 {
			slices++
			wrong += flag((sums[last]-sums[last-scrapes+1])/n >= bound)
		}
	})
	return slices, wrong
}

// quantile of cumulative buckets, interpolated linearly within a bucket.
func quantile(q float64, bounds, buckets []float64) (float64, bool) {
	all := buckets[len(bounds)]
	if all == 0 {
		return 0, false
	}
	rank, lower, below := q*all, 0.0, 0.0
	for i, bound := range bounds {
		if buckets[i] >= rank {
			return lower + (bound-lower)*(rank-below)/(buckets[i]-below), true
		}
		lower, below = bound, buckets[i]
	}
	return bounds[len(bounds)-1], true
}

// minutes counts slices of a minute that end in (afterMS, upToMS]. there and bad are called with
// the time of the scrape before the end of a slice.
func minutes(g grid, there func(atMS int64) bool, afterMS, upToMS int64, bad func(atMS int64) bool) (slices,
	wrong float64,
) {
	for end := afterMS + minuteMS; end <= upToMS; end += minuteMS {
		if scraped := g.at(g.last(end)); there(scraped) {
			slices++
			wrong += flag(bad(scraped))
		}
	}
	return slices, wrong
}

func indexOf(bounds []float64, bound float64) int {
	for i, b := range bounds {
		if math.Abs(b-bound) < 1e-12 {
			return i
		}
	}
	panic("cluster: the bound of an SLO is no bucket of its histogram")
}
