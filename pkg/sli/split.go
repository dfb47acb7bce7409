package sli

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// SplitLabels are the labels by which an indicator over plain selectors tells bad (or good) events from others, such as code: the
// first thing to split the bad ones by. None where another kind of SLI, or an expression, does not say.
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
