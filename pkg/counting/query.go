package counting

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Counters is a query for exact counts.
type Counters struct {
	Selectors []Selector
	By        []string // group labels; a missing label is ""
	// Parts are counted separately, e.g. all events and bad events. A group has data if a counter
	// of the first part has.
	Parts []Part
}

// Selector selects series of one metric.
type Selector struct {
	Matchers []*labels.Matcher // with an equality matcher of the metric name
	// Native is, for the buckets of a classic histogram, the selector of its native form, or nil. A
	// series counts in the form that has samples.
	Native []*labels.Matcher
	// Bounds are the buckets for which native histograms are read.
	Bounds []Bound
}

// Bound is the upper bound of a bucket, and its spelling in `le`.
type Bound struct {
	LE    string
	Value float64
}

// Part is a weighted sum of counters.
type Part struct {
	Terms []Term
}

// Term contains the counters of one selector that match all further matchers.
type Term struct {
	Weight   float64
	Selector int // index in Counters.Selectors
	Matchers []*labels.Matcher
}

// CountersOf returns a query of one selector. Its parts are the series that match further matchers.
func CountersOf(matchers []*labels.Matcher, by []string, parts ...Part) Counters {
	return Counters{Selectors: []Selector{{Matchers: matchers}}, By: by, Parts: parts}
}

// AllSeries returns a part with all series of the first selector that match.
func AllSeries(matchers ...*labels.Matcher) Part {
	return Part{Terms: []Term{{Weight: 1, Matchers: matchers}}}
}

// weight returns what a series of a selector adds to the part, per event.
func (p Part) weight(selector int, series labels.Labels) (sum float64) {
	for _, t := range p.Terms {
		if t.Selector == selector && accepts(t.Matchers, series) {
			sum += t.Weight
		}
	}
	return sum
}

// weights returns what a series of a selector adds to each part, per event; nil if no part counts it.
func (q Counters) weights(selector int, series labels.Labels) []float64 {
	out, counts := make([]float64, len(q.Parts)), false
	for i, p := range q.Parts {
		out[i] = p.weight(selector, series)
		counts = counts || out[i] != 0
	}
	if !counts {
		return nil
	}
	return out
}

// weightsOfAll returns the weights of a series over all selectors that select it; nil if no part counts it.
func (q Counters) weightsOfAll(series labels.Labels) (out []float64) {
	for i, s := range q.Selectors {
		if !accepts(s.Matchers, series) {
			continue
		}
		w := q.weights(i, series)
		if out == nil {
			out = w
			continue
		}
		for k, v := range w {
			out[k] += v
		}
	}
	return out
}

func accepts(ms []*labels.Matcher, series labels.Labels) bool {
	return !slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return !m.Matches(series.Get(m.Name)) })
}

// GroupBy are the labels of a group.
func (q Counters) GroupBy() []string { return q.By }

// PartCount is the number of parts.
func (q Counters) PartCount() int { return len(q.Parts) }

// Key identifies the counts.
func (q Counters) Key() string {
	var b strings.Builder
	write := func(ms []*labels.Matcher) {
		texts := make([]string, len(ms))
		for i, m := range ms {
			texts[i] = m.String()
		}
		slices.Sort(texts)
		b.WriteString(strings.Join(texts, ","))
		b.WriteByte('\n')
	}
	for _, s := range q.Selectors {
		write(s.Matchers)
		write(s.Native)
		for _, bound := range s.Bounds {
			fmt.Fprintf(&b, "%s ", bound.LE)
		}
	}
	b.WriteString(strings.Join(q.By, ","))
	for _, p := range q.Parts {
		for _, t := range p.Terms {
			fmt.Fprintf(&b, "\n%g*%d ", t.Weight, t.Selector)
			write(t.Matchers)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (q Counters) isHistogram() bool {
	return slices.ContainsFunc(q.Selectors, func(s Selector) bool { return s.Native != nil })
}

func (q Counters) withMatcher(m *labels.Matcher) Counters {
	q.Selectors = slices.Clone(q.Selectors)
	for i := range q.Selectors {
		s := &q.Selectors[i]
		s.Matchers = append(slices.Clone(s.Matchers), m)
		if s.Native != nil {
			s.Native = append(slices.Clone(s.Native), m)
		}
	}
	return q
}

// seriesKey returns a key of a counter: its labels with a canonical bound of a bucket. Prometheus 3
// exports le="1.0" where 2 exported le="1"; both are the same counter.
func seriesKey(l labels.Labels) uint64 { return hashLabels(l, nil) }

func hashLabels(l labels.Labels, without func(name string) bool) uint64 {
	var room [1024]byte
	b := room[:0]
	l.Range(func(l labels.Label) {
		if without != nil && without(l.Name) {
			return
		}
		value := l.Value
		if l.Name == model.BucketLabel {
			value = canonicalBound(value)
		}
		b = append(append(append(append(b, l.Name...), 0xff), value...), 0xff)
	})
	return xxhash.Sum64(b)
}

// canonicalBound returns the canonical spelling of a bucket's bound.
func canonicalBound(le string) string {
	v, err := strconv.ParseFloat(le, 64)
	if err != nil {
		return le
	}
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// targetOf returns the labels that identify the scrape target of a series: job and instance, or the
// pod if there is no instance. It is empty if the labels do not identify the target.
func targetOf(l labels.Labels) labels.Labels {
	if l.Get(model.JobLabel) != "" && l.Get(model.InstanceLabel) != "" {
		return labels.FromStrings(model.JobLabel, l.Get(model.JobLabel), model.InstanceLabel,
			l.Get(model.InstanceLabel))
	}
	if l.Get("pod") == "" {
		return labels.EmptyLabels()
	}
	b := labels.NewScratchBuilder(3)
	for _, name := range []string{model.JobLabel, "namespace", "pod"} {
		if l.Has(name) {
			b.Add(name, l.Get(name))
		}
	}
	return b.Labels()
}
