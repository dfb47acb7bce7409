package catalog

import (
	"slices"
	"time"
)

// Kinds of SLI.
const (
	KindEvents     = "events"
	KindLatency    = "latency"
	KindQuantile   = "quantile"
	KindThroughput = "throughput"
	KindRatio      = "ratio"
	KindTimeslice  = "timeslice"
	KindProbe      = "probe"
	KindRecorded   = "recorded"
	KindComposite  = "composite"
)

// Kinds are all kinds of SLI.
func Kinds() []string {
	return []string{KindEvents, KindLatency, KindQuantile, KindThroughput, KindRatio, KindTimeslice, KindProbe, KindRecorded, KindComposite}
}

// SLI is what is counted: exactly one of its fields is set.
type SLI struct {
	Events     *Events
	Latency    *Latency
	Quantile   *Quantile
	Throughput *Throughput
	Ratio      *Ratio
	Timeslice  *Timeslice
	Probe      *Probe
	Recorded   *Recorded
	Composite  *Composite
}

// Events counts by counters. Each is a PromQL vector selector or an expression of counters, as written; exactly one of Bad
// and Good is set.
type Events struct {
	Total    string
	Bad      string
	Good     string
	Increase bool // count with increase(), as other tools do
}

// Latency counts observations over a threshold in a histogram: a classic one by its buckets, a native one by interpolation.
type Latency struct {
	Histogram string        // PromQL vector selector as written, with the "_bucket" suffix or without; it has no `le` matcher
	Threshold time.Duration // > 0
	Unit      string        // of the histogram's `le`: "s" or "ms"
	Increase  bool          // count with increase(), as other tools do
}

// Quantile counts slices of time: one is good when the quantile of its observations is below the limit.
type Quantile struct {
	Histogram string // as Latency.Histogram
	Unit      string
	Quantile  float64 // 0 < q < 1
	Below     time.Duration
	Slice     time.Duration
}

// Throughput counts slices of time: one is good when more than Above events a second were counted in it.
type Throughput struct {
	Counter string // selector or expression of counters
	Above   float64
	Slice   time.Duration
}

// Ratio counts slices of time: one is good when the share of good events in it meets the target.
type Ratio struct {
	Total  string // selector or expression of counters; exactly one of Bad and Good is set
	Bad    string
	Good   string
	Target float64 // least share of good events, 0 < t <= 1
	Slice  time.Duration
}

// Timeslice counts slices of time: one is good when, at its end, the comparison holds for every series of the group.
type Timeslice struct {
	Expr  string // any PromQL expression that gives an instant vector
	Op    string // one of Comparisons
	Value float64
	Slice time.Duration
}

// Comparisons are the operators of a timeslice.
var Comparisons = []string{"<", "<=", ">", ">=", "==", "!="}

// Probe counts slices of time: one is good when no sample of the group's gauges was below 1 in it.
type Probe struct {
	Gauge string // selector
	Slice time.Duration
}

// Recorded reads the series of existing recording rules: the share of bad (or good) events and, where it was recorded too,
// the events per second that it is a share of.
type Recorded struct {
	Ratio string // selector
	Good  bool   // Ratio is the share of good events
	Total string // selector; "": every slice weighs the same
	Slice time.Duration
}

// Composite joins other SLOs, by group.
type Composite struct {
	All bool // good when all are good at once; else the weighted mean of the SLIs
	Of  []Member

	by, policy node // of the SLO, without the syntax tree
}

// byProblem says why a label cannot make the groups of the members.
func (c *Composite) byProblem(name string) string {
	if c == nil {
		return ""
	}
	for _, m := range c.Of {
		if message := byProblem(name, nil, m.SLO.Kind()); message != "" {
			return "SLO " + m.Name + " of the composite: " + message
		}
	}
	return ""
}

// Member is an SLO in a composite.
type Member struct {
	Name   string
	Weight float64 // > 0
	SLO    SLO     // of the catalog, with the labels that it has there

	at node // without the syntax tree
}

// Kind is the kind of the SLI.
func (s SLO) Kind() string {
	set := []bool{s.SLI.Events != nil, s.SLI.Latency != nil, s.SLI.Quantile != nil, s.SLI.Throughput != nil, s.SLI.Ratio != nil,
		s.SLI.Timeslice != nil, s.SLI.Probe != nil, s.SLI.Recorded != nil, s.SLI.Composite != nil}
	return Kinds()[max(slices.Index(set, true), 0)]
}

// FillsMissing tells that unmeasured time counts as events.
func (s SLO) FillsMissing() bool { return s.Missing == MissingBad || s.Missing == MissingGood }

// Slice is the length of the slices of time that are counted; 0 where events are.
func (s SLO) Slice() time.Duration {
	i := s.SLI
	switch {
	case i.Quantile != nil:
		return i.Quantile.Slice
	case i.Throughput != nil:
		return i.Throughput.Slice
	case i.Ratio != nil:
		return i.Ratio.Slice
	case i.Timeslice != nil:
		return i.Timeslice.Slice
	case i.Probe != nil:
		return i.Probe.Slice
	case i.Recorded != nil && i.Recorded.Total == "":
		return i.Recorded.Slice
	}
	return 0
}

// Grain is the time that is measured at once: a slice, of a composite what its members' slices fill together; 0 where
// events are counted. A window that holds no whole number of it is measured too much or too little by turns.
func (s SLO) Grain() time.Duration {
	if r := s.SLI.Recorded; r != nil {
		return r.Slice
	}
	if s.SLI.Composite == nil {
		return s.Slice()
	}
	var all time.Duration
	for _, m := range s.SLI.Composite.Of {
		all = leastCommon(all, m.SLO.Grain())
	}
	return all
}

// Covering is the least length from d on that holds whole grains.
func (s SLO) Covering(d time.Duration) time.Duration {
	grain := s.Grain()
	if grain == 0 || d%grain == 0 {
		return d
	}
	return d.Truncate(grain) + grain
}

func leastCommon(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	multiple := max(a, b)
	for multiple%a != 0 || multiple%b != 0 {
		multiple += max(a, b)
	}
	return multiple
}

// Source is what the SLO looks for, in words for people: a selector, an expression, the names of SLOs.
func (s SLO) Source() string {
	i := s.SLI
	switch {
	case i.Latency != nil:
		return i.Latency.Histogram
	case i.Quantile != nil:
		return i.Quantile.Histogram
	case i.Throughput != nil:
		return i.Throughput.Counter
	case i.Ratio != nil:
		return i.Ratio.Total
	case i.Timeslice != nil:
		return i.Timeslice.Expr
	case i.Probe != nil:
		return i.Probe.Gauge
	case i.Recorded != nil && i.Recorded.Total != "":
		return i.Recorded.Total
	case i.Recorded != nil:
		return i.Recorded.Ratio
	case i.Composite != nil:
		return "the SLOs that it is made of"
	}
	return i.Events.Total
}

// histogramKind says that the SLI chooses buckets by itself.
func histogramKind(kind string) bool { return kind == KindLatency || kind == KindQuantile }
