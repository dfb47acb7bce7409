package cluster

import (
	"time"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// spec describes a workload: its identity, its load and its requirements.
type spec struct {
	namespace, name string
	// deployment, statefulset, daemonset, cronjob, or another kind of owner as Kubernetes writes it
	kind     string
	scenario string // short description of the simulated behavior

	replicas int
	// most is the autoscaler's maximum of replicas, with perPod requests per second for each. 0: no
	// autoscaler.
	most   int
	perPod float64

	runEvery     time.Duration     // of a cron job; 0: a day
	rolloutEvery time.Duration     // 0: its pods never change
	born         time.Duration     // before the anchor; 0: before the record
	versions     []version         // rollouts of a story, in order of time
	failing      map[int64]float64 // additional share of failed requests by the number of a version
	killed       *outOfMemory
	config       []time.Duration // before the anchor: changes of its ConfigMap
	cause        *cause          // of the story; nil: none
	startup      time.Duration   // from a pod's start until it is ready
	nodes        pool

	rate    float64 // mean requests per second; 0: none
	swing   float64 // difference between night and day, 0..1 of the rate
	weekend float64 // drop at weekends, 0..1 of the rate
	bursty  bool    // short bursts of four times the rate
	p95     time.Duration
	sigma   float64 // of the logarithm of latencies
	errors  float64 // permanent share of failed requests
	trouble []trouble

	// busy is the used share of cpu of a workload without requests, 0..1; nil: all.
	busy    func(atMS, anchorMS int64) float64
	cpu     float64 // cores of a pod with average load
	cores   float64 // its limit; 0: none
	memory  float64 // bytes
	gpus    int
	weights float64 // bytes that a pod loads before it is ready
	payload float64 // bytes of a request with its response

	exporters []instrument // of the program itself, or a proxy next to it
	http      []caller     // callers in Hubble's HTTP metrics
	tcp       []caller     // callers in Hubble's TCP metrics
}

// trouble changes a workload for a time.
type trouble struct {
	sim.Span
	errors   float64 // additional share of failed requests
	slowdown float64 // factor on latencies; 0: none
	load     float64 // factor on requests; 0: none
}

// caller is a workload that calls another, and its share of the calls.
type caller struct {
	namespace, name string
	share           float64
}

func (s *spec) fullName() string { return s.namespace + "/" + s.name }
