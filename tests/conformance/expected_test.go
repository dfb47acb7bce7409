//go:build suite

package conformance

import (
	"math"
	"strconv"
	"time"

	"github.com/burnline/burnline/tests/conformance/month"
)

// objectives of the month's catalog, as ratios.
var objectives = map[string]float64{
	"availability": 0.999, "availability-good": 0.999, "latency": 0.95, "latency-native": 0.95, "quantile": 0.99,
	"throughput": 0.9, "timeslice": 0.99, "probe": 0.995, "recorded": 0.99, "composite": 0.99,
}

// slos are the names in the month's catalog, in its order.
var slos = []string{
	"availability", "availability-good", "latency", "latency-native", "quantile", "throughput", "timeslice", "probe",
	"recorded", "composite",
}

const period = 30 * 24 * time.Hour

// pair is a window pair of a policy.
type pair struct {
	severity    string
	long, short time.Duration
	factor      float64
}

// pairs are those of the policy page-and-slack over 30 days: 1% of the budget in an hour, 5% in six
// hours.
var pairs = []pair{{"page", time.Hour, 5 * time.Minute, 7.2}, {"slack", 6 * time.Hour, 30 * time.Minute, 6}}

// truthOf is the truth of one workload in an SLO.
type truthOf struct {
	*month.Truth
	slo, workload string
}

func (t truthOf) counts(from, to time.Time) month.Counts {
	c, _ := t.Counts(t.slo, t.workload, from, to)
	return c
}

// burn returns the burn rate over the window up to an instant. ok is false without events.
func (t truthOf) burn(at time.Time, window time.Duration) (rate float64, ok bool) {
	c := t.counts(at.Add(-window), at)
	return c.Bad / c.Total / (1 - objectives[t.slo]), c.Total > 0
}

// budget returns the remaining budget of the window up to an instant.
func (t truthOf) budget(at time.Time) float64 {
	c := t.counts(at.Add(-period), at)
	return 1 - c.Bad/c.Total/(1-objectives[t.slo])
}

// over reports whether a window exceeds a threshold, which is at most the burn rate of a total
// outage.
func (t truthOf) over(at time.Time, window time.Duration, factor float64) bool {
	rate, _ := t.burn(at, window)
	return rate >= min(factor, 1/(1-objectives[t.slo]))*(1-1e-9)
}

// state returns the state's number in frames: 0 ok, 1 recovering, 2 rising, 3 firing, 4 exhausted.
func (t truthOf) state(at time.Time) float64 {
	if t.budget(at) <= 1e-9 {
		return 4
	}
	state := 0.0
	for _, p := range pairs {
		long, short := t.over(at, p.long, p.factor), t.over(at, p.short, p.factor)
		switch {
		case long && short:
			return 3
		case short:
			state = 2
		case long:
			state = max(state, 1)
		}
	}
	return state
}

// isMoreUrgent reports whether t is more urgent than o. Firing is more urgent than exhausted.
func (t truthOf) isMoreUrgent(o truthOf, at time.Time) bool {
	urgency := []float64{0, 1, 2, 4, 3} // by state
	if a, b := urgency[int(t.state(at))], urgency[int(o.state(at))]; a != b {
		return a > b
	}
	return t.budget(at) < o.budget(at)
}

// p95 of the classic histogram over the hour up to an instant, as histogram_quantile defines it.
func (t truthOf) p95(at time.Time) float64 {
	from := at.Add(-time.Hour)
	bounds := []string{"0.1", "0.3", "1"}
	rank := 0.95 * t.Bucket(t.workload, "+Inf", from, at)
	below, lower := 0.0, 0.0
	for _, text := range bounds {
		upper, _ := strconv.ParseFloat(text, 64)
		upTo := t.Bucket(t.workload, text, from, at)
		if upTo >= rank {
			return lower + (upper-lower)*(rank-below)/(upTo-below)
		}
		below, lower = upTo, upper
	}
	return lower
}

// nativeP95 is the p95 of the native histogram. It is interpolated between 125 and 250 ms on the
// scale of its schema.
func (t truthOf) nativeP95(at time.Time) float64 {
	from := at.Add(-time.Hour)
	all, _ := t.Counts("latency-native", t.workload, from, at)
	return 0.125 * math.Pow(2, 0.95*all.Total/(all.Total-all.Bad))
}
