package sim

import "time"

// Workload is one Kubernetes workload: who it is, what it serves and what goes wrong with it.
type Workload struct {
	Namespace, Name string
	// Kind is the Kubernetes kind in the label workload_type: deployment, statefulset or cronjob.
	Kind string
	// Scenario says in a few words what this workload shows.
	Scenario string

	Replicas       int
	ScrapeInterval time.Duration
	// RolloutEvery is the time between two rollouts (for a cronjob: between two runs); 0 means that
	// its pods never change.
	RolloutEvery time.Duration
	// BornBefore is how long before the anchor the workload first appeared; 0 means long before the
	// history.
	BornBefore time.Duration

	Traffic Traffic
	Latency Latency
	Errors  Errors

	// LazyErrorSeries: a process exposes the counter of an error code only once that error has
	// happened, as client libraries do.
	LazyErrorSeries bool
	// Crashes: the process restarts every few minutes to hours within the same pod, and its
	// counters begin again at 0.
	Crashes bool
	// ScrapeOutage is a time in which no scrape of any pod succeeds while the pods go on serving.
	ScrapeOutage Span
}

// FullName is namespace/name.
func (w *Workload) FullName() string { return w.Namespace + "/" + w.Name }

// Traffic is the rhythm of the requests of a whole workload.
type Traffic struct {
	// MeanRate is the rate in events per second around which day and week swing.
	MeanRate float64
	// DailySwing 0..1 is how far the busiest hour lies above the mean and the quietest below it.
	DailySwing float64
	// WeekendDip 0..1 is the part of the traffic that is missing on Saturdays and Sundays.
	WeekendDip float64
	// QuietFromHour..QuietToHour (UTC, over midnight) has no traffic at all; equal hours mean no
	// quiet time.
	QuietFromHour, QuietToHour int
	// PostShare 0..1 of the good requests are POST, the others GET.
	PostShare float64
}

// Latency is lognormal; its 95th percentile at mean load is P95.
type Latency struct {
	P95 time.Duration
	// Sigma is the standard deviation of the logarithm: 0.3 is steady, 0.9 has a long tail.
	Sigma float64
}

// Errors says how the error budget of 30 days is spent. Parts are scaled so that BudgetLeft is left
// at the anchor.
type Errors struct {
	// BudgetLeft at the anchor, of an objective of 99.9 % over 30 days: 1 is untouched, under 0 is
	// overspent.
	BudgetLeft float64
	// BaselinePart 0..1 of what is spent outside Ongoing happens all the time, the rest in the
	// incidents.
	BaselinePart float64
	// Bursty: the baseline comes in rare bursts of two or three minutes rather than evenly.
	Bursty    bool
	Incidents []Incident
	Ongoing   Ongoing
}

// Incident is a time of raised errors in the past.
type Incident struct {
	Before   time.Duration // start, before the anchor
	Duration time.Duration
	Weight   float64 // relative to the other incidents of the workload
}

// Ongoing is trouble that began before the anchor and does not end.
type Ongoing struct {
	Before time.Duration // start, before the anchor; 0 means none
	// Share 0..1 of the requests that fail from then on, in place of the baseline.
	Share float64
	// Slowdown multiplies latencies from then on; 0 means 1.
	Slowdown float64
}

// Span is a time relative to the anchor: it starts Before it and lasts Duration. The zero Span is
// empty.
type Span struct {
	Before, Duration time.Duration
}

// Within says whether a time lies in the span.
func (s Span) Within(atMS, anchorMS int64) bool {
	start := anchorMS - s.Before.Milliseconds()
	return s.Duration > 0 && atMS >= start && atMS < start+s.Duration.Milliseconds()
}
