package month

import (
	"math"
	"time"

	"github.com/burnline/burnline/tests/recording"
)

// Counts are events, or time slices, and the bad ones among them.
type Counts struct{ Total, Bad float64 }

// Truth is the true counts of the samples. The increase of a sample since the previous one of its
// series (after a reset, or in a new series, its whole value) belongs to the sample's time. A
// window (from, to] is the sum of these. The first sample at the start of the record counts
// nothing.
type Truth struct {
	grown map[string][]float64 // by workload and counter, by minute
	sums  map[string][2][]float64
}

func newTruth() *Truth {
	return &Truth{grown: map[string][]float64{}, sums: map[string][2][]float64{}}
}

// observe counts the samples of a counter.
func (t *Truth) observe(workload string, c *counter) {
	if c.counts == "native" {
		t.observeNative(workload, c)
		return
	}
	values := make([]float64, len(c.Samples))
	for i, s := range c.Samples {
		values[i] = s.V
	}
	t.add(workload+" "+c.counts, c.Samples, values, c.opens)
}

func (t *Truth) observeNative(workload string, c *counter) {
	all, slow := make([]float64, len(c.Samples)), make([]float64, len(c.Samples))
	for i, s := range c.Samples {
		all[i], slow[i] = s.H.Count, s.H.PositiveBuckets[2]
	}
	t.add(workload+" native", c.Samples, all, c.opens)
	t.add(workload+" native slow", c.Samples, slow, c.opens)
}

func (t *Truth) add(key string, samples []recording.Sample, values []float64, opens bool) {
	into := t.grown[key]
	if into == nil {
		into = make([]float64, minutes+1)
		t.grown[key] = into
	}
	last := math.NaN()
	for i, v := range values {
		if math.IsNaN(v) {
			continue // a stale marker is no sample
		}
		grown := v
		switch {
		case v >= last:
			grown = v - last
		case math.IsNaN(last) && opens && i == 0 && samples[i].Ms < Start.Add(time.Minute).UnixMilli():
			grown = 0
		}
		into[minuteOfSample(samples[i].Ms)] += grown
		last = v
	}
}

// minuteOfSample returns the minute (Start + i, Start + i+1] of a sample. The very first sample is
// in the first.
func minuteOfSample(ms int64) int {
	return max(int((ms-Start.UnixMilli()+59_999)/60_000)-1, 0)
}

// watch computes the counts by minute of every SLO in the catalog, for one workload. Slices count
// at their end.
func (t *Truth) watch(w workload) {
	sum := func(slo string, total, bad func(minute int) float64) {
		totals, bads := make([]float64, minutes+2), make([]float64, minutes+2)
		for m := range minutes + 1 {
			totals[m+1], bads[m+1] = totals[m]+total(m), bads[m]+bad(m)
		}
		t.sums[slo+" "+w.name] = [2][]float64{totals, bads}
	}
	at := func(what string) func(int) float64 {
		values := t.grown[w.name+" "+what]
		return func(m int) float64 {
			if m >= len(values) {
				return 0
			}
			return values[m]
		}
	}
	good, bad, all, fast := at("200"), at("500"), at("+Inf"), at("0.3")
	events := func(m int) float64 { return good(m) + bad(m) }
	slow := func(m int) float64 { return all(m) - fast(m) }
	sum("availability", events, bad)
	sum("availability-good", events, bad)
	sum("latency", all, slow)
	if w.native {
		sum("latency-native", at("native"), at("native slow"))
	}
	if w.gap[1] == 0 {
		one, broken := slices(5, func(last int) bool { return over(slow, last, 5) > 0.1*over(all, last, 5) })
		sum("quantile", one, broken)
		one, broken = slices(5, func(last int) bool { return !(over(events, last, 5)/300 > 0.3) })
		sum("throughput", one, broken)
	}
	// A gauge's sample of minute m is within (m, m+1]: it is the last one when the slice ends at
	// m+1.
	one, broken := slices(5, func(last int) bool { return gaugesAt(w, last).queue >= 100 })
	sum("timeslice", one, broken)
	one, broken = slices(1, func(last int) bool { return gaugesAt(w, last).probe < 1 })
	sum("probe", one, broken)
	// A recorded ratio is read every minute, and weighted by the events in the minute.
	sum("recorded", func(m int) float64 { return 60 * gaugesAt(w, m).rate },
		func(m int) float64 { return 60 * gaugesAt(w, m).rate * gaugesAt(w, m).ratio })
}

// slices returns one for each `length` minutes, at the last one.
func slices(length int, bad func(last int) bool) (one, broken func(minute int) float64) {
	ends := func(m int) bool { return (m+1)%length == 0 }
	one = func(m int) float64 {
		if ends(m) {
			return 1
		}
		return 0
	}
	return one, func(m int) float64 {
		if ends(m) && bad(m) {
			return 1
		}
		return 0
	}
}

func over(values func(int) float64, last, length int) float64 {
	sum := 0.0
	for m := last - length + 1; m <= last; m++ {
		sum += values(m)
	}
	return sum
}

// Counts returns the counts of an SLO in the catalog for a workload in (from, to], both whole
// minutes. ok is false if the SLO does not measure the workload.
func (t *Truth) Counts(slo, workload string, from, to time.Time) (c Counts, ok bool) {
	if slo == "composite" {
		return t.composite(workload, from, to), true
	}
	sums, ok := t.sums[slo+" "+workload]
	if !ok {
		return Counts{}, false
	}
	first, last := clamp(minuteOf(from)), clamp(minuteOf(to))
	return Counts{sums[0][last] - sums[0][first], sums[1][last] - sums[1][first]}, true
}

func clamp(m int) int { return min(max(m, 0), minutes+1) }

// composite weighs the share of failed requests twice, and that of slow ones once.
func (t *Truth) composite(workload string, from, to time.Time) Counts {
	failed, _ := t.Counts("availability", workload, from, to)
	slow, _ := t.Counts("latency", workload, from, to)
	total := failed.Total + slow.Total
	return Counts{total, total * (2*failed.Bad/failed.Total + slow.Bad/slow.Total) / 3}
}

// Bucket returns the number of a workload's requests up to a bound (as in the label le) in (from,
// to].
func (t *Truth) Bucket(workload, bound string, from, to time.Time) float64 {
	sum := 0.0
	for m := clamp(minuteOf(from)); m < clamp(minuteOf(to)); m++ {
		sum += t.grown[workload+" "+bound][m]
	}
	return sum
}

// Workloads returns the names of the workloads that an SLO of the catalog measures.
func (t *Truth) Workloads(slo string) []string {
	var out []string
	for _, w := range workloads() {
		if _, ok := t.sums[slo+" "+w.name]; ok || slo == "composite" {
			out = append(out, w.name)
		}
	}
	return out
}
