// Package benchdata generates the time series of the benchmarks: small worlds with one problem each
// and their true counts, and large worlds without problems.
package benchdata

import "time"

const (
	minuteMS = int64(time.Minute / time.Millisecond)
	hourMS   = 60 * minuteMS
	dayMS    = 24 * hourMS
)
