package lint

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// serverCheck is the state of one check of an SLO against a server.
type serverCheck struct {
	server   Server
	types    map[string]string
	slo      catalog.SLO
	at       time.Time
	requests int
}

func (l *serverCheck) findings(ctx context.Context, q *expressionList) ([]Finding, error) {
	have, err := l.query(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []Finding
	reads := readsOf(l.slo)
	for i, r := range reads {
		is := func(what string) bool { return have.has(fmt.Sprintf("%s %d", what, i)) }
		if !is("there") && !is("native") {
			if r.use == sli.Histogram && is("plain") {
				out = append(out,
					mistake(r.path, "%s is no histogram: it has neither buckets (%s_bucket) nor native samples. "+
						"Count it with an events SLI, or give a histogram", withoutBucketSuffix(r.metric()),
						withoutBucketSuffix(r.metric())))
				continue
			}
			found, err := l.explainNoMatch(ctx, r)
			if err != nil {
				return out, err
			}
			out = append(out, found...)
			continue
		}
		if f, ok := l.typeMismatch(r, is("native")); ok {
			out = append(out, f)
		} else if falls := have[fmt.Sprintf("falls %d", i)]; falls >= minGaugeFalls &&
			!strings.Contains(r.metric(), ":") {
			out = append(out, warning(r.path,
				"a series of %s fell %g times in the last hour, which no counter does. Is it a gauge, or do two "+
					"targets write it? Give a counter, or judge a gauge with a timeslice SLI", r.metric(), falls))
		}
		if r.use != sli.Histogram || is("there") {
			out = append(out, l.missingLabels(have, reads, i)...)
		}
	}
	if l.slo.Kind() == sli.KindTimeslice && len(out) == 0 && !have.has("values") {
		out = append(out, warning("sli.timeslice.expr",
			"had no value in the last hour, though its series are there: every slice was without data. "+
				"Does a range hold two samples? rate() and increase() over 1m have no value at a scrape interval of 1m. To judge a share of events use {ratio: {total: ..., bad: ..., target: 95}}"))
	}
	return append(append(out, l.unitMistakes(have)...), l.ratioMistakes(have)...), nil
}

func (l *serverCheck) missingLabels(have values, reads []read, i int) []Finding {
	var out []Finding
	for j, label := range groupLabels(l.slo) {
		of := func(i int) bool { return have.has(fmt.Sprintf("by %d of %d", j, i)) }
		switch {
		case of(i) || l.slo.Kind() == sli.KindTimeslice:
		case !reads[i].part:
			out = append(out, warning(fmt.Sprintf("by[%d]", j),
				"no series of %s has the label %s: all of them are one group. Give a label that they have, "+
					"or leave it out", promexpr.Selector(reads[i].matchers), label))
		case of(0):
			out = append(out, warning(reads[i].path,
				"%s does not have the label %s that total is grouped by: its events are of no group. "+
					"Give total and this one the same labels", promexpr.Selector(reads[i].matchers), label))
		}
	}
	return out
}

func (l *serverCheck) typeMismatch(r read, native bool) (Finding, bool) {
	name := r.metric()
	kind := l.typeOf(name)
	switch {
	case kind == "":
	case r.use == sli.Counter && kind == "gauge":
		return warning(r.path, "%s is a gauge, and the increase of a gauge is no count. Give a counter, or judge the gauge with a timeslice SLI", name), true
	case r.use == sli.Histogram && !native && (kind == "counter" || kind == "gauge"):
		return mistake(r.path, "%s is a %s and no histogram. Count it with an events SLI, or give a histogram", name,
			kind), true
	case r.use == sli.Gauge && kind == "counter":
		return warning(r.path, "%s is a counter, which only grows. Give a gauge, or count it with an events SLI", name),
			true
	}
	return Finding{}, false
}

// typeOf returns counter, gauge or histogram; "" if unknown. Series of a histogram or summary are
// counters.
func (l *serverCheck) typeOf(name string) string {
	if kind := l.types[name]; kind == "counter" || kind == "gauge" || kind == "histogram" {
		return kind
	}
	for _, suffix := range []string{"_total", "_count", "_sum", "_bucket"} {
		if family, is := strings.CutSuffix(name, suffix); is {
			switch l.types[family] {
			case "counter":
				return "counter"
			case "histogram":
				if suffix == "_bucket" {
					return "histogram"
				}
			}
		}
	}
	return ""
}

// unitFactor is the ratio of a threshold to nearly all observations from which another unit is
// likely.
const unitFactor = 10

// unitMistakes finds thresholds that nearly all observations exceed, or stay far below.
func (l *serverCheck) unitMistakes(have values) []Finding {
	var out []Finding
	for _, i := range limitsOf(l.slo) {
		at, other, unit := i.at.Seconds(), "ms", "s"
		if i.unit == "ms" {
			at, other, unit = at*1000, "s", "ms"
		}
		if low, ok := have.first(i.histogram+"low", nativePrefix+i.histogram+"low"); ok && at < low {
			out = append(out, warning(i.path,
				"95%% of the observations are above %s (the 5th percentile is %s). Are the buckets in %s? "+
					"Then write unit: %s", slo.FormatDuration(i.at), formatShort(low)+unit, other, other))
		}
		if high, ok := have.first(i.histogram+"high", nativePrefix+i.histogram+"high"); ok && high > 0 &&
			at > unitFactor*high {
			out = append(out, warning(i.path,
				"99.9%% of the observations are below %s, far below the threshold %s. Are the buckets in %s? "+
					"Then write unit: %s", formatShort(high)+unit, slo.FormatDuration(i.at), other, other))
		}
	}
	i, ok := l.slo.SLI.(*sli.Timeslice)
	if typical := have["typical"]; ok && typical > 0 && i.Value > 0 && math.Abs(math.Log10(i.Value/typical)) > 2 {
		out = append(out, warning("sli.timeslice.value",
			"the values of expr were about %s in the last hour, and are compared with %s. "+
				"Are both in the same unit? Compare seconds with seconds", formatShort(typical),
			formatShort(i.Value)))
	}
	return out
}

// formatShort writes three significant digits.
func formatShort(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// ratioMistakes finds recorded ratios outside 0 to 1, and probes with values other than 0 and 1.
func (l *serverCheck) ratioMistakes(have values) []Finding {
	least, isLeast := have["least"]
	most, isMost := have["most"]
	switch {
	case l.slo.Kind() == sli.KindProbe && isMost && most > 1:
		return []Finding{warning("sli.probe.gauge",
			"%s was %s in the last hour. A probe is good while its gauge is 1 or more: give a gauge of 1 and 0, "+
				"or compare the value with a timeslice SLI", l.slo.Source(), formatShort(most))}
	case l.slo.Kind() == sli.KindProbe:
	case isMost && most > 1+1e-9:
		return []Finding{mistake("sli.recorded.ratio",
			"%s was %.4g in the last hour, and a share of events is within 0 and 1. Is it percent? "+
				"Record it divided by 100", l.slo.SLI.(*sli.Recorded).Ratio, most)}
	case isLeast && least < -1e-9:
		return []Finding{mistake("sli.recorded.ratio",
			"%s was %.4g in the last hour, and a share of events is within 0 and 1", l.slo.SLI.(*sli.Recorded).Ratio,
			least)}
	}
	return nil
}

// explainNoMatch explains why a selector matches nothing. There is no finding if it matched lately,
// or if the event may not have happened yet.
func (l *serverCheck) explainNoMatch(ctx context.Context, r read) ([]Finding, error) {
	start, end := l.at.Add(-min(max(l.slo.Window, 24*time.Hour), explainedOver)), l.at
	if r.use == sli.Histogram {
		r.matchers = withMetricName(r.matchers, withoutBucketSuffix(r.metric())+"_bucket")
	}
	labelsOf := func(ms []*labels.Matcher) ([]string, error) {
		l.requests++
		names, err := l.server.LabelNames(ctx, promexpr.Selector(ms).String(), start, end)
		return slices.DeleteFunc(names, func(name string) bool { return name == model.MetricNameLabel }), err
	}
	found, err := l.hasSeries(ctx, r.matchers, start, end)
	if err != nil || found {
		return nil, err
	}
	all := withMetricName(nil, r.metric())
	names, err := labelsOf(all)
	if err != nil {
		return nil, err
	}
	if found, err = len(names) > 0, nil; !found {
		found, err = l.hasSeries(ctx, all, start, end)
	}
	if err != nil {
		return nil, err
	}
	if !found {
		return l.explainNoMetric(ctx, r, start, end)
	}
	for _, m := range r.matchers {
		if m.Name == model.MetricNameLabel || m.Matches("") && !slices.Contains(names, m.Name) {
			continue
		}
		if !slices.Contains(names, m.Name) {
			return []Finding{mistake(r.path, "%s matches no series: %s has no label %s%s", m, r.metric(), m.Name,
				suggest(m.Name, names, ". It has "))}, nil
		}
		l.requests++
		values, _, err := l.server.LabelValues(ctx, m.Name, promexpr.Selector(all).String(), start, end)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(values, m.Matches) || m.Matches("") {
			continue
		}
		if again, err := labels.NewMatcher(labels.MatchRegexp, m.Name, m.Value); m.Type == labels.MatchEqual &&
			err == nil && slices.ContainsFunc(values, again.Matches) {
			return []Finding{mistake(r.path, "%s matches no series: = compares the whole text. Write %s", m, again)},
				nil
		}
		if r.part && isPlausible(m, values) {
			return nil, nil
		}
		return []Finding{warning(r.path, "%s matches no series of %s%s", m, r.metric(),
			suggest(m.Value, values, "; "+m.Name+" has the values "))}, nil
	}
	return []Finding{warning(r.path, "no series meets all of %s at once, though each matcher alone matches some",
		promexpr.Selector(r.matchers))}, nil
}

func (l *serverCheck) hasSeries(ctx context.Context, ms []*labels.Matcher, start, end time.Time) (bool, error) {
	l.requests++
	names, err := l.server.Names(ctx, model.MetricNameLabel, promexpr.Selector(ms).String(), start, end, 1)
	return len(names) > 0, err
}

func (l *serverCheck) explainNoMetric(ctx context.Context, r read, start, end time.Time) ([]Finding, error) {
	name := r.metric()
	l.requests++
	names, err := l.server.Names(ctx, model.MetricNameLabel, similarNames(name), start, end, 2000)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("no series of %s in the last %s", name, slo.FormatDuration(end.Sub(start)))
	near := decode.Nearest(name, names)
	if len(near) > 0 {
		text += ". There are " + strings.Join(near, ", ")
	}
	if r.part {
		text += ". If its first series comes with the first such event, all is well"
	} else {
		text += ". Check the name of the metric"
	}
	f := warning(r.path, "%s", text)
	f.Absent = len(near) == 0
	return []Finding{f}, nil
}

// similarNames returns a regular expression of metrics with the same start, or with a common
// significant word.
func similarNames(name string) string {
	choices := []string{regexp.QuoteMeta(name[:min(len(name), 3)]) + ".*"}
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_:.-/", r) }) {
		if len(word) >= 4 &&
			!slices.Contains([]string{"total", "count", "bucket", "seconds", "milliseconds", "bytes"}, word) {
			choices = append(choices, ".*"+regexp.QuoteMeta(word)+".*")
		}
	}
	return promexpr.Selector([]*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel,
		strings.Join(choices, "|"))}).String()
}

// shownNames bounds the names in a message.
const shownNames = 8

func suggest(name string, names []string, before string) string {
	if near := decode.Nearest(name, names); len(near) > 0 {
		return before + list(names) + ". Is " + near[0] + " meant?"
	}
	if len(names) == 0 {
		return ""
	}
	return before + list(names)
}

func list(names []string) string {
	slices.Sort(names)
	if len(names) > shownNames {
		return strings.Join(names[:shownNames], ", ") + fmt.Sprintf(" and %d more", len(names)-shownNames)
	}
	return strings.Join(names, ", ")
}

// families are sets of label values: if one value exists, others of its set may appear with their
// first event.
var families = []*regexp.Regexp{
	regexp.MustCompile(`^[1-5]\d\d$`),
	regexp.MustCompile(`(?i)^[1-5]xx$`),
	regexp.MustCompile(`^(\d|1[0-6])$`), // of gRPC
	regexp.MustCompile(`^(OK|Canceled|Unknown|InvalidArgument|DeadlineExceeded|NotFound|AlreadyExists|PermissionDenied|ResourceExhausted|` +
		`FailedPrecondition|Aborted|OutOfRange|Unimplemented|Internal|Unavailable|DataLoss|Unauthenticated)$`),
	regexp.MustCompile(`(?i)^(ok|success|successful|succeeded|completed?|error|errors|fail|failed|failure|timeout|rejected|cancell?ed|dropped|true|false|yes|no)$`),
}

// familyMembers are values of the families with which a matcher is tested.
var familyMembers = func() []string {
	out := strings.Fields("OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted " +
		"FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated ok success successful succeeded completed " +
		"error errors fail failed failure timeout rejected canceled cancelled dropped true false yes no " +
		"1xx 2xx 3xx 4xx 5xx 1XX 2XX 3XX 4XX 5XX")
	for code := 100; code < 600; code++ {
		out = append(out, strconv.Itoa(code))
	}
	for code := range 17 {
		out = append(out, strconv.Itoa(code))
	}
	return out
}()

// isPlausible reports whether a matcher selects a value of a family that the label has: the event
// may not have happened yet.
func isPlausible(m *labels.Matcher, values []string) bool {
	for _, f := range families {
		if slices.ContainsFunc(values, f.MatchString) &&
			slices.ContainsFunc(familyMembers, func(v string) bool { return f.MatchString(v) && m.Matches(v) }) {
			return true
		}
	}
	return false
}
