// Package sim simulates twelve workloads of a Kubernetes cluster: the number of requests at every
// moment, the share that fails, their latency, and when their pods start, crash and end.
//
// Everything is a pure function of the seed, absolute time and the anchor, the reference time of
// incidents (the time of the history's generation). So the same history can be generated twice, and
// time after the anchor continues it without a gap. Times are Unix milliseconds (names end in MS),
// rates are events per second, shares are 0..1.
package sim
