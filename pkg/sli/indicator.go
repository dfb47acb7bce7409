package sli

import (
	"reflect"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
)

// Indicator is a kind of SLI with its fields. It counts events, or slices of time that are good or
// bad. Each kind has its own file; to add a kind, write its file and add it to kinds.
type Indicator interface {
	Traits() Traits
	// Inputs returns the PromQL texts of the fields; none for a composite.
	Inputs() []Input
	// Count returns how the indicator is counted, by group. With nil facts the result does not
	// depend on the server.
	Count(by []string, seen *ServerFacts) (Counting, error)
}

// Clone returns a copy of an indicator. Changes of its Inputs do not change the original.
func Clone(i Indicator) Indicator {
	fields := reflect.ValueOf(i).Elem()
	out := reflect.New(fields.Type())
	out.Elem().Set(fields)
	return out.Interface().(Indicator)
}

// Traits are the properties of an indicator that do not depend on a server.
type Traits struct {
	Kind   string // the kind, e.g. events
	Source string // what it counts, for people: a selector, an expression, the names of SLOs
	// Slice is the length of a slice of time; 0 if events are counted.
	Slice time.Duration
	// Grain is the smallest measured unit of time: a slice; for a composite, the least common multiple of
	// its members' slices; 0 if events are counted. Windows must be whole multiples of it.
	Grain time.Duration
}

func sliceTraits(kind, source string, slice time.Duration) Traits {
	return Traits{Kind: kind, Source: source, Slice: slice, Grain: slice}
}

// Use is how the selectors of an Input are read.
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
	Part  bool // bad or good events, which may not have happened yet
}

// ServerFacts are lookups of what a server has, for the kinds that need them.
type ServerFacts struct {
	Layout   func(histogram string) (Layout, error)
	Interval func(expr string) (time.Duration, error) // of the samples of its first selector; 0: unknown
}

func (s *ServerFacts) interval(expr string) (time.Duration, error) {
	if s == nil {
		return 0, nil
	}
	return s.Interval(expr)
}

// Layout contains the buckets of a histogram in a time range.
type Layout struct {
	LEs    []string // the `le` values of classic series
	Native bool     // some series are native histograms
}

// IsOnlyNative reports whether a histogram has no classic series.
func (l Layout) IsOnlyNative() bool { return l.Native && len(l.LEs) == 0 }

// ReadsHistogram reports whether an indicator chooses the buckets of a histogram.
func ReadsHistogram(i Indicator) bool {
	return i != nil && slices.ContainsFunc(i.Inputs(), func(in Input) bool { return in.Use == Histogram })
}

// P95Quantile is the quantile of the p95 column and its target.
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
	name, fields string // the fields in error texts
	known        []string
	read         func(reader, decode.Object) Indicator
}{
	{KindEvents, "total, and bad or good", []string{"total", "bad", "good", "counting"}, readEvents},
	{KindLatency, "histogram and threshold", []string{"histogram", "threshold", "unit", "counting"}, readLatency},
	{KindQuantile, "histogram and below", []string{"histogram", "unit", "quantile", "below", "slice"}, readQuantile},
	{KindThroughput, "counter and above", []string{"counter", "above", "slice"}, readThroughput},
	{KindRatio, "total, bad or good, and target", []string{"total", "bad", "good", "target", "slice"}, readRatio},
	{KindTimeslice, "expr, op and value", []string{"expr", "op", "value", "slice"}, readTimeslice},
	{KindProbe, "gauge", []string{"gauge", "slice"}, readProbe},
	{KindRecorded, "ratio and total", []string{"ratio", "of", "total", "slice"}, readRecorded},
}

// Kinds returns the names of all kinds except composites, which consist of SLOs.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Read reads an indicator of a kind. The result is valid if no problem was added; nil if it could
// not be read.
func Read(d *decode.Decoder, kind string, n decode.Node) Indicator {
	for _, k := range kinds {
		if k.name == kind {
			if o, ok := d.Object(n, "a mapping with "+k.fields, k.known); ok {
				return k.read(reader{d}, o)
			}
		}
	}
	return nil
}
