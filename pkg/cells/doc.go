// Package cells caches counts by aligned cell of time and by group of labels.
//
// It deals with time, blocks of cells, a bound of memory, and the decision which cells must be read
// (again). It must not depend on PromQL or rules of counting: a Fetcher fills the cells.
//
// A cell (a, b] contains the events of the samples in it. Cells have three sizes, 1 h, 5 m and 1
// m, on absolute time. An hour is read at the coarsest size with a border at every requested
// instant, so every window between two of these instants is a sum of whole cells.
//
// Cached cells are keyed by owner (server, tenant and identity) and Query.Key. A settled cell is
// valid until a late sample, another server (Options.Generation) or Forget. An unsettled cell is
// reused for unsettledTTL. memory.Store bounds all bytes.
//
// Start reading at Cache.Read (read.go). grid.go divides time into cells, entry.go contains the
// cells of one query, late.go decides what is read again, counts.go sums windows.
package cells
