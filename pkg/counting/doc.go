// Package counting turns samples of counters into events per cell of time,
// exactly: the count of a cell is the sum of the increases that its samples show,
// whatever else is read, and whenever.
//
// The rules are pure functions over samples, one file each: increase.go (rise,
// reset, correction, two writers), firstsample.go (a counter without a previous
// sample), coverage.go (time with data), histogram.go (classic and native
// histograms as one). query.go is what can be counted.
//
// Two estimators apply them. samples.go reads every sample, by remote read where
// the server streams, else by range selectors. borders.go reads values at the
// borders of cells by PromQL, and samples only where those cannot show the
// increase. A Reader uses one of them for all of its reads. What is not made of
// counters is summed by the server (server.go).
//
// The package handles the shapes of PromQL answers and cells. It contains nothing about
// SLOs, caches or Grafana.
//
// Start at Reader.Fetch (reader.go), then increase.go.
package counting
