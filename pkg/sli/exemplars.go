package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// NoExemplarsError is why exemplars of an indicator cannot be attributed to bad events.
type NoExemplarsError struct{ Reason string }

func (e *NoExemplarsError) Error() string { return e.Reason }

// BadEvents finds the exemplars of bad events. An exemplar is one event: it has the labels of a
// series and an observed value.
type BadEvents struct {
	terms     []eventTerm
	threshold float64 // in the unit of the histogram; NaN without one
}

// eventTerm is a term of the bad events. Histograms of one name are one family: an event that is
// counted by x_count is also an observation in a bucket of x_bucket, or in the native histogram x.
type eventTerm struct {
	Term
	metric string
	bounds []float64 // of the selected buckets; nil: the term selects no buckets
}

// BadEventsOf returns the bad events of an indicator that counts events, by the labels of by. The
// error is a *NoExemplarsError if a single event of this indicator is not known to be bad.
func BadEventsOf(i Indicator, by []string) (BadEvents, error) {
	switch i := i.(type) {
	case *Events:
		return badEvents(i, by)
	case *Latency:
		ms, err := BucketSelector(i.Histogram)
		if err != nil {
			return BadEvents{}, fmt.Errorf("sli.latency.%w", err)
		}
		total, good := buckets(*i, ms)
		return newBadEvents([]Term{{1, total.LabelMatchers}, {-1, good.LabelMatchers}}, threshold(*i))
	}
	return BadEvents{}, &NoExemplarsError{i.Traits().Kind +
		" SLOs do not count single events, so no exemplar is a bad event. Use an events or latency SLO"}
}

func badEvents(i *Events, by []string) (BadEvents, error) {
	total, part, good, err := i.expressions()
	if err != nil {
		return BadEvents{}, err
	}
	terms, err := Linear(part, by)
	if good && err == nil {
		var all []Term
		if all, err = Linear(total, by); err == nil {
			for _, t := range terms {
				all = append(all, Term{-t.Weight, t.Matchers})
			}
			terms = mergeTerms(all)
		}
	}
	if err != nil {
		return BadEvents{}, &NoExemplarsError{fmt.Sprintf("the bad events are no sum of counters (%v), so no exemplar is known to be bad", err)}
	}
	return newBadEvents(terms, math.NaN())
}

func newBadEvents(terms []Term, threshold float64) (BadEvents, error) {
	b := BadEvents{threshold: threshold}
	families := map[string]bool{}
	for _, t := range terms {
		e := eventTerm{Term: t, metric: promexpr.Metric(t.Matchers)}
		for _, m := range t.Matchers {
			if m.Name != model.BucketLabel || !strings.HasSuffix(e.metric, bucketSuffix) {
				continue
			}
			bounds, ok := boundsOf(m)
			if !ok || e.bounds != nil {
				return BadEvents{}, &NoExemplarsError{fmt.Sprintf("%s selects buckets by a pattern, so no exemplar is known to be bad",
					Selector(t.Matchers))}
			}
			e.bounds = bounds
		}
		families[family(e.metric)] = families[family(e.metric)] || t.Weight > 0
		b.terms = append(b.terms, e)
	}
	for _, t := range b.terms {
		if !families[family(t.metric)] {
			return BadEvents{},
				&NoExemplarsError{fmt.Sprintf("the bad events are a difference between metrics (without %s), "+
					"so no exemplar is known to be bad. Use a selector of bad events", Selector(t.Matchers))}
		}
	}
	return b, nil
}

// boundsOf returns the bounds that a matcher of `le` lists; ok is false for a pattern.
func boundsOf(m *labels.Matcher) (bounds []float64, ok bool) {
	var values []string
	switch m.Type {
	case labels.MatchEqual:
		values = []string{m.Value}
	case labels.MatchRegexp:
		values = m.SetMatches()
	}
	for _, v := range values {
		bound, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(bound) {
			return nil, false
		}
		bounds = append(bounds, bound)
	}
	return bounds, len(bounds) > 0
}

const countSuffix = "_count"

// family is the name of a histogram without the suffixes of its series.
func family(metric string) string {
	for _, suffix := range []string{bucketSuffix, countSuffix} {
		if base, ok := strings.CutSuffix(metric, suffix); ok && base != "" {
			return base
		}
	}
	return metric
}

// Expr returns a query of all series that may have exemplars of bad events.
func (b BadEvents) Expr() string {
	var out parser.Expr
	seen := map[string]bool{}
	for _, t := range b.terms {
		if t.Weight <= 0 {
			continue
		}
		for _, name := range t.names() {
			ms := slices.DeleteFunc(slices.Clone(t.Matchers), func(m *labels.Matcher) bool {
				return m.Name == model.MetricNameLabel || t.bounds != nil && m.Name == model.BucketLabel
			})
			one := promexpr.Selector(append([]*labels.Matcher{promexpr.Equal(model.MetricNameLabel, name)}, ms...))
			switch text := one.String(); {
			case seen[text]:
			case out == nil:
				seen[text], out = true, one
			default:
				seen[text], out = true, promexpr.Binary(parser.LOR, out, one)
			}
		}
	}
	return out.String()
}

// names are the metrics to query. A native histogram has the name of its family. For a term of
// counts that name is not queried: it may be another counter.
func (t eventTerm) names() []string {
	switch base := family(t.metric); t.metric {
	case base:
		return []string{base}
	case base + countSuffix:
		return []string{t.metric, base + bucketSuffix}
	default:
		return []string{t.metric, base}
	}
}

// IsBad reports whether the event of an exemplar is bad, by the labels of its series and its value.
// An event that cannot be judged is not bad.
func (b BadEvents) IsBad(series map[string]string, value float64) bool {
	if !math.IsNaN(b.threshold) && !(value > b.threshold) {
		return false
	}
	at, ok := bucketOf(series, value)
	if !ok {
		return false
	}
	weight := 0.0
	for _, t := range b.terms {
		counted, known := t.counts(series, at)
		if !known && t.Weight < 0 {
			return false
		}
		if counted {
			weight += t.Weight
		}
	}
	return weight > 1e-12
}

// bucketOf returns the bound of the event's bucket; of a series without buckets, its value.
func bucketOf(series map[string]string, value float64) (bound float64, ok bool) {
	if !strings.HasSuffix(series[model.MetricNameLabel], bucketSuffix) {
		return value, true
	}
	bound, err := strconv.ParseFloat(series[model.BucketLabel], 64)
	return bound, err == nil
}

// counts reports whether the term counts an event of the bucket `at`. Buckets are cumulative: an
// event of the bucket 0.1 is also counted by the bucket 0.3. known is false if the series does not
// show it: the bucket of an event in x_count.
func (t eventTerm) counts(series map[string]string, at float64) (counted, known bool) {
	name, base := series[model.MetricNameLabel], family(t.metric)
	switch {
	case name == t.metric:
	case family(name) != base || t.metric == base:
		return false, true
	case name != base && name != base+bucketSuffix:
		return false, false
	}
	for _, m := range t.Matchers {
		if m.Name != model.MetricNameLabel && (t.bounds == nil || m.Name != model.BucketLabel) &&
			!m.Matches(series[m.Name]) {
			return false, true
		}
	}
	return t.bounds == nil ||
		slices.ContainsFunc(t.bounds, func(bound float64) bool { return at <= bound || equalBounds(at, bound) }), true
}

// SplitLabels returns the labels of the matchers that select bad (or good) events of plain
// selectors, such as code: the first labels for a breakdown. Other kinds have none.
func SplitLabels(i Indicator, by []string) []string {
	e, ok := i.(*Events)
	if !ok {
		return nil
	}
	total, errTotal := parseMatchers(e.Total)
	part, errPart := parseMatchers(e.Bad + e.Good)
	if errTotal != nil || errPart != nil {
		return nil
	}
	var out []string
	for _, m := range part {
		known := slices.ContainsFunc(total, func(t *labels.Matcher) bool { return t.String() == m.String() })
		if !known && m.Name != model.MetricNameLabel && !slices.Contains(by, m.Name) && !slices.Contains(out, m.Name) {
			out = append(out, m.Name)
		}
	}
	return out
}
