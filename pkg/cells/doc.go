// Package cells caches counts per aligned cell of time and per group of labels.
//
// It handles time, blocks of cells, a bound of memory, and which cells must be
// read (again). It contains no PromQL, no labels beyond the names of a group, and
// no rule of counting: a Fetcher fills the cells.
//
// A cell (a, b] holds the events whose samples lie in it. Cells have three
// sizes, 1 h, 5 m and 1 m, on absolute time. An hour is read at the coarsest
// size that has a border at every instant asked for, so every window between two
// of those instants is a sum of whole cells.
//
// Start at Cache.Read (read.go). grid.go cuts time into cells, entry.go holds
// the cells of one query, late.go decides what is read again, counts.go sums
// windows, store.go bounds the memory of all queries.
package cells
