package cluster

import (
	"math"
	"testing"
	"time"
)

// Each story of the wire, of nodes and of jobs shows in the truth of its signal, and not before it.
func TestStoriesShowInTheTruth(t *testing.T) {
	w := newWorld(t, testAnchor.Add(-14*time.Hour))
	w.Generate(testAnchor.UnixMilli())
	at := func(before time.Duration, workload, signal string) float64 {
		up := testAnchor.Add(-before).UnixMilli()
		for _, r := range w.Resources(up-day.Milliseconds()/2, up) {
			if r.Signal == signal && r.Cluster+"/"+r.Namespace+"/"+r.Workload == workload {
				return r.Value
			}
		}
		return math.NaN()
	}
	for _, s := range []struct {
		workload, signal string
		during, without  time.Duration
		most, least      float64 // without the incident, and during it
	}{
		{"/data/clickhouse", "node_nic_drops", 7*time.Hour + 20*time.Minute, 9 * time.Hour, 0, 39.9},
		{"/data/clickhouse", "tcp_retransmits", 7*time.Hour + 20*time.Minute, 9 * time.Hour, 1, 10},
		{"/data/kafka", "node_not_ready", 5*time.Hour + 17*time.Minute, 9 * time.Hour, 0, 1},
		{"/edge/envoy-gateway", "connect_latency", 2*time.Hour + 35*time.Minute, 9 * time.Hour, 0.02, 0.05},
		{"/edge/envoy-gateway", "broken_streams", 8 * time.Hour, 9 * time.Hour, 0.1, 0.5},
		{"east/payments/ledger-v2", "connect_latency", 3*time.Hour + 30*time.Minute, 2 * time.Hour, 0.00401, 0.103},
		{"east/payments/ledger-v2", "tcp_retransmits", 80 * time.Minute, 2 * time.Hour, 0.101, 1.4},
		{"/shop/pricing", "node_cpu_pressure", 2*time.Hour + 30*time.Minute, 9 * time.Hour, 0.0201, 0.569},
		{"/shop/pricing", "cpu_throttled", 2*time.Hour + 30*time.Minute, 9 * time.Hour, 0.3, 0.35},
		{"/inference/chat-70b", "requests_queued", 2 * time.Hour, 9 * time.Hour, 0, 10},
		{"/inference/chat-70b", "kv_cache", 2 * time.Hour, 9 * time.Hour, 0.9, 0.99},
		{"/batch/cleanup", "pods_failed", 4*time.Hour + 50*time.Minute, 9 * time.Hour, 0, 1},
		{"/batch/cleanup", "cronjob_late", time.Hour, 9 * time.Hour, 0, 3600},
	} {
		before, then := at(s.without, s.workload, s.signal), at(s.during, s.workload, s.signal)
		if before > s.most || !(then >= s.least) {
			t.Errorf("%s of %s: %g without the incident and %g during it, want at most %g and at least %g", s.signal,
				s.workload, before, then, s.most, s.least)
		}
	}
}

// A load of weights within 40 s is the largest peak of a month.
func TestWeightsAreABurst(t *testing.T) {
	w := newWorld(t, testAnchor.Add(-30*day))
	w.Generate(testAnchor.UnixMilli())
	vision := w.named("inference/vision")
	loads := 0
	for _, p := range vision.pods {
		if p.StartMS < w.fromMS {
			continue
		}
		loads++
		if got := vision.burst(p.StartMS-minuteMS, p.StartMS+3*minuteMS); got < vision.weights/160 ||
			got > vision.weights/60*1.01 {
			t.Errorf("a load of %g bytes has a peak of %g bytes a second", vision.weights, got)
		}
	}
	if loads == 0 {
		t.Error("no pod loads weights")
	}
	if usual := vision.burst(testAnchor.Add(-time.Hour).UnixMilli(),
		testAnchor.UnixMilli()); usual > vision.weights/600 {
		t.Errorf("%g bytes a second without a load", usual)
	}
}
