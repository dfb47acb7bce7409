package sli

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

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
