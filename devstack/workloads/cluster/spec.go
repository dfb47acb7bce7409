package cluster

import (
	"time"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// spec describes a workload: who it is, what it is asked for and what it needs.
type spec struct {
	namespace, name string
	kind            string // deployment, statefulset, daemonset, cronjob, or another kind of owner as Kubernetes writes it
	scenario        string // in a few words, what it shows

	replicas int
	// most is what an autoscaler may make of replicas, with perPod requests per second for each; 0:
	// there is none.
	most   int
	perPod float64

	rolloutEvery time.Duration // 0: its pods never change
	startup      time.Duration // from a pod's start until it is ready
	nodes        pool

	rate    float64 // requests per second, around which day and week swing; 0: none
	swing   float64 // 0..1 of it between night and day
	weekend float64 // 0..1 of it is missing then
	bursty  bool    // short times of four times as much
	p95     time.Duration
	sigma   float64 // of the logarithm of latencies
	errors  float64 // share of requests that fail all the time
	trouble []trouble

	// busy is how much of cpu is used by a workload that takes no requests, 0..1; nil: all.
	busy    func(atMS, anchorMS int64) float64
	cpu     float64 // cores of a pod that is busy as on average
	cores   float64 // its limit; 0: none
	memory  float64 // bytes
	gpus    int
	weights float64 // bytes that a pod fetches before it is ready
	payload float64 // bytes of a request with its answer

	told []instrument // by the program itself, or a proxy beside it
	http []caller     // who calls it, as Hubble sees HTTP
	tcp  []caller     // the same for anything else
}

// trouble changes a workload for a time.
type trouble struct {
	sim.Span
	errors   float64 // share of requests that fail more
	slowdown float64 // factor on latencies; 0: none
	load     float64 // factor on requests; 0: none
}

// caller is a workload that calls another, and its share of the calls.
type caller struct {
	namespace, name string
	share           float64
}

func (s *spec) fullName() string { return s.namespace + "/" + s.name }
