package ledger

import "github.com/prometheus/common/model"

// opening is where the record of a target's counters begins: what they show
// first is no growth, it was there before. What first shows later is new.
type opening struct {
	cell  int      // up to this one
	until *horizon // of all that open together
	// A process that does not say when it started is new after all when its counters begin with no more than so many
	// seconds' worth of their fastest growth. 0: it is known to be old.
	worth   float64
	begin   float64 // what the counters begin with
	fastest float64 // events per second
}

// horizon is one lookback after the first of all samples, Unix milliseconds:
// until then every counter that was there has been scraped. 0 before one is seen.
type horizon int64

// covers tells that a first sample in the cell may be no growth.
func (o *opening) covers(cell int) bool { return o != nil && cell <= o.cell }

// sees learns from the finite samples of one of the counters, in a cell that it
// covers.
func (o *opening) sees(samples []model.SamplePair) {
	if len(samples) == 0 {
		return
	}
	var rate float64
	for i, s := range samples[1:] {
		rise := float64(s.Value - samples[i].Value)
		if gap := float64(s.Timestamp-samples[i].Timestamp) / 1000; gap > 0 {
			rate = max(rate, rise/gap)
		}
	}
	first := samples[0]
	if until := horizon(int64(first.Timestamp) + lookback*1000); *o.until == 0 || until < *o.until {
		*o.until = until
	}
	o.begin += float64(first.Value)
	o.fastest += rate
}

// takes tells that a first sample is no growth.
func (o *opening) takes(cell int, at model.Time) bool {
	isNew := func() bool { return o.worth > 0 && o.begin <= o.worth*o.fastest }
	return o.covers(cell) && int64(at) <= int64(*o.until) && !isNew()
}
