// Package cluster is a Kubernetes cluster at work: nodes, some fifty workloads in six namespaces
// and two of the system's, and what the exporters of such a cluster tell about them, with the
// names, labels and units that the real ones have.
//
// Like package sim, everything is a function of the seed, the anchor and the time, so that nothing
// but running totals has to be kept. Scrapes lie on a grid of minutes, shifted for each target by a
// phase. A counter grows from one scrape to the next by what a stream draws for that minute; so the
// truth about any window is the difference of a stream's totals at its two ends.
//
// Times are Unix milliseconds (names end in MS), rates are per second, shares are 0..1.
package cluster
