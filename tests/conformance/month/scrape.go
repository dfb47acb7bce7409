package month

import (
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/tests/recording"
)

// counter is a series of a pod, with the data for the truth.
type counter struct {
	recording.Series
	counts string // "200", "500", a bound of the classic histogram, or "native"
	opens  bool   // its first sample is the first of the server: a baseline
}

// bounds of the classic histogram, in seconds.
var bounds = []string{"0.1", "0.3", "1", "+Inf"}

// process contains a pod's counters.
type process struct {
	ok, failed int
	buckets    [4]int
	fast, slow int // of the native histogram: (125 ms, 250 ms] and (500 ms, 1 s]
}

func (p *process) serve(w workload, minute int) {
	n, bad, slow := requests(minute), w.bad(minute), w.slow(minute)
	p.ok += n - bad
	p.failed += bad
	for i, upTo := range [4]int{(n - slow) * 6 / 10, n - slow, n - slow/4, n} {
		p.buckets[i] += upTo
	}
	p.fast, p.slow = p.fast+n-slow, p.slow+slow
}

// scrape creates the counters of a pod.
func scrape(w workload, p pod) []*counter {
	var all []*counter
	add := func(counts, metric string, more ...string) *counter {
		words := append([]string{
			model.MetricNameLabel, metric, "job", "month", "namespace", "shop", "workload", w.name, "pod", p.name,
			"instance", p.name + ":8080",
		}, more...)
		c := &counter{
			Series: recording.Series{Labels: labels.FromStrings(words...)}, counts: counts,
			opens: p.born == 0,
		}
		all = append(all, c)
		return c
	}
	good, bad := add("200", "http_requests_total", "code", "200"), add("500", "http_requests_total", "code", "500")
	var buckets []*counter
	for _, le := range bounds {
		buckets = append(buckets, add(le, "http_request_duration_seconds_bucket", "le", le))
	}
	var native *counter
	if w.native {
		native = add("native", "rpc_duration_seconds")
	}
	var now process
	for m := p.born; m < p.dies; m++ {
		if p.resetEvery > 0 && m%p.resetEvery == 0 {
			now = process{}
		}
		now.serve(w, m)
		if m >= w.gap[0] && m < w.gap[1] {
			continue
		}
		at := Start.Add(time.Duration(m)*time.Minute + time.Duration(p.phase)*time.Second).UnixMilli()
		good.add(at, now.ok)
		if !w.lazy || now.failed > 0 || len(bad.Samples) > 0 {
			bad.add(at, now.failed)
		}
		for i, c := range buckets {
			c.add(at, now.buckets[i])
		}
		if native != nil {
			native.Samples = append(native.Samples, recording.Sample{Ms: at, H: now.native()})
		}
	}
	if p.dies < minutes {
		at := Start.Add(time.Duration(p.dies)*time.Minute + time.Duration(p.phase)*time.Second).UnixMilli()
		for _, c := range all {
			if len(c.Samples) > 0 {
				c.Samples = append(c.Samples, recording.Sample{Ms: at, V: staleMarker})
			}
		}
	}
	return all
}

func (c *counter) add(atMs int64, v int) {
	c.Samples = append(c.Samples, recording.Sample{Ms: atMs, V: float64(v)})
}

// native returns a histogram in schema 0, with powers of two as bounds.
func (p *process) native() *histogram.FloatHistogram {
	return &histogram.FloatHistogram{
		Schema: 0, Count: float64(p.fast + p.slow), Sum: float64(p.fast)*0.2 + float64(p.slow)*0.8,
		PositiveSpans:   []histogram.Span{{Offset: -2, Length: 3}},
		PositiveBuckets: []float64{float64(p.fast), 0, float64(p.slow)},
	}
}

// gaugeValues are the gauges of a workload at a minute.
type gaugeValues struct{ queue, probe, ratio, rate float64 }

func gaugesAt(w workload, m int) gaugeValues {
	n, bad := requests(m), w.bad(m)
	v := gaugeValues{queue: float64(10 + m%50), probe: 1, ratio: float64(bad) / float64(n), rate: float64(n) / 64}
	if bad > 1 || m%4000 == 3999 {
		v.queue = 150
	}
	if bad > 4 || m%3000 == 2999 {
		v.probe = 0
	}
	return v
}

// gaugePhase is the time of gauge scrapes, in seconds after the minute.
const gaugePhase = 11

func gauges(w workload) []recording.Series {
	metrics := []string{"queue_length", "probe_success", "slo:sli_error:ratio_rate5m", "shop:requests:rate5m"}
	out := make([]recording.Series, len(metrics))
	for i, metric := range metrics {
		out[i].Labels = labels.FromStrings(model.MetricNameLabel, metric, "job", "month", "namespace", "shop",
			"workload", w.name)
	}
	for m := range minutes {
		at := Start.Add(time.Duration(m)*time.Minute + gaugePhase*time.Second).UnixMilli()
		v := gaugesAt(w, m)
		for i, x := range []float64{v.queue, v.probe, v.ratio, v.rate} {
			out[i].Samples = append(out[i].Samples, recording.Sample{Ms: at, V: x})
		}
	}
	return out
}
