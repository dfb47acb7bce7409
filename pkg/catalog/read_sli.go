package catalog

import (
	"slices"
	"strings"
	"time"

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

// sli reads what is counted. It is of use when no problem was added; so are the events and latency below.
func (d *decoder) sli(n node) SLI {
	o, ok := d.object(n, "a mapping with events or latency", []string{KindEvents, KindLatency})
	if !ok {
		return SLI{}
	}
	var read SLI
	eventsAt, hasEvents := o.get(KindEvents)
	if hasEvents {
		read.Events = d.events(eventsAt)
	}
	latencyAt, hasLatency := o.get(KindLatency)
	if hasLatency {
		read.Latency = d.latency(latencyAt, "threshold")
	}
	switch {
	case hasEvents && hasLatency:
		d.problem(n, "has both events and latency; an SLO has one, make two of it")
	case !hasEvents && !hasLatency && len(o.fields) == 0:
		d.problem(n, "needs events or latency; e.g. %s", exampleSLI)
	case !hasEvents && !hasLatency:
		if f := o.fields[o.names()[0]]; f.value.Node != nil {
			d.problem(f.key, "has no value; e.g. %s", exampleSLI)
		}
	}
	return read
}

func (d *decoder) events(n node) *Events {
	o, ok := d.object(n, "a mapping with total, and bad or good", []string{"total", "bad", "good"})
	if !ok {
		return nil
	}
	var e Events
	var total, part *parser.VectorSelector
	if at, ok := o.require("total", exampleTotal); ok {
		e.Total, total = d.selector(at)
	}
	bad, hasBad := o.get("bad")
	if hasBad {
		e.Bad, part = d.selector(bad)
		d.differ(bad, total, part, "every event would be bad")
	}
	good, hasGood := o.get("good")
	if hasGood {
		e.Good, part = d.selector(good)
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
	return &e
}

func (d *decoder) differ(at node, total, part *parser.VectorSelector, then string) {
	if total != nil && part != nil && total.String() == part.String() {
		d.problem(at, "is the same as total: %s; add the matcher that tells them apart, e.g. code=~\"5..\"", then)
	}
}

// latency reads a histogram with its limit, which is called threshold in an SLI and target in a p95.
func (d *decoder) latency(n node, limit string) *Latency {
	o, ok := d.object(n, "a mapping with histogram and "+limit, []string{"histogram", limit, "unit"})
	if !ok {
		return nil
	}
	var l Latency
	if at, ok := o.require("histogram", exampleBucket); ok {
		var histogram *parser.VectorSelector
		if l.Histogram, histogram = d.selector(at); histogram != nil {
			d.checkHistogram(at, histogram)
			l.Unit = unitOf(metricName(histogram))
		}
	}
	if at, ok := o.require(limit, limit+": 300ms"); ok {
		if l.Threshold, ok = d.duration(at, "300ms"); ok && l.Threshold <= 0 {
			d.problem(at, "must be above 0, e.g. 300ms")
		}
	}
	if at, ok := o.get("unit"); ok {
		if l.Unit, ok = d.text(at, "ms"); ok && l.Unit != "s" && l.Unit != "ms" {
			d.problem(at, "unknown unit %s of the histogram; it is s or ms", quote(l.Unit))
		}
	}
	return &l
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

// selector reads a plain vector selector; nil, with a problem at the character where it is known, when it is none.
func (d *decoder) selector(n node) (string, *parser.VectorSelector) {
	text, ok := d.text(n, `'requests_total{job="x"}'`)
	if !ok {
		return "", nil
	}
	text = strings.TrimSpace(text) // a block of text ends with a line break
	s, err := parseSelector(text)
	if err == nil {
		return text, s
	}
	at := n
	if skip, verbatim := n.verbatim(); verbatim && err.offset >= 0 {
		at.column += skip + len([]rune(text[:err.offset]))
	}
	d.problem(at, "%s: %s", quote(text), err.message)
	return "", nil
}

// window reads a duration of whole minutes within bounds.
func (d *decoder) window(n node, least, most time.Duration) (time.Duration, bool) {
	if _, isMapping := pairs(n.Node); isMapping {
		d.problem(n, "calendar windows are not read yet; give a rolling one, e.g. 30d")
		return 0, false
	}
	w, ok := d.duration(n, "30d")
	if !ok {
		return 0, false
	}
	if w < least || w > most || w%time.Minute != 0 {
		d.problem(n, "a window of %s is not read; give whole minutes from %s to %s, e.g. 30d", format(w), format(least), format(most))
		return 0, false
	}
	return w, true
}
