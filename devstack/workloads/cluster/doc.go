// Package cluster simulates a Kubernetes cluster: nodes, about fifty workloads in six namespaces
// and two system namespaces, and the exporters of such a cluster, with the names, labels and units
// of the real ones.
//
// Like package sim, everything is a function of the seed, the anchor and the time, so that only
// running totals are state. Scrapes are on a grid of minutes, shifted for each target by a phase.
// From one scrape to the next, a counter grows by the number that a stream draws for the minute. So
// the truth of any window is the difference of a stream's totals at its two ends.
//
// Times are Unix milliseconds (names end in MS), rates are per second, shares are 0..1.
package cluster
