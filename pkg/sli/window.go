package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

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

// WindowOf counts an indicator over a window of whole slices. A counter counts the difference of
// its values at the window's ends. A new counter counts from zero, so that the first bad events are
// not missed. A counter that was reset in the window is estimated with increase(). With `counting:
// increase`, all are.
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
