// Package lookup lists metrics, labels, label values and bounds of buckets from the last hour of a server,
// for editors of SLOs. It contains names only, and must not depend on counts. Start reading at Finder.
package lookup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Limit bounds the names or values in a list. A longer search text narrows the list.
const Limit = 500

// Bounds of the search text and of label names, which are part of a URL.
const (
	maxSearch = 256  // characters
	maxLabel  = 1024 // characters
)

// recent is the time range of all lists.
const recent = time.Hour

// Server lists names and series.
type Server interface {
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
}

// Finder lists names at a time.
type Finder struct {
	Server Server
	Now    time.Time
}

const bucketSuffix = "_bucket"

// Metrics returns the metrics with search in their names, ignoring case; likely counters first.
// With histograms, it returns classic histograms, without the suffix.
func (f Finder) Metrics(ctx context.Context, search string, histograms bool) ([]string, error) {
	if err := checkLength("search", search, maxSearch); err != nil {
		return nil, err
	}
	pattern := "(?i).*" + regexp.QuoteMeta(search) + ".*"
	if search == "" {
		pattern = ".+"
	}
	if histograms {
		pattern += bucketSuffix
	}
	names, err := f.names(ctx, model.MetricNameLabel,
		[]*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, pattern)})
	if err != nil {
		return nil, err
	}
	for i := range names {
		if histograms {
			names[i] = strings.TrimSuffix(names[i], bucketSuffix)
		}
	}
	if !histograms {
		slices.SortStableFunc(names, func(a, b string) int { return looksLikeCounter(a) - looksLikeCounter(b) })
	}
	return names, nil
}

func looksLikeCounter(name string) int {
	switch {
	case strings.HasSuffix(name, "_total"):
		return 0
	case strings.HasSuffix(name, bucketSuffix):
		return 2
	}
	return 1
}

// Labels returns the labels of a selector's series, without the name and `le`.
func (f Finder) Labels(ctx context.Context, selector string) ([]string, error) {
	ms, err := matchers(selector)
	if err != nil {
		return nil, err
	}
	names, err := f.Server.LabelNames(ctx, sli.Selector(ms), f.Now.Add(-recent), f.Now)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(append([]string{}, names...),
		func(n string) bool { return n == model.MetricNameLabel || n == model.BucketLabel })
	return names[:min(len(names), Limit)], nil
}

func checkLength(field, text string, most int) error {
	if n := utf8.RuneCountInString(text); n > most {
		return fmt.Errorf("%s: it has %d characters, at most %d are allowed. Type a part of the name", field, n, most)
	}
	return nil
}

// Values returns the values of a label in a selector's series that contain search, ignoring case.
// It ignores matchers of the selector on this label, so that another value can be chosen.
func (f Finder) Values(ctx context.Context, selector, label, search string) ([]string, error) {
	if err := errors.Join(checkLength("label", label, maxLabel), checkLength("search", search, maxSearch)); err != nil {
		return nil, err
	}
	ms, err := matchers(selector)
	if err != nil {
		return nil, err
	}
	ms = slices.DeleteFunc(ms,
		func(m *labels.Matcher) bool { return m.Name == label && label != model.MetricNameLabel })
	if search != "" {
		ms = append(ms, labels.MustNewMatcher(labels.MatchRegexp, label, "(?i).*"+regexp.QuoteMeta(search)+".*"))
	}
	return f.names(ctx, label, ms)
}

func (f Finder) names(ctx context.Context, label string, ms []*labels.Matcher) ([]string, error) {
	names, err := f.Server.Names(ctx, label, sli.Selector(ms), f.Now.Add(-recent), f.Now, Limit)
	if names == nil {
		names = []string{}
	}
	return names, err
}

// Buckets are the possible thresholds of a histogram.
type Buckets struct {
	Thresholds []string `json:"thresholds"` // durations, ascending, such as 300ms
	Native     bool     `json:"native"`     // a native histogram: any threshold, by interpolation
}

// Buckets returns the bounds of a classic histogram as durations, or reports a native one. unit is
// the unit of its `le`, "s" or "ms".
func (f Finder) Buckets(ctx context.Context, histogram, unit string) (Buckets, error) {
	out := Buckets{Thresholds: []string{}}
	if _, err := matchers(histogram); err != nil {
		return out, err
	}
	ms, err := sli.BucketSelector(histogram)
	if err != nil {
		return out, err
	}
	bounds, err := f.names(ctx, model.BucketLabel, ms)
	if err != nil {
		return out, err
	}
	if len(bounds) == 0 {
		bare, err := sli.NativeSelector(histogram)
		if err != nil {
			return out, err
		}
		series, _, err := f.Server.Series(ctx, bare, f.Now.Add(-recent), f.Now)
		out.Native = len(series) > 0
		return out, err
	}
	out.Thresholds = durations(bounds, unit)
	return out, nil
}

// durations converts bounds, in the unit, to durations that the catalog parses to the same bound.
// Others, such as +Inf, are omitted.
func durations(bounds []string, unit string) []string {
	scale := float64(time.Second)
	if unit == "ms" {
		scale = float64(time.Millisecond)
	}
	var all []time.Duration
	for _, text := range bounds {
		bound, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(bound, 0) || bound*scale < float64(time.Millisecond) || bound > 1e7 {
			continue
		}
		if d := time.Duration(math.Round(bound * scale)); d%time.Millisecond == 0 {
			all = append(all, d)
		}
	}
	slices.Sort(all)
	out := []string{}
	for _, d := range slices.Compact(all) {
		out = append(out, model.Duration(d).String())
	}
	return out
}

// matchers returns the matchers of a selector, or of the first selector in an expression.
func matchers(text string) ([]*labels.Matcher, error) {
	e, err := promexpr.ParseUntrusted(text)
	var limit *promexpr.LimitError
	if errors.As(err, &limit) {
		return nil, fmt.Errorf("selector: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not PromQL: %w", text, err)
	}
	all := parser.ExtractSelectors(e)
	if len(all) == 0 {
		return nil, fmt.Errorf("%q reads no series", text)
	}
	return slices.Clone(all[0]), nil
}

// Union returns the elements of all lists, distinct and sorted; never nil.
func Union(lists [][]string) []string {
	all := append([]string{}, slices.Concat(lists...)...)
	slices.Sort(all)
	return slices.Compact(all)
}
