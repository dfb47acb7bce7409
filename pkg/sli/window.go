package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Window is what a window held that ends now, by group, as expressions that any Prometheus evaluates: for rules of others.
type Window struct {
	Total parser.Expr // all events

	part parser.Expr
	good bool // part are the good events, not the bad ones
	by   []string
}

// Bad is the bad events: 0 for a group that has events and none that were bad. total is Total, or what it was recorded as.
func (w Window) Bad(total parser.Expr) parser.Expr {
	part := promexpr.On(w.by, parser.LOR, w.part, promexpr.Binary(parser.MUL, promexpr.Number(0), total))
	if w.good {
		return promexpr.On(w.by, parser.SUB, total, part)
	}
	return part
}

// NotExpressibleError states that an SLO cannot be counted by one expression.
type NotExpressibleError struct{ Reason string }

func (e *NotExpressibleError) Error() string { return e.Reason }

// WindowOf counts an indicator over a window of whole slices. A counter counts by the difference of its values at the window's
// ends, a new one from zero, so that the first bad events of a series that they create are not missed; one that was reset in the
// window is estimated with increase(). With `counting: increase` all are.
//
// The error is *NotExpressibleError for a composite, or names what cannot be read.
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
