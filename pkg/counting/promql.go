package counting

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

func rangeOf(ms []*labels.Matcher, length int64) *parser.MatrixSelector {
	return &parser.MatrixSelector{
		VectorSelector: promexpr.Selector(ms),
		Range:          time.Duration(length) * time.Millisecond,
	}
}

// maxAlternatives bounds the values of one label in a narrowed selector.
const maxAlternatives = 200

// narrow adds matchers so that ms selects the given series and few others: for each label that all
// have, equality or a choice of a few values. Bounds of buckets are unchanged, because servers
// spell them differently.
func narrow(ms []*labels.Matcher, series []labels.Labels) []*labels.Matcher {
	out := slices.Clone(ms)
	if len(series) == 0 {
		return out
	}
	series[0].Range(func(l labels.Label) {
		if l.Name == model.MetricNameLabel || l.Name == model.BucketLabel || isGiven(ms, l.Name) {
			return
		}
		if values, ok := valuesOf(series, l.Name); ok {
			out = append(out, promexpr.OneOf(l.Name, values...))
		}
	})
	slices.SortFunc(out[len(ms):], func(a, b *labels.Matcher) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// narrowToProcesses adds matchers so that ms selects the given series, and those that they may
// continue under other labels: of the same pod or instance, or with the same own labels.
func narrowToProcesses(ms []*labels.Matcher, series []labels.Labels) []*labels.Matcher {
	for _, name := range []string{"pod", model.InstanceLabel} {
		if values, ok := valuesOf(series, name); ok {
			return append(slices.Clone(ms), promexpr.OneOf(name, append(values, "")...))
		}
	}
	out := slices.Clone(ms)
	for _, m := range narrow(nil, series) {
		if values, _ := valuesOf(series, m.Name); !scrapeLabels[m.Name] {
			out = append(out, promexpr.OneOf(m.Name, append(values, "")...))
		}
	}
	return out
}

func isGiven(ms []*labels.Matcher, name string) bool {
	return slices.ContainsFunc(ms,
		func(m *labels.Matcher) bool { return m.Name == name && m.Type == labels.MatchEqual })
}

// valuesOf returns the values of a label, if all series have it and there are few.
func valuesOf(series []labels.Labels, name string) ([]string, bool) {
	seen := map[string]bool{}
	for _, l := range series {
		v := l.Get(name)
		if v == "" || strings.ContainsRune(v, utf8.RuneError) { // PromQL refuses U+FFFD
			return nil, false
		}
		seen[v] = true
		if len(seen) > maxAlternatives {
			return nil, false
		}
	}
	return slices.Sorted(maps.Keys(seen)), true
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func asLabels(m model.Metric) labels.Labels {
	b := labels.NewScratchBuilder(len(m))
	for name, value := range m {
		b.Add(string(name), string(value))
	}
	b.Sort()
	return b.Labels()
}
