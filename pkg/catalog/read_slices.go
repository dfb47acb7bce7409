package catalog

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

// Slices of time are a minute or more and divide an hour, so that every hour holds whole ones.
const (
	minSlice     = time.Minute
	maxSlice     = time.Hour
	defaultSlice = time.Minute
)

func (d *decoder) slice(o object, otherwise time.Duration) time.Duration {
	at, ok := o.get("slice")
	if !ok {
		return otherwise
	}
	slice, ok := d.duration(at, "5m")
	if ok && (slice < minSlice || slice > maxSlice || slice%time.Minute != 0 || time.Hour%slice != 0) {
		d.problem(at, "slices of %s do not fill an hour; give 1m, 2m, 5m, 10m, 15m, 30m or 1h", format(slice))
	}
	return slice
}

func (d *decoder) quantile(n node) *Quantile {
	o, ok := d.object(n, "a mapping with histogram and below", []string{"histogram", "unit", "quantile", "below", "slice"})
	if !ok {
		return nil
	}
	q := Quantile{Quantile: P95Quantile, Slice: d.slice(o, 5*time.Minute)}
	q.Histogram, q.Unit = d.histogram(o)
	if at, ok := o.get("quantile"); ok {
		if q.Quantile, ok = d.number(at, "0.95"); ok && (q.Quantile <= 0 || q.Quantile >= 1) {
			d.problem(at, "a quantile lies between 0 and 1, e.g. 0.95")
		}
	}
	if at, ok := o.require("below", "below: 300ms"); ok {
		if q.Below, ok = d.duration(at, "300ms"); ok && q.Below <= 0 {
			d.problem(at, "must be above 0, e.g. 300ms")
		}
	}
	return &q
}

func (d *decoder) throughput(n node) *Throughput {
	o, ok := d.object(n, "a mapping with counter and above", []string{"counter", "above", "slice"})
	if !ok {
		return nil
	}
	t := Throughput{Slice: d.slice(o, defaultSlice)}
	if at, ok := o.require("counter", `counter: 'requests_total{job="x"}'`); ok {
		t.Counter, _ = d.counters(at)
	}
	if at, ok := o.require("above", "above: 50"); ok {
		if t.Above, ok = d.number(at, "50"); ok && t.Above < 0 {
			d.problem(at, "a rate is never below 0; give events per second, e.g. 50")
		}
	}
	return &t
}

func (d *decoder) ratio(n node) *Ratio {
	o, ok := d.object(n, "a mapping with total, bad or good, and target", []string{"total", "bad", "good", "target", "slice"})
	if !ok {
		return nil
	}
	r := Ratio{Slice: d.slice(o, defaultSlice)}
	r.Total, r.Bad, r.Good = d.totalAndPart(n, o)
	if at, ok := o.require("target", "target: 95"); ok {
		percent, ok := d.number(at, "95")
		switch {
		case ok && percent > 100:
			d.problem(at, "%s is above 100; give percent, e.g. 95", clip(at.GetToken().Value))
		case ok && percent <= 0:
			d.problem(at, "%s is not above 0; give percent, e.g. 95", clip(at.GetToken().Value))
		case ok && percent <= 1:
			d.problem(at, "%s is a ratio; give percent, e.g. 95", clip(at.GetToken().Value))
		}
		r.Target = float64(slo.ObjectiveFromPercent(percent))
	}
	return &r
}

func (d *decoder) timeslice(n node) *Timeslice {
	o, ok := d.object(n, "a mapping with expr, op and value", []string{"expr", "op", "value", "slice"})
	if !ok {
		return nil
	}
	t := Timeslice{Slice: d.slice(o, defaultSlice)}
	if at, ok := o.require("expr", `expr: 'sum(queue_length)'`); ok {
		var expr parser.Expr
		if t.Expr, expr = d.vector(at); expr != nil {
			d.filters(at, t.Expr, expr)
		}
	}
	if at, ok := o.require("op", `op: "<"`); ok {
		if t.Op, ok = d.text(at, `"<"`); ok && !slices.Contains(Comparisons, t.Op) {
			d.problem(at, "%s compares nothing; it is one of %s, in quotes", quote(t.Op), strings.Join(Comparisons, " "))
		}
	}
	if at, ok := o.require("value", "value: 100"); ok {
		t.Value, _ = d.number(at, "100")
	}
	return &t
}

// filters refuses an expression that has a value only while a comparison holds: while it does not, nothing is measured, so that
// no slice is bad.
func (d *decoder) filters(at node, text string, e parser.Expr) {
	for {
		switch inner := promexpr.Bare(e).(type) {
		case *parser.AggregateExpr:
			e = inner.Expr
			continue
		case *parser.BinaryExpr:
			if inner.Op.IsComparisonOperator() && !inner.ReturnBool {
				d.problem(at, "%s: %s has no value while it does not hold, so the slice is not measured instead of bad; compare with op and value, or write %s bool",
					quote(text), clip(inner.String()), inner.Op)
			}
		}
		return
	}
}

func (d *decoder) probe(n node) *Probe {
	o, ok := d.object(n, "a mapping with gauge", []string{"gauge", "slice"})
	if !ok {
		return nil
	}
	p := Probe{Slice: d.slice(o, defaultSlice)}
	if at, ok := o.require("gauge", `gauge: 'probe_success{job="x"}'`); ok {
		p.Gauge = d.gauge(at)
	}
	return &p
}

// gauge reads the selector of a probe.
func (d *decoder) gauge(n node) string {
	text, ok := d.text(n, `'probe_success{job="x"}'`)
	if !ok {
		return ""
	}
	text = strings.TrimSpace(text)
	expr, err := promexpr.ParseVerbatim(text)
	if err == nil {
		if found := promexpr.Selectors(expr); len(found) == 1 && promexpr.Bare(expr) != parser.Expr(found[0]) {
			switch inner := promexpr.Bare(expr).(type) {
			case *parser.BinaryExpr, *parser.AggregateExpr:
				d.problem(n, "%s: %s; a probe is good while its gauge is 1: give %s, and labels in by for a group each",
					quote(text), whatProbeIs(inner), clip(promexpr.Plain(found[0]).String()))
				return ""
			}
		}
	}
	selected, selector := d.selector(n)
	if selector == nil {
		return selected
	}
	name := metricName(selector)
	for _, suffix := range []string{"_total", "_count", "_sum", "_bucket"} {
		if strings.HasSuffix(name, suffix) {
			d.problem(n, "%s is a counter by its name, which is never below 1 again; give a gauge that is 1 while all is well, or count with events", clip(name))
		}
	}
	return selected
}

func whatProbeIs(e parser.Expr) string {
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

func (d *decoder) recorded(n node) *Recorded {
	o, ok := d.object(n, "a mapping with ratio and total", []string{"ratio", "of", "total", "slice"})
	if !ok {
		return nil
	}
	r := Recorded{Slice: d.slice(o, 5*time.Minute)}
	if at, ok := o.require("ratio", `ratio: 'slo:sli_error:ratio_rate5m{sloth_id="x"}'`); ok {
		r.Ratio, _ = d.selector(at)
	}
	if at, ok := o.get("of"); ok {
		of, ok := d.text(at, "bad")
		if ok && of != "bad" && of != "good" {
			d.problem(at, "unknown %s; the ratio is the share of bad (the default) or good events", quote(of))
		}
		r.Good = of == "good"
	}
	if at, ok := o.get("total"); ok {
		r.Total, _ = d.selector(at)
	}
	return &r
}
