package cluster

import (
	"fmt"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// node is a machine of the cluster.
type node struct {
	name, ip string
	gpus     int
}

var nodes = []node{
	{"control-plane-1", "10.10.0.2", 0},
	{"worker-1", "10.10.0.11", 0},
	{"worker-2", "10.10.0.12", 0},
	{"worker-3", "10.10.0.13", 0},
	{"worker-4", "10.10.0.14", 0},
	{"worker-5", "10.10.0.15", 0},
	{"gpu-1", "10.10.0.21", 4},
	{"gpu-2", "10.10.0.22", 4},
	{flakyNode, "10.10.0.16", 0},
	{drainedNode, "10.10.0.17", 0},
}

// pool is the nodes on which a workload's pods may run.
type pool []string

var (
	workers  = pool{"worker-1", "worker-2", "worker-3", "worker-4", "worker-5"}
	steady   = pool{"worker-1", "worker-2", "worker-4"} // nodes that neither fail nor are noisy
	noisy    = pool{noisyNode}
	gpuNodes = pool{"gpu-1", "gpu-2"}
	control  = pool{"control-plane-1"}
	every    = pool{"control-plane-1", "worker-1", "worker-2", "worker-3", "worker-4", "worker-5", "gpu-1", "gpu-2"}
)

// without returns the pool without a node.
func (p pool) without(name string) pool {
	var rest pool
	for _, n := range p {
		if n != name {
			rest = append(rest, n)
		}
	}
	return rest
}

func nodeNamed(name string) node {
	for _, n := range nodes {
		if n.name == name {
			return n
		}
	}
	panic("cluster: there is no node " + name)
}

// lost reports whether a node is down at a time.
func lost(name string, atMS, anchorMS int64) bool {
	return name == failingNode && nodeFailure.Within(atMS, anchorMS)
}

// isUnreachable reports whether a node is known to be down.
func isUnreachable(name string, atMS, anchorMS int64) bool {
	return lost(name, atMS, anchorMS) && lost(name, atMS-unreachableAfterMS, anchorMS)
}

// startOf and endOf are the ends of a time relative to the anchor.
func startOf(s sim.Span, anchorMS int64) int64 { return anchorMS - s.Before.Milliseconds() }

func endOf(s sim.Span, anchorMS int64) int64 { return startOf(s, anchorMS) + s.Duration.Milliseconds() }

// uid is an identifier in the format of Kubernetes.
func uid(a, b uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}
