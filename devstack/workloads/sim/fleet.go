package sim

import "time"

const (
	// LatencyThreshold is the threshold of the latency SLO, one of LatencyBounds.
	LatencyThreshold = 300 * time.Millisecond
	// PresetThreshold is the threshold of the preset for Go programs, another one of them.
	PresetThreshold = 500 * time.Millisecond
	// HistoryDays is two days longer than the window of 30 days, so that the window is complete a
	// day before the anchor, too.
	HistoryDays = 32

	day          = 24 * time.Hour
	budgetWindow = 30 * day
	errorBudget  = 0.001 // of all requests, at the objective of 99.9%
)

// LatencyBounds are the upper bounds of the histogram's finite buckets in seconds.
var LatencyBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10}

// Fleet lists the twelve workloads, in a fixed order.
func Fleet() []*Workload {
	return []*Workload{
		{
			Namespace: "shop", Name: "checkout", Kind: "deployment", Scenario: "fast burn",
			Replicas: 2, ScrapeInterval: 15 * time.Second, RolloutEvery: 4 * day,
			Traffic: Traffic{MeanRate: 60, DailySwing: 0.35, WeekendDip: 0.1, PostShare: 0.6},
			Latency: Latency{P95: 235 * time.Millisecond, Sigma: 0.45},
			Errors: Errors{
				BudgetLeft: 0.45, BaselinePart: 0.5,
				Incidents: []Incident{{Before: 11 * day, Duration: 45 * time.Minute, Weight: 1}},
				Ongoing:   Ongoing{Before: 52 * time.Minute, Share: 0.026, Slowdown: 1.5},
			},
		},
		{
			Namespace: "shop", Name: "payments", Kind: "statefulset", Scenario: "exhausted",
			Replicas: 2, ScrapeInterval: 30 * time.Second,
			Traffic: Traffic{MeanRate: 24, DailySwing: 0.35, WeekendDip: 0.1, PostShare: 0.9},
			Latency: Latency{P95: 255 * time.Millisecond, Sigma: 0.5},
			Errors: Errors{
				BudgetLeft: -0.2, BaselinePart: 0.35,
				Incidents: []Incident{
					{Before: 16*day + 5*time.Hour, Duration: 35 * time.Minute, Weight: 1},
					{Before: 6*day + 2*time.Hour, Duration: 2 * time.Hour, Weight: 3},
				},
			},
		},
		{
			Namespace: "shop", Name: "catalog", Kind: "deployment", Scenario: "healthy",
			Replicas: 2, ScrapeInterval: 15 * time.Second, RolloutEvery: 7 * day,
			Traffic: Traffic{MeanRate: 180, DailySwing: 0.5, WeekendDip: -0.15, PostShare: 0.02},
			Latency: Latency{P95: 85 * time.Millisecond, Sigma: 0.6},
			Errors:  Errors{BudgetLeft: 0.88, BaselinePart: 1},
		},
		{
			Namespace: "shop", Name: "cart", Kind: "deployment", Scenario: "lazily created error series",
			Replicas: 2, ScrapeInterval: time.Minute, RolloutEvery: 12 * time.Hour, LazyErrorSeries: true,
			Traffic: Traffic{MeanRate: 36, DailySwing: 0.4, WeekendDip: 0.05, PostShare: 0.5},
			Latency: Latency{P95: 120 * time.Millisecond, Sigma: 0.5},
			Errors:  Errors{BudgetLeft: 0.62, BaselinePart: 1, Bursty: true},
		},
		{
			Namespace: "shop", Name: "search", Kind: "deployment", Scenario: "rolling deploy every 6 h",
			Replicas: 3, ScrapeInterval: time.Minute, RolloutEvery: 6 * time.Hour, LazyErrorSeries: true,
			Traffic: Traffic{MeanRate: 48, DailySwing: 0.45, WeekendDip: 0, PostShare: 0.1},
			Latency: Latency{P95: 185 * time.Millisecond, Sigma: 0.55},
			Errors: Errors{
				BudgetLeft: 0.7, BaselinePart: 0.8,
				Incidents: []Incident{{Before: 3*day + 7*time.Hour, Duration: 20 * time.Minute, Weight: 1}},
			},
		},
		{
			Namespace: "shop", Name: "recommendations", Kind: "deployment", Scenario: "slow burn",
			Replicas: 2, ScrapeInterval: time.Minute, RolloutEvery: 10 * day,
			Traffic: Traffic{MeanRate: 70, DailySwing: 0.3, WeekendDip: 0, PostShare: 0.05},
			Latency: Latency{P95: 205 * time.Millisecond, Sigma: 0.5},
			Errors: Errors{
				BudgetLeft: 0.35, BaselinePart: 0.7,
				Incidents: []Incident{{Before: 19 * day, Duration: 3 * time.Hour, Weight: 1}},
				Ongoing:   Ongoing{Before: 30 * time.Hour, Share: 0.00665},
			},
		},
		{
			Namespace: "batch", Name: "invoices", Kind: "statefulset", Scenario: "no traffic at night",
			Replicas: 1, ScrapeInterval: time.Minute,
			Traffic: Traffic{
				MeanRate: 9, DailySwing: 0.3, WeekendDip: 0.3, PostShare: 0.8, QuietFromHour: 20,
				QuietToHour: 5,
			},
			Latency: Latency{P95: 275 * time.Millisecond, Sigma: 0.4},
			Errors: Errors{
				BudgetLeft: 0.78, BaselinePart: 0.6,
				Incidents: []Incident{{Before: 8*day + 12*time.Hour, Duration: 24 * time.Hour, Weight: 1}},
			},
		},
		{
			Namespace: "batch", Name: "importer", Kind: "cronjob", Scenario: "crash loop",
			Replicas: 1, ScrapeInterval: time.Minute, RolloutEvery: day, Crashes: true,
			Traffic: Traffic{MeanRate: 14, DailySwing: 0.2, WeekendDip: 0, PostShare: 1},
			Latency: Latency{P95: 460 * time.Millisecond, Sigma: 0.6},
			Errors:  Errors{BudgetLeft: 0.64, BaselinePart: 1},
		},
		{
			Namespace: "inference", Name: "embeddings", Kind: "deployment", Scenario: "20-minute scrape outage",
			Replicas: 2, ScrapeInterval: time.Minute, RolloutEvery: 8 * day,
			ScrapeOutage: Span{Before: 40 * time.Hour, Duration: 20 * time.Minute},
			Traffic:      Traffic{MeanRate: 20, DailySwing: 0.25, WeekendDip: 0.2, PostShare: 1},
			Latency:      Latency{P95: 150 * time.Millisecond, Sigma: 0.35},
			Errors: Errors{
				BudgetLeft: 0.81, BaselinePart: 0.6,
				// Within the outage: only the counters' values after it contain these errors.
				Incidents: []Incident{{Before: 40*time.Hour - 4*time.Minute, Duration: 10 * time.Minute, Weight: 1}},
			},
		},
		{
			Namespace: "inference", Name: "llama-server", Kind: "statefulset", Scenario: "born 3 days ago",
			Replicas: 1, ScrapeInterval: time.Minute, BornBefore: 3 * day,
			Traffic: Traffic{MeanRate: 7, DailySwing: 0.4, WeekendDip: 0.2, PostShare: 1},
			Latency: Latency{P95: 620 * time.Millisecond, Sigma: 0.7},
			Errors:  Errors{BudgetLeft: 0.73, BaselinePart: 1},
		},
		{
			Namespace: "platform", Name: "auth", Kind: "deployment", Scenario: "healthy",
			Replicas: 2, ScrapeInterval: 30 * time.Second, RolloutEvery: 9 * day,
			Traffic: Traffic{MeanRate: 85, DailySwing: 0.5, WeekendDip: 0.35, PostShare: 0.7},
			Latency: Latency{P95: 60 * time.Millisecond, Sigma: 0.5},
			Errors:  Errors{BudgetLeft: 0.985, BaselinePart: 1},
		},
		{
			Namespace: "platform", Name: "gateway", Kind: "deployment", Scenario: "healthy",
			Replicas: 3, ScrapeInterval: 30 * time.Second, RolloutEvery: 14 * day,
			Traffic: Traffic{MeanRate: 340, DailySwing: 0.4, WeekendDip: 0.1, PostShare: 0.3},
			Latency: Latency{P95: 110 * time.Millisecond, Sigma: 0.55},
			Errors: Errors{
				BudgetLeft: 0.92, BaselinePart: 0.9,
				Incidents: []Incident{{Before: 13 * day, Duration: 15 * time.Minute, Weight: 1}},
			},
		},
	}
}
