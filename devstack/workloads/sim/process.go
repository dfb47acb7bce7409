package sim

import "math"

// Route is one label set of http_requests_total within a pod.
type Route struct {
	Code, Method string
	Bad          bool
}

// Routes are the label sets of every process, in the order of Process.Requests.
var Routes = []Route{
	{Code: "200", Method: "GET"},
	{Code: "200", Method: "POST"},
	{Code: "404", Method: "GET"},
	{Code: "500", Method: "POST", Bad: true},
	{Code: "503", Method: "GET", Bad: true},
}

const (
	notFoundShare    = 0.02 // of the good requests
	unavailableShare = 0.3  // of the bad requests; the others are 500
)

// Process is the counters of one run of a pod's process, as in its metrics endpoint.
type Process struct {
	Requests []float64 // by Routes
	Buckets  []float64 // requests no longer than each of LatencyBounds, then all requests (+Inf)
	SumS     float64   // of all durations, in seconds
	AtMS     int64     // time up to which requests are counted
}

// NewProcess starts a process with all counters at 0.
func NewProcess(startMS int64) Process {
	return Process{
		Requests: make([]float64, len(Routes)), Buckets: make([]float64, len(LatencyBounds)+1),
		AtMS: startMS,
	}
}

// ServeUntil counts the requests that the pod's process serves up to a time. Usually this is one
// scrape interval. A longer time (an outage, or the past of an old pod before the history) is
// divided into up to 64 steps of a minute or more.
func (b *Behaviour) ServeUntil(p *Pod, proc *Process, untilMS int64) {
	step := max(60_000, (untilMS-proc.AtMS)/64)
	for proc.AtMS < untilMS {
		b.serveStep(p, proc, min(untilMS, proc.AtMS+step))
	}
}

// serveStep counts one step, with the rates at its middle.
func (b *Behaviour) serveStep(p *Pod, proc *Process, untilMS int64) {
	end := untilMS
	if p.TrafficEndsMS > 0 {
		end = min(end, p.TrafficEndsMS)
	}
	from := proc.AtMS
	proc.AtMS = untilMS
	if end <= from {
		return
	}
	middle, draw := from+(end-from)/2, uint64(untilMS)
	noise := 1 + 0.06*(p.dice.Unit(drawRequests, draw)-0.5)
	expected := b.Rate(middle) * b.slotShare(p.Slot) * noise * float64(end-from) / 1000
	requests := math.Floor(expected + p.dice.Unit(drawRequestRounding, draw))
	if requests == 0 {
		return
	}
	b.countOutcomes(proc.Requests, requests, b.ErrorShare(middle), p.dice.Unit(drawOutcome, draw))
	b.countDurations(proc, requests, middle, p.dice.Unit(drawLatency, draw))
}

// countOutcomes distributes requests over the routes. One random offset rounds all running totals,
// so that parts add up to the whole and each part is right on average (systematic sampling).
func (b *Behaviour) countOutcomes(counts []float64, requests, errorShare, offset float64) {
	good := 1 - errorShare
	shares := [...]float64{
		good * (1 - notFoundShare) * (1 - b.Traffic.PostShare),
		good * (1 - notFoundShare) * b.Traffic.PostShare,
		good * notFoundShare,
		errorShare * (1 - unavailableShare),
		errorShare * unavailableShare,
	}
	total, counted := 0.0, 0.0
	for i, share := range shares[:len(shares)-1] {
		total += share
		upTo := min(requests, math.Floor(requests*total+offset))
		counts[i] += upTo - counted
		counted = upTo
	}
	counts[len(shares)-1] += requests - counted
}

// countDurations adds requests to the cumulative buckets, with one random offset for all as above.
func (b *Behaviour) countDurations(proc *Process, requests float64, atMS int64, offset float64) {
	logMedian := b.LogMedianLatency(atMS)
	for i, logBound := range logLatencyBounds {
		share := LognormalShare(logBound, logMedian, b.Latency.Sigma)
		proc.Buckets[i] += min(requests, math.Floor(requests*share+offset))
	}
	proc.Buckets[len(LatencyBounds)] += requests
	mean := math.Exp(logMedian+b.Latency.Sigma*b.Latency.Sigma/2) * (1 + 0.1*(offset-0.5))
	proc.SumS += math.Round(requests*mean*1000) / 1000
}

// slotShare is a slot's share of the workload's traffic: balanced, but not evenly.
func (b *Behaviour) slotShare(slot int) float64 {
	total, own := 0.0, 0.0
	for s := range b.Replicas {
		weight := b.dice.Between(drawSlotWeight, uint64(s), 0.9, 1.1)
		total += weight
		if s == slot {
			own = weight
		}
	}
	return own / total
}

var logLatencyBounds = func() []float64 {
	logs := make([]float64, len(LatencyBounds))
	for i, bound := range LatencyBounds {
		logs[i] = math.Log(bound)
	}
	return logs
}()
