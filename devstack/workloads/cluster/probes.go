package cluster

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/dice"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

// probe is a probe of the blackbox exporter from outside.
type probe struct {
	job, instance string
	seconds       float64 // usual duration
	fails         []sim.Span
	slow          []sim.Span
	flaky         float64 // share of probes that fail
}

var probes = []probe{
	{
		"shop", "https://shop.example.org/", 0.31,
		[]sim.Span{span(5*time.Hour+20*time.Minute, 3*time.Minute), span(9*day, 12*time.Minute)},
		noise, 0.0002,
	},
	{
		"shop", "https://shop.example.org/checkout", 0.42,
		[]sim.Span{span(5*time.Hour+20*time.Minute, 4*time.Minute)},
		noise[:2], 0.0003,
	},
	{
		"platform", "https://registry.example.org/v2/", 0.12, nil,
		[]sim.Span{span(4*day+7*time.Hour, 40*time.Minute)},
		0.0001,
	},
	{"inference", "https://chat.example.org/health", 0.2, nil, []sim.Span{overload}, 0.0006},
}

// blackbox adds the probes.
func (w *World) blackbox() {
	for _, p := range probes {
		d := dice.New(w.seed, "probe/"+p.instance)
		g := grid(1_000 + int64(d.Bits(drawPhase, 0)%58_000))
		up := func(atMS int64) bool { return !w.during(p.fails, atMS) && d.Unit(drawOutcome, uint64(atMS)) >= p.flaky }
		seconds := func(atMS int64) float64 {
			took := p.seconds * d.Between(drawLatency, uint64(atMS), 0.8, 1.4)
			if w.during(p.slow, atMS) {
				took *= 4
			}
			if !up(atMS) {
				took = 5
			}
			return float64(int(took*1e5)) / 1e5
		}
		from := []string{"job", "probe/monitoring/" + p.job, "instance", p.instance, "namespace", "monitoring"}
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
			t := &target{grid: g, startMS: w.fromMS}
			for _, name := range []string{"probe_success", "probe_duration_seconds", "probe_http_status_code", "up"} {
				t.series = append(t.series, named(name, from))
			}
			t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
				ok := flag(up(atMS))
				copy(out, []float64{ok, seconds(atMS), 200 * ok, 1})
			})
		})
		count := func(slo string, bad func(atMS int64) bool) {
			w.truths = append(w.truths,
				&group{slo, Slices, labels.FromStrings(from...).Map(), func(afterMS, upToMS int64) (float64, float64) {
					return minutes(g, w.recorded, afterMS, upToMS, bad)
				}})
		}
		count("probe-availability", func(atMS int64) bool { return !up(atMS) })
		count("probe-latency", func(atMS int64) bool { return seconds(atMS) >= 1 })
	}
}

func (w *World) during(spans []sim.Span, atMS int64) bool {
	for _, s := range spans {
		if s.Within(atMS, w.anchorMS) {
			return true
		}
	}
	return false
}
