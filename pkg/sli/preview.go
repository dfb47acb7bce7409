package sli

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Expression is PromQL with the title of its result.
type Expression struct {
	Title string `json:"title"`
	Expr  string `json:"expr"`
}

// previewSpan is short enough for each point of a graph.
const previewSpan = time.Hour

// Preview returns PromQL that approximates a Counting, for use in any tool: all events of an hour,
// the bad (or good) ones, and their burn rate. errorBudget is 1 - objective; 0: the share of bad
// events replaces the burn rate. The queries of Burnline itself are in ExecutedQueryString.
func Preview(c Counting, by []string, errorBudget float64) []Expression {
	total, part := c.preview(Total, by), c.preview(Part, by)
	name := "Bad events in an hour"
	// A group without bad events has a share of 0, not an empty result.
	bad := promexpr.Binary(parser.LOR, part, promexpr.Binary(parser.MUL, total, promexpr.Number(0)))
	if c.Good {
		name = "Good events in an hour"
		bad = promexpr.Binary(parser.SUB, total, part)
	}
	share := promexpr.Binary(parser.DIV, bad, total)
	last := Expression{"Share of bad events in an hour", share.String()}
	if errorBudget > 0 {
		last = Expression{
			"Burn rate of an hour",
			promexpr.Binary(parser.DIV, share, promexpr.Number(roundDigits(errorBudget))).String(),
		}
	}
	return []Expression{{"All events in an hour", total.String()}, {name, part.String()}, last}
}

func (c Counting) preview(part int, by []string) parser.Expr {
	switch q := c.Query.(type) {
	case counting.Counters:
		var sum parser.Expr
		for _, t := range q.Parts[part].Terms {
			vs := promexpr.Selector(mergeMatchers(q.Selectors[t.Selector].Matchers, t.Matchers))
			term := promexpr.Aggregate(parser.SUM, by, promexpr.Over("increase", vs, previewSpan))
			switch {
			case sum == nil:
				sum = promexpr.Times(term, t.Weight)
			case t.Weight < 0:
				sum = promexpr.On(by, parser.SUB, sum, promexpr.Times(term, -t.Weight))
			default:
				sum = promexpr.On(by, parser.ADD, sum, promexpr.Times(term, t.Weight))
			}
		}
		return sum
	case counting.Sums:
		return q.Parts[part](previewSpan)
	}
	return promexpr.Number(0)
}

// roundDigits rounds to 12 significant digits: 1 - 0.999 is not exactly 0.001.
func roundDigits(v float64) float64 {
	out, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64) // formatted numbers parse
	return out
}

// mergeMatchers joins both lists, without matchers of the first that an equality of the second implies.
func mergeMatchers(wide, narrow []*labels.Matcher) []*labels.Matcher {
	var out []*labels.Matcher
	for _, w := range wide {
		needless := slices.ContainsFunc(narrow, func(n *labels.Matcher) bool {
			return n.Name == w.Name && n.Type == labels.MatchEqual && w.Matches(n.Value)
		})
		if !needless {
			out = append(out, w)
		}
	}
	return append(out, narrow...)
}

// Window contains PromQL, by group, of the counts of a window that ends now. Any Prometheus can
// evaluate it; exported rules use it.
type Window struct {
	Total parser.Expr // all events

	part parser.Expr
	good bool // part contains the good events, not the bad ones
	by   []string
}

// Bad returns PromQL of the bad events: 0 for a group with events and no bad ones. total is Total,
// or a recorded series of it.
func (w Window) Bad(total parser.Expr) parser.Expr {
	part := promexpr.On(w.by, parser.LOR, w.part, promexpr.Binary(parser.MUL, promexpr.Number(0), total))
	if w.good {
		return promexpr.On(w.by, parser.SUB, total, part)
	}
	return part
}

// NotExpressibleError means that one expression cannot count an SLO.
type NotExpressibleError struct{ Reason string }

func (e *NotExpressibleError) Error() string { return e.Reason }

// WindowOf counts an indicator over a window of whole slices. A counter counts the difference of its values
// at the window's ends. A new counter counts from zero, so that the first bad events are not missed. A
// counter that was reset in the window is estimated with increase(). With `counting: increase`, all are.
//
// The error is a *NotExpressibleError for a composite, or names an invalid text.
func WindowOf(i Indicator, by []string, window time.Duration) (Window, error) {
	c, err := i.Count(by, nil)
	if err != nil {
		return Window{}, err
	}
	sums, ok := c.Query.(counting.Sums)
	if !ok {
		return Window{}, fmt.Errorf("a %s SLI is not counted by the server", i.Traits().Kind)
	}
	return Window{sums.Parts[Total](window), sums.Parts[Part](window), c.Good, by}, nil
}
