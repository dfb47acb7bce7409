// Package sim says how twelve workloads of a Kubernetes cluster behave: how many requests they
// serve at every moment, how many of them fail, how long they take, and when their pods start,
// crash and end.
//
// Everything is a pure function of the seed, absolute time and the anchor (the instant the history
// was generated at, to which incidents are relative). So the same history can be made twice, and
// time after the anchor goes on from it without a seam. Times are Unix milliseconds (names end in
// MS), rates are events per second, shares are 0..1.
package sim
