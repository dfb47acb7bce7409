// Package benchdata makes the time series of the benchmarks: small worlds in which one thing goes
// wrong at a time, with the count of what really happened, and large ones in which nothing does.
package benchdata

import "time"

const (
	minuteMS = int64(time.Minute / time.Millisecond)
	hourMS   = 60 * minuteMS
	dayMS    = 24 * hourMS
)
