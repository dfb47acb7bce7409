package sli

import (
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
)

// Indicator is what an SLO counts: events, or slices of time that are good or bad. Each kind has a file of its own, with its
// fields, how they are read and how they are counted; to add one, write the file and add it to kinds.
type Indicator interface {
	Traits() Traits
	// Clone is a copy whose Inputs are its own.
	Clone() Indicator
	// Inputs are its PromQL texts; a composite has none.
	Inputs() []Input
	// Count is how it is counted, by group. Without seen it is one expression that any server evaluates, whatever it has.
	Count(by []string, seen *ServerFacts) (Counting, error)
}

// Traits are what is known of an indicator without a server.
type Traits struct {
	Kind   string // its name in a catalog, e.g. events
	Source string // what it looks for, in words for people: a selector, an expression, the names of SLOs
	// Slice is the length of the slices of time that are counted; 0 where events are.
	Slice time.Duration
	// Grain is the time that is measured at once: a slice, of a composite what its members' slices fill together; 0 where
	// events are counted. A window that holds no whole number of it is measured too much or too little by turns.
	Grain time.Duration
}

// Use is what the selectors of an Input are read as.
type Use int

// The uses.
const (
	Anything Use = iota
	Counter
	Gauge
	Histogram
)

// Input is one PromQL text of an indicator.
type Input struct {
	Field string // e.g. total
	Text  *string
	Use   Use
	Part  bool // of the bad or good events, which may not have happened yet
}

// ServerFacts is what a server has, looked up where a kind needs it.
type ServerFacts struct {
	Layout   func(histogram string) (Layout, error)
	Interval func(expr string) (time.Duration, error) // between two samples of its first selector; 0: not known
}

func (s *ServerFacts) interval(expr string) (time.Duration, error) {
	if s == nil {
		return 0, nil
	}
	return s.Interval(expr)
}

// Layout is what the buckets of a histogram are like in a time.
type Layout struct {
	LEs    []string // the `le` values of its classic form
	Native bool     // some series are in native form
}

// IsOnlyNative reports that a histogram has no classic form.
func (l Layout) IsOnlyNative() bool { return l.Native && len(l.LEs) == 0 }

// ReadsHistogram reports that an indicator chooses buckets by itself.
func ReadsHistogram(i Indicator) bool {
	return i != nil && slices.ContainsFunc(i.Inputs(), func(in Input) bool { return in.Use == Histogram })
}

// P95Quantile is the quantile that is shown next to an SLO and compared with its P95 target.
const P95Quantile = 0.95

// Kinds of indicators.
const (
	KindEvents     = "events"
	KindLatency    = "latency"
	KindQuantile   = "quantile"
	KindThroughput = "throughput"
	KindRatio      = "ratio"
	KindTimeslice  = "timeslice"
	KindProbe      = "probe"
	KindRecorded   = "recorded"
)

var kinds = []struct {
	name string
	read func(reader, decode.Node) Indicator
}{
	{KindEvents, readEvents}, {KindLatency, readLatency}, {KindQuantile, readQuantile}, {KindThroughput, readThroughput},
	{KindRatio, readRatio}, {KindTimeslice, readTimeslice}, {KindProbe, readProbe}, {KindRecorded, readRecorded},
}

// Kinds are the names of all kinds but composites, which are made of SLOs.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Read reads an indicator of a kind. It is of use when no problem was added; nil where none could be made.
func Read(d *decode.Decoder, kind string, n decode.Node) Indicator {
	for _, k := range kinds {
		if k.name == kind {
			return k.read(reader{d}, n)
		}
	}
	return nil
}
