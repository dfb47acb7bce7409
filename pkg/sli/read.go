package sli

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

const (
	exampleSelector = `'requests_total{job="x"}'`
	exampleTotal    = `total: 'requests_total{job="x"}'`
	exampleBad      = `bad: 'requests_total{job="x",code=~"5.."}'`
	exampleGood     = `good: 'requests_total{job="x",code!~"5.."}'`
	exampleBucket   = `histogram: 'request_duration_seconds_bucket{job="x"}'`
)

type reader struct{ *decode.Decoder }

// ReadPercent reads a share in percent. It returns 0, and reports a problem, if the node is invalid.
func ReadPercent(d *decode.Decoder, n decode.Node, example string) slo.Objective {
	percent, ok := d.Number(n, example)
	problem := ""
	switch {
	case !ok:
		return 0
	case percent > 100:
		problem = "above 100"
	case percent <= 0:
		problem = "not above 0"
	case percent <= 1:
		// A share below 1% is not plausible. A ratio such as 0.999 is a common mistake.
		problem = "a ratio"
	default:
		return slo.ObjectiveFromPercent(percent)
	}
	d.Report(n, "%s is %s. Give percent, for example %s", decode.Clip(n.GetToken().Value), problem, example)
	return 0
}

func (d reader) totalAndPart(o decode.Object) (totalText, badText, goodText string) {
	totalText, total := d.counters(o.Require("total", exampleTotal))
	bad, good := o.Get("bad"), o.Get("good")
	badText, part := d.counters(bad)
	d.checkDifferent(bad, total, part, "every event would be bad")
	goodText, part = d.counters(good)
	d.checkDifferent(good, total, part, "no event would ever be bad")
	switch {
	case !bad.IsAbsent() && !good.IsAbsent():
		d.Report(o.Node, "has both bad and good. Give one, the other follows from total")
	case !bad.IsAbsent() || !good.IsAbsent():
	case o.Has("bad"):
		o.Require("bad", exampleBad)
	case o.Has("good"):
		o.Require("good", exampleGood)
	default:
		d.Report(o.Node, "requires bad or good in addition to total. For example: %s", exampleBad)
	}
	return totalText, badText, goodText
}

func (d reader) checkDifferent(at decode.Node, total, part parser.Expr, then string) {
	if total != nil && part != nil && total.String() == part.String() {
		d.Report(at, "selects the same series as total: %s. Add a matcher for these events, for example code=~\"5..\"",
			then)
	}
}

func (d reader) histogram(o decode.Object) (text, unit string) {
	at := o.Require("histogram", exampleBucket)
	text, histogram := d.selector(at)
	if histogram != nil {
		d.checkHistogram(at, histogram)
		unit = unitOf(promexpr.Metric(histogram.LabelMatchers))
	}
	return text, o.Choice("unit", "unknown unit %s of the histogram. It is s or ms", unit, "ms", "s")
}

func isIncrease(o decode.Object) bool {
	return o.Choice("counting", "unknown counting %s. It is exact (the default) or increase", "exact",
		"increase") == "increase"
}

func (d reader) checkHistogram(at decode.Node, s *parser.VectorSelector) {
	name := promexpr.Metric(s.LabelMatchers)
	for _, suffix := range []string{"_sum", "_count"} {
		if base, is := strings.CutSuffix(name, suffix); is {
			d.Report(at, "%s isn't a histogram. Use %s_bucket", decode.Clip(name), decode.Clip(base))
		}
	}
	if name == "" {
		d.Report(at, "must name one metric, for example request_duration_seconds_bucket{...}")
	}
	if slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == labels.BucketLabel }) {
		d.Report(at, "matches le, which Burnline chooses by the threshold. Leave it out")
	}
}

// unitOf infers the unit of a histogram from its name. The default is seconds, as is common in Prometheus.
func unitOf(metric string) string {
	metric = strings.TrimSuffix(metric, "_bucket")
	if strings.HasSuffix(metric, "_milliseconds") || strings.HasSuffix(metric, "_ms") {
		return "ms"
	}
	return "s"
}

// Slices of time are at least a minute and divide an hour.
const (
	minSlice     = time.Minute
	maxSlice     = time.Hour
	defaultSlice = time.Minute
)

func (d reader) slice(o decode.Object, otherwise time.Duration) time.Duration {
	at := o.Get("slice")
	if at.IsAbsent() {
		return otherwise
	}
	slice, ok := d.Duration(at, "5m")
	if ok && (slice < minSlice || slice > maxSlice || slice%time.Minute != 0 || time.Hour%slice != 0) {
		d.Report(at, "slices of %s do not fill an hour. Give 1m, 2m, 5m, 10m, 15m, 30m or 1h",
			slo.FormatDuration(slice))
	}
	return slice
}

// selector reads a plain selector, nil if it is not one.
func (d reader) selector(n decode.Node) (string, *parser.VectorSelector) {
	return readPromQL(d, n, exampleSelector, parseSelector)
}

func (d reader) counters(n decode.Node) (string, parser.Expr) {
	return readPromQL(d, n, exampleSelector, parseCounters)
}

func (d reader) vector(n decode.Node) (string, parser.Expr) {
	return readPromQL(d, n, `'sum(up{job="x"})'`, parseVector)
}

// readPromQL reads an expression. If it is invalid, both results are empty, and the problem has the
// column of the character if that is known.
func readPromQL[E parser.Expr](d reader, n decode.Node, example string,
	parse func(string) (E, *selectorError),
) (text string, expr E) {
	text, ok := d.Text(n, example)
	if !ok {
		return "", expr
	}
	text = strings.TrimSpace(text) // block scalars end with a line break
	expr, err := parse(text)
	if err == nil {
		return text, expr
	}
	if skip, verbatim := n.Verbatim(); verbatim && err.offset >= 0 {
		n.Column += skip + len([]rune(text[:err.offset]))
	}
	d.Report(n, "%s: %s", decode.Quote(text), err.message)
	return "", expr
}
