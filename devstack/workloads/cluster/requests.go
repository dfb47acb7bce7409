package cluster

import (
	"cmp"
	"math"

	"github.com/burnline/burnline/devstack/workloads/dice"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

// requests draws the counts of an instrument, scrape by scrape.
type requests struct {
	*instrument
	of     *workload
	grid   grid
	dice   dice.Dice
	rate   func(atMS int64) float64 // per second, in the previous minute
	own    func(atMS int64) float64 // share of failed requests in addition to the workload's; nil: none
	shares []float64                // of the outcomes within their kind
	client bool                     // has an outcome for client errors
	logs   [][]float64              // logarithms of the histograms' bounds in seconds
}

func newRequests(in *instrument, w *workload, g grid, name string, rate func(atMS int64) float64) *requests {
	r := &requests{instrument: in, of: w, grid: g, dice: dice.New(uint64(w.dice), name), rate: rate}
	var sums [3]float64
	for _, o := range in.outcomes {
		sums[o.kind] += o.weight
		r.client = r.client || o.kind == client
	}
	for _, o := range in.outcomes {
		r.shares = append(r.shares, o.weight/sums[o.kind])
	}
	for _, h := range in.histograms {
		logs := make([]float64, len(h.bounds))
		for i, bound := range h.bounds {
			logs[i] = math.Log(bound * h.unit)
		}
		r.logs = append(r.logs, logs)
	}
	return r
}

// grow adds the requests of the minute before a scrape.
func (r *requests) grow(tick int64, totals []float64) {
	draw, at := uint64(tick), r.grid.at(tick)
	middle := at - minuteMS/2
	rate := r.rate(at)
	if rate == 0 {
		return
	}
	expected := rate * 60 * (1 + 0.08*(r.dice.Unit(drawCount, draw)-0.5))
	n := math.Floor(expected + r.dice.Unit(drawRounding, draw))
	if n == 0 {
		return
	}
	var counts [8]float64
	errors := r.of.ErrorShare(middle) * cmp.Or(r.failing, 1)
	if r.own != nil {
		errors = min(0.9, errors+r.own(at))
	}
	r.end(counts[:len(r.outcomes)], n, errors, r.dice.Unit(drawOutcome, draw))
	for i := range r.outcomes {
		totals[i] += counts[i]
	}
	for i := range r.histograms {
		h, observed := &r.histograms[i], 0.0
		for o, c := range counts[:len(r.outcomes)] {
			if h.observed(o) {
				observed += c
			}
		}
		if observed > 0 {
			first := r.firstOf(i)
			r.observe(h, r.logs[i], totals[first:first+len(h.bounds)+2], observed, middle,
				r.dice.Unit(drawObservation, draw*8+uint64(i)))
		}
	}
}

// end distributes requests over the outcomes. One random offset rounds all running totals, so that
// parts add up to the whole and each part is right on average (systematic sampling).
func (r *requests) end(counts []float64, n, errorShare, offset float64) {
	var kinds [3]float64
	kinds[bad] = errorShare
	if r.client {
		kinds[client] = (1 - errorShare) * clientShare
	}
	kinds[good] = 1 - kinds[bad] - kinds[client]
	total, counted := 0.0, 0.0
	for i, o := range r.outcomes[:len(r.outcomes)-1] {
		total += r.shares[i] * kinds[o.kind]
		upTo := min(n, math.Floor(n*total+offset))
		counts[i] = upTo - counted
		counted = upTo
	}
	counts[len(counts)-1] = n - counted
}

// observe adds requests to the buckets of a histogram, with one random offset for all as above.
func (r *requests) observe(h *histogram, logs, into []float64, n float64, atMS int64, offset float64) {
	median, sigma := r.of.latency(h, atMS)
	if h.times > 0 {
		n = math.Floor(n * h.times)
	}
	for i, bound := range logs {
		into[i] += min(n, math.Floor(n*sim.LognormalShare(bound, median, sigma)+offset))
	}
	into[len(logs)] += n
	mean := math.Exp(median + sigma*sigma/2)
	into[len(logs)+1] += math.Round(n * mean / h.unit * fine)
}

// latency returns the logarithm of a histogram's median in seconds, and the standard deviation of
// the logarithm.
func (w *workload) latency(h *histogram, atMS int64) (median, sigma float64) {
	median, sigma = w.LogMedianLatency(atMS), w.spread
	if h.steady {
		median = w.usualLog
	}
	if h.factor > 0 {
		median += math.Log(h.factor)
	}
	if h.spread > 0 {
		sigma = h.spread
	}
	return median, sigma
}
