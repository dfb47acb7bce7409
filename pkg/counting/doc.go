// Package counting converts samples of counters to events per cell of time, exactly: the count of a cell is
// the sum of the increases in its samples, independent of other reads and of the time of the read.
//
// The rules are pure functions of samples, in one file each: increase.go (increase, counter reset, counter
// correction, two writers), firstsample.go (a sample without a previous one), coverage.go (time with data),
// histogram.go (classic and native histograms as one). query.go defines what can be counted.
//
// Two estimators apply the rules. pass.go counts every sample, from remote read (stream.go) or from
// range selectors. borders.go reads values at the borders of cells by PromQL, and samples only of
// ambiguous cells. A Reader uses one estimator for all reads. Expressions that are not counters are
// summed by the server (server.go).
//
// The package contains responses of PromQL and cells. It must not depend on SLOs, caches or Grafana.
//
// Start reading at Reader.Fetch (reader.go), then increase.go.
package counting
