package sli

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Probe counts slices of time: a slice is good when no sample of the group's gauges in it is below
// 1.
type Probe struct {
	Gauge string // selector
	Slice time.Duration
}

// Traits implements Indicator.
func (i *Probe) Traits() Traits { return sliceTraits(KindProbe, i.Gauge, i.Slice) }

// Inputs implements Indicator.
func (i *Probe) Inputs() []Input { return []Input{{"gauge", &i.Gauge, Gauge, false}} }

func readProbe(d reader, o decode.Object) Indicator {
	p := Probe{Slice: d.slice(o, defaultSlice)}
	p.Gauge = d.gauge(o.Require("gauge", `gauge: 'probe_success{job="x"}'`))
	return &p
}

// Count counts the slices without a failed probe. A slice without a sample uses the latest value
// within the lookback.
func (i *Probe) Count(by []string, _ *ServerFacts) (Counting, error) {
	vs, err := promexpr.ParseSelector(i.Gauge)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.probe.gauge: %w", err)
	}
	// A millisecond shorter: Prometheus 2 includes the sample at the left end of the slice.
	lowest := promexpr.Binary(parser.LOR, promexpr.Over("min_over_time", promexpr.Plain(vs), i.Slice-time.Millisecond),
		promexpr.Plain(vs))
	return countSlices(lowest, parser.GTE, 1, i.Slice, by), nil
}

func (d reader) gauge(n decode.Node) string {
	text, ok := d.Text(n, `'probe_success{job="x"}'`)
	if !ok {
		return ""
	}
	text = strings.TrimSpace(text)
	expr, err := promexpr.ParseVerbatim(text)
	if err == nil {
		if found := promexpr.Selectors(expr); len(found) == 1 && promexpr.Bare(expr) != parser.Expr(found[0]) {
			switch inner := promexpr.Bare(expr).(type) {
			case *parser.BinaryExpr, *parser.AggregateExpr:
				d.Report(n, "%s: %s. A probe is good while its gauge is 1: give %s, and labels in by for a group each",
					decode.Quote(text), gaugeProblem(inner), decode.Clip(promexpr.Plain(found[0]).String()))
				return ""
			}
		}
	}
	selected, selector := d.selector(n)
	if selector == nil {
		return selected
	}
	name := promexpr.Metric(selector.LabelMatchers)
	for _, suffix := range []string{"_total", "_count", "_sum", "_bucket"} {
		if strings.HasSuffix(name, suffix) {
			d.Report(n, "%s is a counter by its name, which is never below 1 again. Give a gauge that is 1 while all is well, or count with events", decode.Clip(name))
		}
	}
	return selected
}

func gaugeProblem(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.AggregateExpr:
		return "takes the " + e.Op.String() + " of gauges"
	case *parser.BinaryExpr:
		if e.Op.IsComparisonOperator() {
			return "compares with " + e.Op.String()
		}
	}
	return "is an expression"
}
