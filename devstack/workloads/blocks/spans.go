// Package blocks writes samples directly as Prometheus TSDB blocks: no head, no write-ahead log.
package blocks

import "time"

// Span is the half-open time [FromMS, ToMS) of one block.
type Span struct {
	FromMS, ToMS int64
}

// ranges are the block ranges of Prometheus's compaction (2 h and times 3 each) at a retention of
// 60 days, which allows up to 6 days.
var ranges = []time.Duration{54 * time.Hour, 18 * time.Hour, 6 * time.Hour, 2 * time.Hour}

// Spans divides a time range into blocks as Prometheus would have compacted them. Each ends at the
// border of the largest range that fits before the end, so a server has nothing to compact.
func Spans(fromMS, toMS int64) []Span {
	var spans []Span
	for at := fromMS; at < toMS; {
		end := toMS
		for _, r := range ranges {
			if border := (at/r.Milliseconds() + 1) * r.Milliseconds(); border <= toMS {
				end = border
				break
			}
		}
		spans = append(spans, Span{at, end})
		at = end
	}
	return spans
}
