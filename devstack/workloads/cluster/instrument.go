package cluster

import (
	"cmp"
	"slices"

	"github.com/burnline/burnline/devstack/workloads/scrape"
)

// instrument defines how a program counts its requests: the metrics of an exporter, and the SLOs of
// its preset.
type instrument struct {
	outcomes   []outcome
	counters   []counter
	histograms []histogram
	summed     []summed
	gauges     []gauge
	presetSLOs []presetSLO
	signals    []totalSignal

	share   float64  // of the workload's requests, 0: all
	failing float64  // factor on the workload's share of failed requests, 0: none
	job     string   // label of the scrape; "": namespace/name
	labels  []string // more labels of the target, in pairs
	node    string   // label that names the node of a daemon set's pod; "": node
	bare    bool     // the target has no labels namespace, pod and container
	version string   // label of the target with the version of its pod; "": none
	started bool     // it exports the start time of its process
	pushed  bool     // by OTLP: it is not scraped, and has no series up
}

// An outcome is one of the ways in which a request ends.
type outcome struct {
	kind   ending
	weight float64 // among the outcomes of its kind
}

type ending uint8

const (
	good   ending = iota
	client        // the client's fault
	bad           // the server's
)

// clientShare is the share, 0 to 1, of client errors among the requests that the server can answer,
// for programs that export client errors.
const clientShare = 0.015

// counter is a series that counts the requests of some outcomes.
type counter struct {
	name   string
	labels []string
	of     []int   // outcomes
	factor float64 // increase per request; 0: one
	base   float64 // the value at the start of the record. rate() corrects counters near 0
}

// summed is a counter of the total time of a histogram's requests.
type summed struct {
	name      string
	labels    []string
	histogram int
	factor    float64 // from the histogram's unit
}

// histogram is a classic histogram of the duration of some requests.
type histogram struct {
	name   string
	labels []string
	of     []int // outcomes; none: all
	bounds []float64
	unit   float64 // of the bounds, in seconds
	times  float64 // observations per request; 0: one
	factor float64 // on the workload's latency; 0: none
	spread float64 // standard deviation of the logarithm; 0: the workload's
	steady bool    // troubles of the workload do not slow it down
}

// gauge is a gauge of a pod, or a counter that is a function of time.
type gauge struct {
	name   string
	labels []string
	value  func(w *workload, p *Pod, atMS int64) float64
}

// presetSLO is the events of a preset's SLO: bad outcomes of all, or observations over a bound.
type presetSLO struct {
	slo        string
	labels     []string // further labels of its groups
	total, bad []int    // outcomes

	histogram int // with a bound
	bound     float64
	quantile  bool // slices of five minutes; the p95 of each is below the bound
	mean      bool // slices of a minute; the mean of five minutes is below the bound

	// slices of a minute; bad outcomes in five minutes are less than this share
	share  float64
	slices func(w *workload, atMS int64) bool // slices of a minute; whether one is bad
}

// The totals of an instrument: its outcomes. Then for each histogram its buckets, the last of which
// has all observations, and their sum in parts (fine).
func (in *instrument) width() int {
	n := len(in.outcomes)
	for _, h := range in.histograms {
		n += len(h.bounds) + 2
	}
	return n
}

// firstOf is the index of a histogram's first total.
func (in *instrument) firstOf(histogram int) int {
	n := len(in.outcomes)
	for _, h := range in.histograms[:histogram] {
		n += len(h.bounds) + 2
	}
	return n
}

// observed reports whether a histogram contains the requests of an outcome.
func (h *histogram) observed(outcome int) bool {
	return len(h.of) == 0 || slices.Contains(h.of, outcome)
}

// reading is one series of an instrument: the sum of some totals, times a factor.
type reading struct {
	of     []int
	factor float64
	base   float64
}

// series lists an instrument's series, and the totals in each. add is called in the same order.
func (in *instrument) series(add func(name string, own []string)) []reading {
	var out []reading
	one := func(name string, own []string, factor float64, of ...int) {
		add(name, own)
		out = append(out, reading{of: of, factor: factor})
	}
	for _, c := range in.counters {
		one(c.name, c.labels, cmp.Or(c.factor, 1), c.of...)
		out[len(out)-1].base = c.base
	}
	for _, c := range in.summed {
		one(c.name, c.labels, c.factor/fine, in.firstOf(c.histogram)+len(in.histograms[c.histogram].bounds)+1)
	}
	for i := range in.histograms {
		h, first := &in.histograms[i], in.firstOf(i)
		for b, bound := range h.bounds {
			one(h.name+"_bucket", append(slices.Clone(h.labels), "le", scrape.FormatBound(bound)), 1, first+b)
		}
		all := first + len(h.bounds)
		one(h.name+"_bucket", append(slices.Clone(h.labels), "le", "+Inf"), 1, all)
		one(h.name+"_count", h.labels, 1, all)
		one(h.name+"_sum", h.labels, 1/fine, all+1)
	}
	return out
}

func (r reading) value(totals []float64) float64 {
	sum := 0.0
	for _, i := range r.of {
		sum += totals[i]
	}
	if r.factor == 1 {
		return r.base + sum
	}
	return r.base + sum*r.factor
}
