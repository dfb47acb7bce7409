package cluster

import (
	"math"
	"time"

	"github.com/burnline/burnline/devstack/workloads/dice"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

// demand is the load and the performance of a workload at every time.
type demand interface {
	Rate(atMS int64) float64             // requests per second
	ErrorShare(atMS int64) float64       // share of failed requests, 0..1
	LogMedianLatency(atMS int64) float64 // logarithm of seconds
}

// specDemand is the demand of a spec.
type specDemand struct {
	*spec
	anchorMS int64
	dice     dice.Dice
	baseLog  float64 // log of the median latency
}

func newSpecDemand(s *spec, seed uint64, anchorMS int64) specDemand {
	const z95 = 1.6448536269514722 // 95th percentile of the standard normal distribution
	a := specDemand{spec: s, anchorMS: anchorMS, dice: dice.New(seed, "cluster/"+s.fullName())}
	if s.p95 > 0 {
		a.baseLog = math.Log(s.p95.Seconds()) - z95*s.sigma
	}
	return a
}

func (a specDemand) Rate(atMS int64) float64 {
	if a.rate == 0 {
		return 0
	}
	const busiestHour = 14
	hour := float64(atMS%day.Milliseconds()) / float64(time.Hour.Milliseconds())
	load := 1 + a.swing*math.Cos(2*math.Pi*(hour-busiestHour)/24)
	if wd := (atMS/day.Milliseconds() + 4) % 7; wd == 6 || wd == 0 { // 1 January 1970 was a Thursday
		load *= 1 - a.weekend
	}
	load *= 1 + 0.1*a.dice.Drift(drawRate, atMS, 13*minuteMS)
	if a.bursty {
		load *= a.burst(atMS)
	}
	for _, t := range a.trouble {
		if t.load > 0 && t.Within(atMS, a.anchorMS) {
			load *= t.load
		}
	}
	return a.rate * load
}

// burst is 4 for three minutes of a quarter of an hour, in half of all quarters, and a little under
// 1 elsewhere.
func (a specDemand) burst(atMS int64) float64 {
	const slotMS, burstMS = 15 * minuteMS, 3 * minuteMS
	slot := dice.FloorDiv(atMS, slotMS)
	if a.dice.Unit(drawBurst, uint64(slot)) < 0.5 {
		start := slot*slotMS + int64(a.dice.Between(drawBurstStart, uint64(slot), 0, slotMS-burstMS))
		if atMS >= start && atMS < start+burstMS {
			return 4
		}
	}
	return 0.75
}

func (a specDemand) ErrorShare(atMS int64) float64 {
	share := a.errors * (1 + 0.6*a.dice.Drift(drawErrors, atMS, 47*minuteMS))
	for _, t := range a.trouble {
		if t.Within(atMS, a.anchorMS) {
			share += t.errors
		}
	}
	return min(0.9, share)
}

func (a specDemand) LogMedianLatency(atMS int64) float64 {
	median := a.baseLog + 0.05*a.dice.Drift(drawLatency, atMS, time.Hour.Milliseconds())
	for _, t := range a.trouble {
		if t.slowdown > 0 && t.Within(atMS, a.anchorMS) {
			median += math.Log(t.slowdown)
		}
	}
	return median
}

var _ demand = (*sim.Behaviour)(nil)

// Purposes of random numbers; see package dice.
const (
	drawRate = iota + 1
	drawBurst
	drawBurstStart
	drawErrors
	drawLatency
	drawPhase
	drawWeight
	drawName
	drawNode
	drawAddress
	drawUID
	drawAge
	drawRollout
	drawCount
	drawRounding
	drawOutcome
	drawObservation
	drawUsage
	drawMemory
	drawThrottled
	drawPackets
	drawGauge
)
