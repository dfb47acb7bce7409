// Package scrape converts a simulated pod to its samples in Prometheus: samples at scrape times,
// and stale markers after a failed scrape, after the end of a series, and after the end of the pod.
package scrape

import (
	"math"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"

	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

// The series of a target have fixed indexes: up, then http_requests_total by sim.Routes, then the
// histogram's buckets with +Inf last, its sum and its count, and the start time of the process.
const (
	upIndex       = 0
	firstRequests = 1
)

var (
	firstBucket = firstRequests + len(sim.Routes)
	infBucket   = firstBucket + len(sim.LatencyBounds)
	sumIndex    = infBucket + 1
	countIndex  = infBucket + 2
	startIndex  = infBucket + 3

	// SeriesPerTarget is the maximum number of series of a target.
	SeriesPerTarget = infBucket + 4

	thresholdBucket = firstBucket + bucketIndex(sim.LatencyThreshold.Seconds())
	presetBucket    = firstBucket + bucketIndex(sim.PresetThreshold.Seconds())
)

// staleMarker ends a series until its next sample.
var staleMarker = math.Float64frombits(value.StaleNaN)

// seriesLabels are the labels of a target's series, by index.
func seriesLabels(w *sim.Workload, p *sim.Pod) []labels.Labels {
	target := []string{
		"container", w.Name,
		"instance", p.Address,
		"job", w.FullName(),
		"namespace", w.Namespace,
		"pod", p.Name,
		"workload", w.Name,
		"workload_type", w.Kind,
	}
	named := func(name string, more ...string) labels.Labels {
		all := append([]string{model.MetricNameLabel, name}, more...)
		return labels.FromStrings(append(all, target...)...)
	}
	series := make([]labels.Labels, SeriesPerTarget)
	series[upIndex] = named("up")
	for i, r := range sim.Routes {
		series[firstRequests+i] = named("http_requests_total", "code", r.Code, "method", r.Method)
	}
	for i, bound := range sim.LatencyBounds {
		series[firstBucket+i] = named("http_request_duration_seconds_bucket", "le", FormatBound(bound))
	}
	series[infBucket] = named("http_request_duration_seconds_bucket", "le", "+Inf")
	series[sumIndex] = named("http_request_duration_seconds_sum")
	series[countIndex] = named("http_request_duration_seconds_count")
	series[startIndex] = named("process_start_time_seconds")
	return series
}

// FormatBound formats a bucket's bound as Prometheus 3 normalizes it in a scrape: 1 becomes "1.0".
func FormatBound(bound float64) string {
	s := strconv.FormatFloat(bound, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func bucketIndex(bound float64) int {
	for i, b := range sim.LatencyBounds {
		if b == bound {
			return i
		}
	}
	panic("scrape: the latency threshold " + FormatBound(bound) + "s is no bucket of the histogram")
}

// Roles of a target's series for counting the truth, by index.
var Roles = func() []truth.Role {
	roles := make([]truth.Role, SeriesPerTarget)
	for i, r := range sim.Routes {
		roles[firstRequests+i] = truth.RoleGood
		if r.Bad {
			roles[firstRequests+i] = truth.RoleBad
		}
	}
	roles[thresholdBucket] = truth.RoleFast
	roles[presetBucket] = truth.RoleFair
	roles[infBucket] = truth.RoleAll
	return roles
}()
