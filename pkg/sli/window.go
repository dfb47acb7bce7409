package sli

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
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

// NotExpressible says that an SLO cannot be counted by one expression.
type NotExpressible struct{ Reason string }

func (e *NotExpressible) Error() string { return e.Reason }

// WindowOf counts an SLO over a window of whole slices. A counter counts by the difference of its values at the window's ends,
// a new one from zero, so that the first bad events of a series that they create are not missed; one that was reset in the
// window is estimated with increase(). With `counting: increase` all are.
//
// The error is *NotExpressible for composites and workloads found by pods, or names what cannot be read.
func WindowOf(s catalog.SLO, window time.Duration) (Window, error) {
	if s.ByPods() {
		return Window{}, &NotExpressible{"its workloads are found by pods (identity: kubernetes), which no one expression does for pods that are gone"}
	}
	c, err := countedByServer(s)
	if err != nil {
		return Window{}, err
	}
	sums, ok := c.Query.(counting.Sums)
	if !ok {
		return Window{}, fmt.Errorf("SLO %s: %T is not counted by the server", s.Name, c.Query)
	}
	return Window{sums.Parts[Total](window), sums.Parts[Part](window), c.Good, s.By}, nil
}

func countedByServer(s catalog.SLO) (Counting, error) {
	i := s.SLI
	switch {
	case i.Events != nil:
		total, part, good, err := eventExpressions(*i.Events)
		if err != nil {
			return Counting{}, err
		}
		return expressions(total, part, good, i.Events.Increase, s.By), nil
	case i.Latency != nil:
		return classicLatency(*i.Latency, s.By)
	case i.Quantile != nil:
		return QuantileSlices(*i.Quantile, s.By, false)
	case i.Throughput != nil:
		return Throughput(*i.Throughput, s.By)
	case i.Timeslice != nil:
		return Timeslice(*i.Timeslice, s.By)
	case i.Ratio != nil:
		return Ratio(*i.Ratio, s.By, 0)
	case i.Probe != nil:
		return Probe(*i.Probe, s.By)
	case i.Recorded != nil:
		return Recorded(*i.Recorded, s.By, 0)
	}
	return Counting{}, &NotExpressible{"a composite is made of several SLOs; export those"}
}

// classicLatency counts by the bucket that ends at the threshold, however Prometheus writes its bound, without asking which
// buckets there are: where there is none, there is no good event.
func classicLatency(l catalog.Latency, by []string) (Counting, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.latency.%w", err)
	}
	total, good := buckets(l, ms)
	return expressions(total, good, true, l.Increase, by), nil
}

func buckets(l catalog.Latency, ms []*labels.Matcher) (total, good *parser.VectorSelector) {
	bucket := func(bound float64) *parser.VectorSelector {
		return promexpr.Selector(append(slices.Clone(ms), promexpr.Bound(bound)))
	}
	return bucket(math.Inf(1)), bucket(threshold(l))
}

// LatencySelectors select the counters of a classic histogram: of the observations at or under the threshold, and of all.
func LatencySelectors(l catalog.Latency) (good, total string, err error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return "", "", fmt.Errorf("sli.latency.%w", err)
	}
	all, under := buckets(l, ms)
	return Selector(under.LabelMatchers), Selector(all.LabelMatchers), nil
}
