package sim

import (
	"fmt"
	"math"
	"time"

	"github.com/burnline/burnline/devstack/workloads/dice"
)

// Behaviour is a simulated workload: its specification, with a seed and an anchor.
type Behaviour struct {
	*Workload
	anchorMS int64
	dice     dice.Dice
	// baselineScale and incidentScale convert the shapes of Errors to shares; see calibrate.
	baselineScale, incidentScale float64
}

// Behave binds a workload to a seed and an anchor (Unix ms). It fails if ongoing trouble alone
// spends more of the budget than the specification allows.
func Behave(w *Workload, seed uint64, anchorMS int64) (*Behaviour, error) {
	b := &Behaviour{Workload: w, anchorMS: anchorMS, dice: dice.New(seed, w.FullName())}
	if err := b.calibrate(); err != nil {
		return nil, fmt.Errorf("workload %s: %w", w.FullName(), err)
	}
	return b, nil
}

// Rate of all requests of the workload at a time, in events per second.
func (b *Behaviour) Rate(atMS int64) float64 {
	t := time.UnixMilli(atMS).UTC()
	hour := float64(atMS%day.Milliseconds()) / float64(time.Hour.Milliseconds())
	if b.quiet(int(hour)) {
		return 0
	}
	const busiestHour = 14
	load := 1 + b.Traffic.DailySwing*math.Cos(2*math.Pi*(hour-busiestHour)/24)
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		load *= 1 - b.Traffic.WeekendDip
	}
	load *= 1 + 0.08*b.dice.Drift(drawRateDrift, atMS, (17*time.Minute).Milliseconds())
	return b.Traffic.MeanRate * load
}

// ErrorShare is the share 0..1 of the requests at a time that fail.
func (b *Behaviour) ErrorShare(atMS int64) float64 {
	if b.ongoing(atMS) {
		return b.Errors.Ongoing.Share
	}
	return min(0.9, b.baselineScale*b.baselineShape(atMS)+b.incidentScale*b.incidentShape(atMS))
}

// ScrapesFail reports whether scrapes of the workload's pods fail at a time although the pods serve
// requests.
func (b *Behaviour) ScrapesFail(atMS int64) bool { return b.ScrapeOutage.Within(atMS, b.anchorMS) }

// LogMedianLatency is the logarithm of the median latency (in seconds) at a time.
func (b *Behaviour) LogMedianLatency(atMS int64) float64 {
	const z95 = 1.6448536269514722 // 95th percentile of the standard normal distribution
	logMedian := math.Log(b.Latency.P95.Seconds()) - z95*b.Latency.Sigma
	logMedian += 0.05 * b.dice.Drift(drawLatency, atMS, time.Hour.Milliseconds())
	if b.ongoing(atMS) && b.Errors.Ongoing.Slowdown > 0 {
		logMedian += math.Log(b.Errors.Ongoing.Slowdown)
	}
	return logMedian
}

// LognormalShare is the share 0..1 of a lognormal distribution at or under a bound.
func LognormalShare(logBound, logMedian, sigma float64) float64 {
	return 0.5 * math.Erfc(-(logBound-logMedian)/(sigma*math.Sqrt2))
}

func (b *Behaviour) quiet(hour int) bool {
	from, to := b.Traffic.QuietFromHour, b.Traffic.QuietToHour
	return from != to && (hour >= from || hour < to)
}

func (b *Behaviour) ongoing(atMS int64) bool {
	return b.Errors.Ongoing.Before > 0 && atMS >= b.anchorMS-b.Errors.Ongoing.Before.Milliseconds()
}
