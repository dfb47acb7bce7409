// Package sli turns service level indicators into the counters to read: which
// series, in which parts, and what those parts mean. All PromQL is handled as
// syntax trees.
package sli

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Count names the events of one part of one read.
type Count struct {
	Read int // index in Counting.Reads
	Part int // index in its Parts
}

// Counting says how an SLI is counted: all events, and the good or the bad ones.
type Counting struct {
	Reads []ledger.Reading // the first holds Total
	Total Count
	Part  Count
	Good  bool // Part counts the good events, not the bad ones

	Notices []string // what a reader of the numbers should know about how they are counted
}

// Events counts by two selectors. Where the narrower one picks its series out
// of the wider one's, both come from one read. Expressions of counters, and
// counting with increase(), are left to the server.
func Events(e catalog.Events, by []string) (Counting, error) {
	if e.Increase || !isSelector(e.Total) || !isSelector(e.Bad+e.Good) {
		return expressions(e, by)
	}
	total, err := parse(e.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.total: %w", err)
	}
	text, field, good := e.Bad, "bad", false
	if text == "" {
		text, field, good = e.Good, "good", true
	}
	part, err := parse(text)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.%s: %w", field, err)
	}
	if extra, ok := within(part, total); ok {
		return Counting{
			Reads: []ledger.Reading{ledger.Counters{Matchers: total, By: by, Parts: []ledger.Part{{Name: "total"}, {Name: field, Matchers: extra}}}},
			Total: Count{0, 0}, Part: Count{0, 1}, Good: good,
		}, nil
	}
	return Counting{
		Reads: []ledger.Reading{
			ledger.Counters{Matchers: total, By: by, Parts: []ledger.Part{{Name: "total"}}},
			ledger.Counters{Matchers: part, By: by, Parts: []ledger.Part{{Name: field}}, Beside: total},
		},
		Total: Count{0, 0}, Part: Count{1, 0}, Good: good,
	}, nil
}

// within gives the matchers of narrow that wide does not have, when narrow has
// all of wide's: then every series of narrow is one of wide.
func within(narrow, wide []*labels.Matcher) ([]*labels.Matcher, bool) {
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

// parse reads a selector of one metric.
func parse(text string) ([]*labels.Matcher, error) {
	vs, err := promexpr.ParseSelector(text)
	if err != nil {
		return nil, err
	}
	return vs.LabelMatchers, nil
}

// TotalSelector is a selector of what an SLO counts, for its labels.
func TotalSelector(s catalog.SLO) (string, error) {
	switch {
	case s.SLI.Composite != nil:
		return TotalSelector(s.SLI.Composite.Of[0].SLO)
	case s.SLI.Latency != nil:
		ms, err := BucketSelector(*s.SLI.Latency)
		return Selector(ms), err
	case s.SLI.Quantile != nil:
		ms, err := BucketSelector(catalog.Latency{Histogram: s.SLI.Quantile.Histogram})
		return Selector(ms), err
	}
	e, err := promexpr.Parse(s.Source())
	if err != nil {
		return "", err
	}
	found := promexpr.Selectors(e)
	if len(found) == 0 {
		return "", fmt.Errorf("%s reads no series", s.Source())
	}
	return Selector(found[0].LabelMatchers), nil
}

// Selector writes matchers as PromQL.
func Selector(ms []*labels.Matcher) string { return promexpr.Selector(ms).String() }
