// Package randomdefinition generates random SLO definitions of Sloth, Pyrra and OpenSLO, their
// series, and the expected share of bad events. The share is calculated by the documented formula
// of each format, without PromQL and without the importer: see expression.go. Start at New.
package randomdefinition

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// World is the series that definitions read. Every counter grows evenly, so that rate() and
// increase() are exact.
type World struct {
	metrics map[string]vector
	buckets []string // spelling of le
}

var (
	jobs  = []string{"a", "b"}
	codes = []string{"200", "404", "500"}
)

// counterNames are the plain counters.
var counterNames = []string{"requests_total", "errors_total", "retries_total", "jobs_total"}

func newWorld(r *rand.Rand) *World {
	w := &World{metrics: map[string]vector{}, buckets: []string{"0.1", "0.5", "1", "2.5"}}
	if r.IntN(2) == 0 {
		w.buckets[2] = "1.0"
	}
	for _, name := range counterNames {
		w.metrics[name] = vector{}
		for _, job := range jobs {
			for _, code := range codes {
				if name == "retries_total" && code == "404" {
					continue // operands do not have the same series
				}
				w.metrics[name][labelSet{job: job, code: code}] = float64(60 * (1 + r.IntN(40)))
			}
		}
	}
	w.metrics["requests_total"][labelSet{job: "a", code: "404"}] = 0 // a series without events
	count, bucket := vector{}, vector{}
	for _, job := range jobs {
		for _, code := range codes {
			total := 0.0
			for _, le := range w.buckets {
				total += float64(60 * r.IntN(20))
				bucket[labelSet{job, code, le}] = total
			}
			total += float64(60 * (1 + r.IntN(5)))
			bucket[labelSet{job, code, "+Inf"}] = total
			count[labelSet{job: job, code: code}] = total
		}
	}
	w.metrics["duration_seconds_count"], w.metrics["duration_seconds_bucket"] = count, bucket
	return w
}

// Load returns the series in the notation of Prometheus' own tests, a sample a minute.
func (w *World) Load(minutes int) string {
	var b strings.Builder
	b.WriteString("load 1m\n")
	for name, series := range w.metrics {
		for l, perMinute := range series {
			le := ""
			if l.le != "" {
				le = fmt.Sprintf(",le=%q", l.le)
			}
			fmt.Fprintf(&b, "  %s{job=%q,code=%q%s} 100000+%vx%d\n", name, l.job, l.code, le, perMinute, minutes)
		}
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	slices.Sort(lines[1:])
	return strings.Join(lines, "\n") + "\n"
}
