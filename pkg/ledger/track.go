package ledger

import (
	"math"

	"github.com/prometheus/common/model"
)

// track follows one counter over the borders of a run.
//
// The estimator: with v_k the counter's last value at or before border k, the
// samples in cell k raised it by v_k - v_(k-1), unless the counter was reset in
// the cell. A counter that has no earlier value is new and counts from 0. The
// sums telescope, so cells of any size add up to the same total. Where a reset
// or a gap may hide growth, the cell is in doubt and its samples decide.
type track struct {
	run      run
	metric   model.Metric // without the metric name
	borders  []float64    // cells+1 values, NaN where the counter had no sample in reach
	suspect  []bool       // per cell: the server saw a reset in or just before it
	counts   []float64    // per cell: events
	origin   float64      // last value before the run, NaN when there was none
	baseline bool         // the first sample opens the record: it is not growth
}

func newTrack(r run, m model.Metric) *track {
	t := &track{
		run: r, metric: m, origin: math.NaN(),
		borders: make([]float64, r.cells()+1), suspect: make([]bool, r.cells()), counts: make([]float64, r.cells()),
	}
	for i := range t.borders {
		t.borders[i] = math.NaN()
	}
	return t
}

func (t *track) setBorder(at int64, v float64) {
	if i := (at - t.run.from) / t.run.step(); i >= 0 && int(i) < len(t.borders) {
		t.borders[i] = v
	}
}

// first is the first cell that holds a value, or -1.
func (t *track) first() int {
	for i, v := range t.borders[1:] {
		if !math.IsNaN(v) {
			return i
		}
	}
	return -1
}

// newborn tells that nothing is known of the counter before the run.
func (t *track) newborn() bool { return math.IsNaN(t.borders[0]) && math.IsNaN(t.origin) }

// doubt is a cell of a counter whose samples must be read.
type doubt struct {
	track *track
	cell  int
	last  float64 // the counter's value before the cell, NaN when there was none
}

// count fills the cells that borders alone settle, and returns the others.
func (t *track) count() []doubt {
	var doubts []doubt
	last, gap := t.borders[0], false
	if math.IsNaN(last) {
		last, gap = t.origin, true
	}
	for i, v := range t.borders[1:] {
		if math.IsNaN(v) {
			gap = true
			continue
		}
		known := !math.IsNaN(last)
		switch {
		case t.suspect[i], known && (gap || v < last), !known && t.baseline:
			doubts = append(doubts, doubt{t, i, last})
		case known:
			t.counts[i] = v - last
		default:
			t.counts[i] = v
		}
		last, gap = v, false
	}
	return doubts
}

// countSamples counts a cell from its samples: each rise is growth, each fall a
// reset, after which the whole value is growth.
func (d doubt) countSamples(samples []model.SamplePair) {
	start := d.track.run.from + int64(d.cell)*d.track.run.step()
	end := start + d.track.run.step()
	last, sum := d.last, 0.0
	for _, s := range samples {
		v := float64(s.Value)
		if int64(s.Timestamp) <= start*1000 || int64(s.Timestamp) > end*1000 || math.IsNaN(v) {
			continue
		}
		switch {
		case math.IsNaN(last):
			if !d.track.baseline {
				sum += v
			}
		case v >= last:
			sum += v - last
		default:
			sum += v
		}
		last = v
	}
	d.track.counts[d.cell] = sum
}
