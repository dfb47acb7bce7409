package ledger

import (
	"math"
	"slices"

	"github.com/prometheus/common/model"
)

// track follows one counter over the borders of a run.
//
// The estimator. A cell between two borders at which the counter stands (has a
// sample within the lookback) holds the difference of its values there, unless
// the counter was reset in between. In all other cells, at the birth and the end
// of a counter, around gaps and at resets, the samples themselves decide: each
// rise is growth, after a fall the whole value is, and so is the whole first
// value of a counter that is new. Differences telescope, so cells of any size
// add up to the same total.
type track struct {
	*identity
	run     run
	samples []model.SamplePair
	borders values    // NaN where the counter does not stand
	suspect []bool    // per cell: the server saw a reset in or just before it; nil where all samples are read
	lasts   []float64 // per cell: its last sample, NaN without one; nil when samples are read instead
	counts  []float64 // per cell: events; nil where all samples are read
	born    int       // it stands at no border before this one
	gone    int       // nor from this one on; it may at all while its samples are not known
	origin  float64   // last value before the run, NaN when there was none
	opening *opening  // where the record of this counter begins, nil when it is known or new
	carried float64   // while samples are read: the last one
}

// identity is what the labels of a counter say, the same in every run.
type identity struct {
	key     string       // as seriesKey has it
	target  string       // key of what was scraped, "" when the labels do not say
	metric  model.Metric // without its name
	scraped model.Metric // as it was (first) stored
}

func identify(key string, scraped model.Metric) *identity {
	return &identity{key: key, target: seriesKey(target(scraped)), metric: withoutName(scraped), scraped: scraped}
}

func newTrack(r run, who *identity) *track {
	return &track{identity: who, run: r, gone: r.cells() + 1, origin: math.NaN(), carried: math.NaN()}
}

// values are those at the borders of a run, of which only a stretch is held: most
// counters that follow one another are there for a small part of it.
type values struct {
	first int
	v     []float64
}

// at is the value at a border, NaN outside of what is held.
func (v values) at(border int) float64 {
	if i := border - v.first; i >= 0 && i < len(v.v) {
		return v.v[i]
	}
	return math.NaN()
}

func unknown(n int) []float64 { return slices.Repeat([]float64{math.NaN()}, n) }

func (t *track) setBorder(at int64, v float64) {
	if t.borders.v == nil {
		t.borders.v = unknown(t.run.cells() + 1)
	}
	if i := (at - t.run.from) / t.run.step(); i >= 0 && int(i) < len(t.borders.v) && finite(v) {
		t.borders.v[i] = later(t.borders.v[i], v)
	}
}

func (t *track) setLast(cell int, v float64) {
	if finite(v) {
		t.lasts[cell] = later(t.lasts[cell], v)
	}
}

// seenThroughout tells that the counter stands at every border.
func (t *track) seenThroughout() bool {
	for i := range t.run.cells() + 1 {
		if math.IsNaN(t.borders.at(i)) {
			return false
		}
	}
	return true
}

// first is the first cell at whose end the counter stands, or -1.
func (t *track) first() int {
	for i := max(t.born, 1); i < t.gone; i++ {
		if !math.IsNaN(t.borders.at(i)) {
			return i - 1
		}
	}
	return -1
}

// doubt is a cell of a counter whose samples must be read.
type doubt struct {
	track *track
	cell  int
	last  float64 // the counter's value before the cell, NaN: new, or what the doubt before it leaves
}

// count fills the cells that borders settle, and returns the others in order.
func (t *track) count() []doubt {
	var doubts []doubt
	last := t.borders.at(0)
	stands := !math.IsNaN(last)
	if !stands {
		last = t.origin
	}
	t.carried = last
	for i := range t.counts {
		v := t.borders.at(i + 1)
		stood := stands
		stands = !math.IsNaN(v)
		switch {
		case stood && stands && !t.suspect[i] && v >= last:
			t.counts[i] = v - last
		case stood && stands:
			doubts = append(doubts, doubt{t, i, last})
		case t.lasts == nil:
			d := doubt{t, i, math.NaN()}
			if stood {
				d.last = last
			}
			doubts = append(doubts, d)
		default:
			if !stands {
				v = t.lasts[i]
			}
			if math.IsNaN(v) {
				continue // no sample in the cell; last stays
			}
			known := !math.IsNaN(last)
			switch {
			case t.suspect[i], known && !stood, known && v < last, !known && t.opening.covers(i):
				doubts = append(doubts, doubt{t, i, last})
			case known:
				t.counts[i] = v - last
			default:
				t.counts[i] = v
			}
		}
		if !math.IsNaN(v) {
			last = v
		}
	}
	return doubts
}

// within are the finite samples of the cell, which is open at its left end.
func (d doubt) within(samples []model.SamplePair) []model.SamplePair {
	start := (d.track.run.from + int64(d.cell)*d.track.run.step()) * 1000
	end := start + d.track.run.step()*1000
	out := make([]model.SamplePair, 0, len(samples))
	for _, s := range samples {
		if int64(s.Timestamp) > start && int64(s.Timestamp) <= end && finite(float64(s.Value)) {
			out = append(out, s)
		}
	}
	return out
}

// countSamples is the count of a cell by its samples. The doubts of a counter
// must be counted in order.
func (d doubt) countSamples(samples []model.SamplePair) (events float64) {
	t := d.track
	last := d.last
	if math.IsNaN(last) {
		last = t.carried
	}
	for _, s := range samples {
		v := float64(s.Value)
		switch {
		case math.IsNaN(last):
			if !t.opening.takes(d.cell, s.Timestamp) {
				events += v
			}
		case v >= last:
			events += v - last
		default:
			events += v
		}
		last = v
	}
	t.carried = last
	return events
}
