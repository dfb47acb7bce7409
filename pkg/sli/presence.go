package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
)

// Presence tells how many series of a classic histogram there are in each
// group, and how many have the bucket at the threshold.
type Presence struct {
	Histogram string // the metric's name
	Bound     string // the threshold's `le`
	Hours     ledger.Sums
	Now       string // PromQL of the same at an instant
	all       []string
}

// IsAll says whether an `le` is that of all observations, else it is the threshold's.
func (p Presence) IsAll(le string) bool { return slices.Contains(p.all, le) }

// BucketPresence looks at the end of each cell; les are the `le` values that exist.
func BucketPresence(l catalog.Latency, by, les []string) (Presence, error) {
	ms, err := BucketSelector(l)
	if err != nil {
		return Presence{}, fmt.Errorf("sli.latency.%w", err)
	}
	under, all, _ := bounds(les, threshold(l))
	if len(under) == 0 || len(all) == 0 {
		return Presence{}, fmt.Errorf("sli.latency: no bucket at %s", l.Threshold)
	}
	vs := &parser.VectorSelector{LabelMatchers: append(ms, anyOf(slices.Concat(under, all)))}
	for _, m := range ms {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			vs.Name = m.Value
		}
	}
	by = append(slices.Clone(by), model.BucketLabel)
	seen := aggregate(parser.COUNT, by, vs)
	return Presence{
		Histogram: vs.Name, Bound: under[0], Now: seen.String(), all: all,
		Hours: ledger.Sums{
			ID: "series\n" + vs.String(), By: by,
			Parts:    []ledger.CellExpr{func(time.Duration) parser.Expr { return seen }},
			Coverage: func(time.Duration) parser.Expr { return call("vector", number(0)) }, // nothing is measured
		},
	}, nil
}

// bounds are the `le` values at the threshold, those of all observations, and
// the finite bounds there are, ascending.
func bounds(les []string, at float64) (under, all []string, have []float64) {
	for _, le := range les {
		bound, err := strconv.ParseFloat(le, 64)
		switch {
		case err != nil:
		case math.IsInf(bound, 1):
			all = append(all, le)
		default:
			have = append(have, bound)
			if same(bound, at) {
				under = append(under, le)
			}
		}
	}
	slices.Sort(have)
	return under, all, slices.Compact(have)
}
