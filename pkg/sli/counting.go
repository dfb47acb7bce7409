// Package sli contains the kinds of service level indicators: their fields, and how each is counted
// (selectors, factors, PromQL). It must not depend on servers, counts or budgets. All PromQL is a
// syntax tree. Start reading at Indicator (indicator.go); events.go is the simplest kind.
package sli

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// The parts of a Counting's query.
const (
	Total = 0 // all events
	Part  = 1 // the bad events, or the good ones
)

// Counting describes how an SLI is counted.
type Counting struct {
	Query cells.Query
	Good  bool // Part counts the good events, not the bad ones

	Notices []string // notices for readers of the numbers
}

// partOf returns a part of a query and adds the selectors that it needs. A term with series that
// are a subset of another selector's is read with that selector.
func partOf(q *counting.Counters, from []Term) counting.Part {
	var out counting.Part
	for _, t := range from {
		term := counting.Term{Weight: t.Weight, Selector: -1}
		for i, s := range q.Selectors {
			if extra, ok := extraMatchers(t.Matchers, s.Matchers); ok {
				term.Selector, term.Matchers = i, extra
				break
			}
		}
		if term.Selector < 0 {
			term.Selector = len(q.Selectors)
			q.Selectors = append(q.Selectors, counting.Selector{Matchers: t.Matchers})
		}
		out.Terms = append(out.Terms, term)
	}
	return out
}

// extraMatchers returns the matchers of narrow that wide does not have. ok is true if narrow has
// all matchers of wide: then every series of narrow is a series of wide.
func extraMatchers(narrow, wide []*labels.Matcher) ([]*labels.Matcher, bool) {
	same := func(a *labels.Matcher) func(*labels.Matcher) bool {
		return func(b *labels.Matcher) bool { return a.String() == b.String() }
	}
	for _, w := range wide {
		if !slices.ContainsFunc(narrow, same(w)) {
			return nil, false
		}
	}
	var extra []*labels.Matcher
	for _, n := range narrow {
		if !slices.ContainsFunc(wide, same(n)) {
			extra = append(extra, n)
		}
	}
	return extra, true
}

func parseMatchers(text string) ([]*labels.Matcher, error) {
	vs, err := promexpr.ParseSelector(text)
	if err != nil {
		return nil, err
	}
	return vs.LabelMatchers, nil
}

// TotalSelector returns a selector of the counted events, for the names of their labels.
func TotalSelector(i Indicator) (string, error) {
	if ReadsHistogram(i) {
		ms, err := BucketSelector(i.Traits().Source)
		return Selector(ms), err
	}
	e, err := promexpr.Parse(i.Traits().Source)
	if err != nil {
		return "", err
	}
	found := promexpr.Selectors(e)
	if len(found) == 0 {
		return "", fmt.Errorf("%s reads no series", i.Traits().Source)
	}
	return Selector(found[0].LabelMatchers), nil
}

// Selector formats matchers as PromQL.
func Selector(ms []*labels.Matcher) string { return promexpr.Selector(ms).String() }
