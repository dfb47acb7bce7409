package cluster

import (
	"time"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

const (
	minuteMS = 60_000
	day      = 24 * time.Hour
)

// Incidents in the cluster, relative to the anchor.
var (
	// nodeFailure: a node fails, and its pods start on other nodes.
	nodeFailure = sim.Span{Before: 5*time.Hour + 20*time.Minute, Duration: 35 * time.Minute}
	// noise: a batch job uses the CPU of its node, and other pods of the node are throttled.
	noise = []sim.Span{
		{Before: 3*time.Hour + 10*time.Minute, Duration: 75 * time.Minute},
		{Before: 27 * time.Hour, Duration: 90 * time.Minute},
		{Before: 6*day + 5*time.Hour, Duration: 2 * time.Hour},
	}
	// overload: more prompts than the servers of the large model can handle.
	overload = sim.Span{Before: 4*time.Hour + 30*time.Minute, Duration: 3 * time.Hour}
	// stateRestart: kube-state-metrics restarts with another address.
	stateRestart = sim.Span{Before: 2*time.Hour + 10*time.Minute, Duration: 4 * time.Minute}
	// xid: a GPU has fallen off the bus, until its driver is loaded again.
	xid = sim.Span{Before: 20 * time.Hour, Duration: 55 * time.Minute}
)

// Places of the incidents.
const (
	failingNode = "worker-5"
	noisyNode   = "worker-3"
	xidNode     = "gpu-2"
	xidGPU      = 3
)

// xidCode is "GPU has fallen off the bus".
const xidCode = 79

// evictedAfterMS is when the pods of a lost node are evicted: five minutes after it was found to be
// unreachable, which takes 40 s.
const (
	unreachableAfterMS = 40_000
	evictedAfterMS     = unreachableAfterMS + 300_000
)

func span(before, duration time.Duration) sim.Span {
	return sim.Span{Before: before, Duration: duration}
}
