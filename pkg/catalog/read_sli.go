package catalog

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

const (
	exampleSLI    = `sli: {events: {total: 'requests_total{job="x"}', bad: 'requests_total{job="x",code=~"5.."}'}}`
	exampleTotal  = `total: 'requests_total{job="x"}'`
	exampleBad    = `bad: 'requests_total{job="x",code=~"5.."}'`
	exampleGood   = `good: 'requests_total{job="x",code!~"5.."}'`
	exampleBucket = `histogram: 'request_duration_seconds_bucket{job="x"}'`
)

// sli reads what is counted. It is of use when no problem was added; so are the kinds below.
func (d *decoder) sli(n node) SLI {
	o, ok := d.object(n, "a mapping with one kind of SLI, such as events or latency", Kinds())
	if !ok {
		return SLI{}
	}
	var read SLI
	var given []string
	for _, kind := range Kinds() {
		at, ok := o.get(kind)
		if !ok {
			continue
		}
		given = append(given, kind)
		d.kind(&read, kind, at)
	}
	switch {
	case len(given) > 1:
		d.problem(n, "has both %s and %s; an SLO has one, make two of it", given[0], given[1])
	case len(given) == 0 && len(o.fields) == 0:
		d.problem(n, "needs %s or %s; e.g. %s", strings.Join(Kinds()[:len(Kinds())-1], ", "), Kinds()[len(Kinds())-1], exampleSLI)
	case len(given) == 0:
		if f := o.fields[o.names()[0]]; f.value.Node != nil {
			d.problem(f.key, "has no value; e.g. %s", exampleSLI)
		}
	}
	return read
}

func (d *decoder) kind(into *SLI, kind string, at node) {
	switch kind {
	case KindEvents:
		into.Events = d.events(at)
	case KindLatency:
		into.Latency = d.latency(at, "threshold")
	case KindQuantile:
		into.Quantile = d.quantile(at)
	case KindThroughput:
		into.Throughput = d.throughput(at)
	case KindRatio:
		into.Ratio = d.ratio(at)
	case KindTimeslice:
		into.Timeslice = d.timeslice(at)
	case KindProbe:
		into.Probe = d.probe(at)
	case KindRecorded:
		into.Recorded = d.recorded(at)
	case KindComposite:
		into.Composite = d.composite(at)
	}
}

func (d *decoder) events(n node) *Events {
	o, ok := d.object(n, "a mapping with total, and bad or good", []string{"total", "bad", "good", "counting"})
	if !ok {
		return nil
	}
	e := Events{Increase: d.increase(o)}
	e.Total, e.Bad, e.Good = d.totalAndPart(n, o)
	return &e
}

// totalAndPart reads the fields total, and bad or good.
func (d *decoder) totalAndPart(n node, o object) (totalText, badText, goodText string) {
	var total, part parser.Expr
	if at, ok := o.require("total", exampleTotal); ok {
		totalText, total = d.counters(at)
	}
	bad, hasBad := o.get("bad")
	if hasBad {
		badText, part = d.counters(bad)
		d.differ(bad, total, part, "every event would be bad")
	}
	good, hasGood := o.get("good")
	if hasGood {
		goodText, part = d.counters(good)
		d.differ(good, total, part, "no event would ever be bad")
	}
	_, badWritten := o.fields["bad"]
	_, goodWritten := o.fields["good"]
	switch {
	case hasBad && hasGood:
		d.problem(n, "has both bad and good; give one, the other follows from total")
	case hasBad || hasGood:
	case badWritten:
		o.require("bad", exampleBad)
	case goodWritten:
		o.require("good", exampleGood)
	default:
		d.problem(n, "needs bad or good beside total; e.g. %s", exampleBad)
	}
	return totalText, badText, goodText
}

func (d *decoder) differ(at node, total, part parser.Expr, then string) {
	if total != nil && part != nil && total.String() == part.String() {
		d.problem(at, "is the same as total: %s; add the matcher that tells them apart, e.g. code=~\"5..\"", then)
	}
}

// latency reads a histogram with its limit, which is called threshold in an SLI and target in a p95.
func (d *decoder) latency(n node, limit string) *Latency {
	fields := []string{"histogram", limit, "unit"}
	if limit == "threshold" {
		fields = append(fields, "counting")
	}
	o, ok := d.object(n, "a mapping with histogram and "+limit, fields)
	if !ok {
		return nil
	}
	var l Latency
	if limit == "threshold" {
		l.Increase = d.increase(o)
	}
	l.Histogram, l.Unit = d.histogram(o)
	if at, ok := o.require(limit, limit+": 300ms"); ok {
		if l.Threshold, ok = d.duration(at, "300ms"); ok && l.Threshold <= 0 {
			d.problem(at, "must be above 0, e.g. 300ms")
		}
	}
	return &l
}

// histogram reads the fields histogram and unit.
func (d *decoder) histogram(o object) (text, unit string) {
	if at, ok := o.require("histogram", exampleBucket); ok {
		var histogram *parser.VectorSelector
		if text, histogram = d.selector(at); histogram != nil {
			d.checkHistogram(at, histogram)
			unit = unitOf(metricName(histogram))
		}
	}
	if at, ok := o.get("unit"); ok {
		if unit, ok = d.text(at, "ms"); ok && unit != "s" && unit != "ms" {
			d.problem(at, "unknown unit %s of the histogram; it is s or ms", quote(unit))
		}
	}
	return text, unit
}

// increase reads the field counting.
func (d *decoder) increase(o object) bool {
	at, ok := o.get("counting")
	if !ok {
		return false
	}
	counting, ok := d.text(at, "increase")
	if ok && counting != "exact" && counting != "increase" {
		d.problem(at, "unknown counting %s; it is exact (the default) or increase", quote(counting))
	}
	return counting == "increase"
}

func (d *decoder) checkHistogram(at node, s *parser.VectorSelector) {
	name := metricName(s)
	for _, suffix := range []string{"_sum", "_count"} {
		if base, is := strings.CutSuffix(name, suffix); is {
			d.problem(at, "%s is one number for each series; give the buckets, %s_bucket", clip(name), clip(base))
		}
	}
	if name == "" {
		d.problem(at, "must name one metric, e.g. request_duration_seconds_bucket{...}")
	}
	if slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == labels.BucketLabel }) {
		d.problem(at, "matches le, which Burnline chooses by the threshold; leave it out")
	}
}

// unitOf infers the unit of a histogram from its name; seconds are Prometheus's custom.
func unitOf(metric string) string {
	metric = strings.TrimSuffix(metric, "_bucket")
	if strings.HasSuffix(metric, "_milliseconds") || strings.HasSuffix(metric, "_ms") {
		return "ms"
	}
	return "s"
}
