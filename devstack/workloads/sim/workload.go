package sim

import "time"

// Workload is one Kubernetes workload: its identity, its traffic and its incidents.
type Workload struct {
	Namespace, Name string
	// Kind is the Kubernetes kind in the label workload_type: deployment, statefulset or cronjob.
	Kind string
	// Scenario is a short description of the workload's behavior.
	Scenario string

	Replicas       int
	ScrapeInterval time.Duration
	// RolloutEvery is the time between two rollouts (for a cronjob: between two runs). 0 means that
	// its pods never change.
	RolloutEvery time.Duration
	// BornBefore is the age of the workload at the anchor. 0 means older than the history.
	BornBefore time.Duration

	Traffic Traffic
	Latency Latency
	Errors  Errors

	// LazyErrorSeries: a process exports the counter of an error code only after the first such
	// error, as client libraries do.
	LazyErrorSeries bool
	// Crashes: the process restarts every few minutes to hours within the same pod, and its
	// counters reset to 0.
	Crashes bool
	// ScrapeOutage is a time in which all scrapes of the pods fail while the pods serve requests.
	ScrapeOutage Span
}

// FullName is namespace/name.
func (w *Workload) FullName() string { return w.Namespace + "/" + w.Name }

// Traffic is the rate of requests of a whole workload over time.
type Traffic struct {
	// MeanRate is the mean rate in events per second, before daily and weekly variations.
	MeanRate float64
	// DailySwing 0..1 is the difference of the busiest hour, and of the quietest, from the mean.
	DailySwing float64
	// WeekendDip 0..1 is the drop in traffic on Saturdays and Sundays.
	WeekendDip float64
	// QuietFromHour..QuietToHour (UTC, over midnight) has no traffic at all. Equal hours mean no
	// quiet time.
	QuietFromHour, QuietToHour int
	// PostShare 0..1 of the good requests are POST, the others GET.
	PostShare float64
}

// Latency is lognormal. Its 95th percentile at mean load is P95.
type Latency struct {
	P95 time.Duration
	// Sigma is the standard deviation of the logarithm: 0.3 is constant, 0.9 has a long tail.
	Sigma float64
}

// Errors defines how the error budget of 30 days is spent. Parts are scaled so that BudgetLeft
// remains at the anchor.
type Errors struct {
	// BudgetLeft is the remaining budget at the anchor, of an objective of 99.9% over 30 days: 1 is
	// untouched, below 0 is overspent.
	BudgetLeft float64
	// BaselinePart 0..1 of the spent budget outside of Ongoing is permanent, the rest is in the
	// incidents.
	BaselinePart float64
	// Bursty: the baseline consists of rare bursts of two or three minutes instead of being even.
	Bursty    bool
	Incidents []Incident
	Ongoing   Ongoing
}

// Incident is a time with more errors in the past.
type Incident struct {
	Before   time.Duration // start, before the anchor
	Duration time.Duration
	Weight   float64 // relative to the other incidents of the workload
}

// Ongoing is a trouble that began before the anchor and does not end.
type Ongoing struct {
	Before time.Duration // start, before the anchor; 0 means none
	// Share 0..1 of the requests fail from then on, in place of the baseline.
	Share float64
	// Slowdown multiplies latencies from then on; 0 means 1.
	Slowdown float64
}

// Span is a time range relative to the anchor: it starts Before it and lasts Duration. The zero
// Span is empty.
type Span struct {
	Before, Duration time.Duration
}

// Within reports whether a time is in the span.
func (s Span) Within(atMS, anchorMS int64) bool {
	start := anchorMS - s.Before.Milliseconds()
	return s.Duration > 0 && atMS >= start && atMS < start+s.Duration.Milliseconds()
}
