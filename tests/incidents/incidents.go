// Package incidents generates the history of a workload with known errors: pods that start, end and
// restart, error counters that begin with the first error, and periods of any error rate. The same
// seed generates the same history.
package incidents

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/slo"
)

// SLO is an SLO of the history for a catalog's `slos`, with a placeholder for its policy.
const SLO = `{name: incidents, objective: 99.9, window: 30d, by: [workload], policy: %s,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}`

// History is the scraped samples, and the true count of each sample.
type History struct {
	Begin, End time.Time
	Recording  promtest.Recording
	samples    []counted
}

// counted is the number of events between a sample and the previous one.
type counted struct {
	at         int64 // Unix milliseconds
	total, bad float64
}

// Scrape is the scrape interval, and the offset after a whole multiple of it.
type Scrape struct{ Interval, Offset time.Duration }

// RandomScrape returns a usual scrape interval, up to the longest, with any offset.
func RandomScrape(seed uint64, longest time.Duration) Scrape {
	r := rand.New(rand.NewPCG(seed, 11)) // #nosec G404 - reproducible on purpose
	intervals := slices.DeleteFunc([]time.Duration{15 * time.Second, 30 * time.Second, time.Minute},
		func(d time.Duration) bool { return d > longest })
	every := intervals[r.IntN(len(intervals))]
	return Scrape{every, time.Duration(r.Int64N(every.Milliseconds())) * time.Millisecond}
}

// pod is a process with two counters.
type pod struct {
	name     string
	ok, fail float64
}

// Generate generates a history from begin on.
func Generate(seed uint64, begin time.Time, length time.Duration, scrape Scrape) *History {
	r := rand.New(rand.NewPCG(seed, 7)) // #nosec G404 - reproducible on purpose
	out := &History{Begin: begin, End: begin.Add(length), Recording: promtest.Recording{}}
	pods := make([]*pod, 1+r.IntN(3))
	for i := range pods {
		pods[i] = &pod{name: fmt.Sprintf("pod-%d", i)}
	}
	names, perSecond, share, until := len(pods), 0.0, 0.0, begin
	for at := begin.Add(scrape.Offset); !at.After(out.End); at = at.Add(scrape.Interval) {
		if !at.Before(until) { // the next period begins
			until = at.Add(time.Duration(2+r.IntN(120)) * time.Minute)
			perSecond = 5 + 100*r.Float64()
			share = []float64{
				0, 0.0003, 0.002, 0.004 + 0.006*r.Float64(), 0.01 + 0.02*r.Float64(),
				0.05 + 0.9*r.Float64(),
			}[r.IntN(6)]
		}
		sample := counted{at: at.UnixMilli()}
		for k, p := range pods {
			switch r.IntN(int(6 * time.Hour / scrape.Interval)) {
			case 0: // rollout: a new pod replaces it
				p = &pod{name: fmt.Sprintf("pod-%d", names)}
				pods[k], names = p, names+1
			case 1: // restarted under the same name
				p.ok, p.fail = 0, 0
			}
			events := perSecond * scrape.Interval.Seconds() / float64(len(pods)) * (0.8 + 0.4*r.Float64())
			good, bad := math.Floor(events*(1-share)+r.Float64()), math.Floor(events*share+r.Float64())
			p.ok, p.fail = p.ok+good, p.fail+bad
			sample.total, sample.bad = sample.total+good+bad, sample.bad+bad
			out.record(p.name, "200", sample.at, p.ok)
			if p.fail > 0 || len(out.Recording[series(p.name, "500")]) > 0 { // created by its first error
				out.record(p.name, "500", sample.at, p.fail)
			}
		}
		out.samples = append(out.samples, sample)
	}
	return out
}

func series(pod, code string) string {
	return fmt.Sprintf(`requests_total{workload="a",pod=%q,code=%q}`, pod, code)
}

func (h *History) record(pod, code string, ms int64, v float64) {
	h.Recording[series(pod, code)] = append(h.Recording[series(pod, code)], promtest.Sample{Ms: ms, V: v})
}

// Holds returns the counts in (from, to], added up sample by sample.
func (h *History) Holds(from, to time.Time) slo.Counts {
	var c slo.Counts
	for _, s := range h.samples {
		if s.at > from.UnixMilli() && s.at <= to.UnixMilli() {
			c.Total += s.total
			c.Bad += s.bad
		}
	}
	return c
}

// Judge returns the true state of a severity's alerts. near reports whether a burn rate is within a
// share of its threshold.
func (h *History) Judge(p slo.Policy, o slo.Objective, period time.Duration, severity string, at time.Time,
	within float64,
) (state slo.State, near bool) {
	state = slo.Ok
	for _, a := range p.Alerts {
		if a.Severity != severity {
			continue
		}
		factor := a.Factor(period, o)
		long, short := h.burn(o, at, a.Long), h.burn(o, at, a.Short)
		near = near || math.Abs(long/factor-1) <= within || math.Abs(short/factor-1) <= within
		switch {
		case long >= factor && short >= factor:
			state = max(state, slo.Firing)
		case short >= factor:
			state = max(state, slo.Rising)
		case long >= factor:
			state = max(state, slo.Recovering)
		}
	}
	return state, near
}

func (h *History) burn(o slo.Objective, at time.Time, window time.Duration) float64 {
	c := h.Holds(at.Add(-window), at)
	if c.Total == 0 {
		return 0
	}
	return c.Bad / c.Total / (1 - float64(o))
}
