// Package sli turns service level indicators into the counters to read: which
// series, in which parts, and what those parts mean. All PromQL is handled as
// syntax trees.
package sli

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// The parts of a Counting's query.
const (
	Total = 0 // all events
	Part  = 1 // the bad ones, or the good ones
)

// Counting is how an SLI is counted.
type Counting struct {
	Query cells.Query
	Good  bool // Part counts the good events, not the bad ones

	Notices []string // what a reader of the numbers should know about how they are counted
}

// Events counts by two linear expressions of counters, of which a plain selector
// is the simplest. Other expressions, and counting with increase(), are left to
// the server.
func Events(e catalog.Events, by []string) (Counting, error) {
	total, part, good, err := eventExpressions(e)
	if err != nil {
		return Counting{}, err
	}
	if e.Increase {
		return expressions(total, part, good, true, by), nil
	}
	all, err := Linear(total, by)
	some, partErr := Linear(part, by)
	if err = cmp.Or(err, partErr); err != nil {
		c := expressions(total, part, good, false, by)
		c.Notices = []string{fmt.Sprintf("%s (%v)", atBorders, err)}
		return c, nil
	}
	q := counting.Counters{By: by}
	q.Parts = []counting.Part{terms(&q, all), terms(&q, some)}
	return Counting{Query: q, Good: good}, nil
}

// eventExpressions parses the two expressions of an SLI of events. Each selector
// names a metric.
func eventExpressions(e catalog.Events) (total, part parser.Expr, good bool, err error) {
	text, field := e.Bad, "bad"
	if good = text == ""; good {
		text, field = e.Good, "good"
	}
	read := func(text, field string) (parser.Expr, error) {
		expr, err := promexpr.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("sli.events.%s: %w", field, err)
		}
		for _, vs := range promexpr.Selectors(expr) {
			if promexpr.Metric(vs.LabelMatchers) == "" {
				return nil, fmt.Errorf("sli.events.%s: %s names no metric", field, vs)
			}
		}
		return expr, nil
	}
	if total, err = read(e.Total, "total"); err != nil {
		return nil, nil, false, err
	}
	part, err = read(text, field)
	return total, part, good, err
}

// terms is a part of a query, which gets the selectors that the part needs: a
// term whose series are some of those of another selector is read with them.
func terms(q *counting.Counters, from []Term) counting.Part {
	var out counting.Part
	for _, t := range from {
		term := counting.Term{Weight: t.Weight, Selector: -1}
		for i, s := range q.Selectors {
			if extra, ok := within(t.Matchers, s.Matchers); ok {
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
