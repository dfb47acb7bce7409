package lint

import (
	"cmp"
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
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Server answers queries, and lists names and series.
type Server interface {
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string,
		err error)
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
}

// typedServer also lists the types of metrics, from the metadata of targets.
type typedServer interface {
	MetricTypes(ctx context.Context) (map[string]string, error)
}

const (
	keptFor      = time.Hour       // findings; refreshes of a dashboard cause no query
	failedFor    = 5 * time.Minute // an error of the server
	typesKeptFor = 24 * time.Hour  // the metadata of all metrics, one request

	lookedAt = time.Hour // the time in which decreases of gauges and increases of buckets count
	// minGaugeFalls is the number of decreases from which a series is a gauge: no healthy process
	// restarts so often.
	minGaugeFalls = 4
	// explainedOver is the time in which series show that nothing is wrong.
	explainedOver = 7 * 24 * time.Hour
)

// Linter checks SLOs against a server and caches findings for an hour. It is safe for concurrent use.
type Linter struct {
	server Server
	known  *memory.Cache[string, cachedFindings]
	types  *memory.Cache[struct{}, map[string]string]
}

type cachedFindings struct {
	findings []Finding
	err      error
	requests int
}

// New returns a linter of a server, with a cache in a scope.
func New(server Server, s memory.Scope) *Linter {
	return &Linter{
		server: server,
		known: memory.NewCache(s, "findings",
			func(key string, k cachedFindings) int { return len(key) + findingBytes*len(k.findings) }),
		types: memory.NewCache(s, "types",
			func(_ struct{}, types map[string]string) int { return typeBytes * len(types) }),
	}
}

// Approximate sizes of a finding and of the type of a metric.
const (
	findingBytes = 512
	typeBytes    = 128
)

// Findings returns the mistakes in the definition, and those that the server's present data shows,
// including members of a composite. If the server fails, it returns the former and an error.
// requests is the number of requests of this call.
func (l *Linter) Findings(ctx context.Context, s catalog.SLO, at time.Time) (findings []Finding, requests int,
	err error,
) {
	if s.Composite() != nil {
		out, err := findInMembers(s, func(member catalog.SLO) ([]Finding, error) {
			found, n, err := l.Findings(ctx, member, at)
			requests += n
			return found, err
		})
		return append(out, findSteadyAlerts(s)...), requests, err
	}
	out := Definition(s)
	if s.IsCountedByPods() && len(readsOf(s)) == 0 {
		return out, 0, nil
	}
	questions := expressionsOf(s)
	key := fmt.Sprintf("%s\n%q\n%s", questions.text(), s.By, s.Window)
	for _, i := range limitsOf(s) {
		key += fmt.Sprintf("\n%s %s", i.at, i.unit)
	}
	if i, ok := s.SLI.(*sli.Timeslice); ok {
		key += fmt.Sprintf("\n%v", i.Value)
	}
	answer, name, err := l.known.Load(ctx, key, func(ctx context.Context) (cachedFindings, time.Duration, error) {
		look := &serverCheck{server: l.server, types: l.metricTypes(ctx), slo: s, at: at}
		found, err := look.findings(ctx, questions)
		switch answer := (cachedFindings{found, err, look.requests}); {
		case err == nil:
			return answer, keptFor, nil
		case ctx.Err() != nil: // the deadline was too short
			return answer, 0, nil
		default:
			return answer, failedFor, nil
		}
	})
	if name {
		requests = answer.requests
	}
	return append(out, answer.findings...), requests, cmp.Or(err, answer.err)
}

// metricTypes returns the types by metric; none if the server has no metadata.
func (l *Linter) metricTypes(ctx context.Context) map[string]string {
	server, ok := l.server.(typedServer)
	if !ok {
		return nil
	}
	types, _, _ := l.types.Load(ctx, struct{}{}, func(ctx context.Context) (map[string]string, time.Duration, error) {
		types, _ := server.MetricTypes(ctx)
		return types, typesKeptFor, nil
	})
	return types
}

// expressionList contains named expressions with at most one result each.
type expressionList struct {
	names []string
	exprs []parser.Expr
}

func (q *expressionList) add(name string, e parser.Expr) {
	q.names, q.exprs = append(q.names, name), append(q.exprs, e)
}

// classic returns the list without expressions on native histograms.
func (q *expressionList) classic() *expressionList {
	out := &expressionList{}
	for i, name := range q.names {
		if !strings.HasPrefix(name, nativePrefix) {
			out.add(name, q.exprs[i])
		}
	}
	return out
}

// nativePrefix starts the names of expressions that a server without native histograms cannot evaluate.
const nativePrefix = "native"

func (q *expressionList) text() string {
	if len(q.exprs) == 0 {
		return ""
	}
	return promexpr.Union(q.exprs...).String()
}

func expressionsOf(s catalog.SLO) *expressionList {
	q := &expressionList{}
	count := func(e parser.Expr) parser.Expr { return promexpr.Aggregate(parser.COUNT, nil, e) }
	for i, r := range readsOf(s) {
		name := func(what string) string { return fmt.Sprintf("%s %d", what, i) }
		ms := r.matchers
		over := func(op parser.ItemType, function string) parser.Expr {
			return promexpr.Aggregate(op, nil, promexpr.Over(function, promexpr.Selector(ms), lookedAt))
		}
		switch r.use {
		case sli.Histogram:
			base := withMetricName(r.matchers, withoutBucketSuffix(r.metric()))
			ms = withMetricName(r.matchers, withoutBucketSuffix(r.metric())+"_bucket")
			q.add(name(nativePrefix), count(promexpr.Call("histogram_count", promexpr.Selector(base))))
			q.add(name("plain"), count(promexpr.Selector(base)))
			for _, of := range []struct {
				name     string
				quantile float64
			}{{"low", 0.05}, {"high", 0.999}} { // in one order: the text is a cache key
				rise := promexpr.Sum([]string{model.BucketLabel}, promexpr.Over("increase", promexpr.Selector(ms), lookedAt))
				q.add(r.path+of.name, promexpr.Call("histogram_quantile", promexpr.Number(of.quantile), rise))
				native := promexpr.Sum(nil, promexpr.Over("increase", promexpr.Selector(base), lookedAt))
				q.add(nativePrefix+r.path+of.name, promexpr.Call("histogram_quantile", promexpr.Number(of.quantile), native))
			}
		case sli.Counter:
			q.add(name("falls"), over(parser.MAX, "resets"))
		}
		if r.path == "sli.recorded.ratio" || r.path == "sli.probe.gauge" {
			q.add("least", over(parser.MIN, "min_over_time"))
			q.add("most", over(parser.MAX, "max_over_time"))
		}
		if i, ok := s.SLI.(*sli.Recorded); ok && i.Total != "" && r.path == "sli.recorded.ratio" {
			q.add("ratios",
				promexpr.Aggregate(parser.MAX, nil, promexpr.Aggregate(parser.COUNT, s.By, promexpr.Selector(ms))))
		}
		q.add(name("there"), count(promexpr.Selector(ms)))
		if r.path == "sli.timeslice.expr" {
			continue // its labels are those of the expression
		}
		for j, label := range groupLabels(s) {
			has := labels.MustNewMatcher(labels.MatchNotEqual, label, "")
			q.add(name(fmt.Sprintf("by %d of", j)), count(promexpr.Selector(append(slices.Clone(ms), has))))
		}
	}
	if i, ok := s.SLI.(*sli.Timeslice); ok {
		e, _ := promexpr.Parse(i.Expr) // the catalog has parsed the expression
		lately := promexpr.Subquery(e, lookedAt, lookedAt/12)
		q.add("values", count(promexpr.Call("count_over_time", lately)))
		if comparesDurations(i.Expr) {
			q.add("typical", promexpr.Aggregate(parser.MAX, nil,
				promexpr.Call("quantile_over_time", promexpr.Number(0.5), lately)))
		}
	}
	return q
}

// comparesDurations reports whether the value of an expression is a duration, by the names in it.
func comparesDurations(expr string) bool {
	return regexp.MustCompile(`histogram_quantile|seconds|_ms\b|latency|duration`).MatchString(expr)
}

// groupLabels returns the group labels that are labels of series; "" for each other one.
func groupLabels(s catalog.SLO) []string {
	if s.IsCountedByPods() {
		return nil // found by the owner of the pod
	}
	if e, ok := s.SLI.(*sli.Events); ok && strings.Contains(e.Total+e.Bad+e.Good, "label_") {
		return nil // made by label_replace() or label_join()
	}
	return s.By
}

func withoutBucketSuffix(metric string) string { return strings.TrimSuffix(metric, "_bucket") }

func withMetricName(ms []*labels.Matcher, metric string) []*labels.Matcher {
	out := []*labels.Matcher{promexpr.Equal(model.MetricNameLabel, metric)}
	for _, m := range ms {
		if m.Name != model.MetricNameLabel {
			out = append(out, m)
		}
	}
	return out
}

type values map[string]float64

func (a values) has(name string) bool { _, ok := a[name]; return ok }

func (a values) first(names ...string) (v float64, ok bool) {
	for _, name := range names {
		if v, ok = a[name]; ok {
			break
		}
	}
	return v, ok
}

func (l *serverCheck) query(ctx context.Context, q *expressionList) (values, error) {
	out := values{}
	if len(q.exprs) == 0 {
		return out, nil
	}
	l.requests++
	matrix, _, err := l.server.Query(ctx, q.text(), l.at)
	// VictoriaMetrics has no histogram_count()
	if classic := q.classic(); err != nil && ctx.Err() == nil && len(classic.exprs) < len(q.exprs) {
		l.requests++
		q = classic
		matrix, _, err = l.server.Query(ctx, q.text(), l.at)
	}
	if err != nil {
		return nil, err
	}
	for _, series := range matrix {
		if len(series.Values) > 0 && !math.IsNaN(float64(series.Values[0].Value)) {
			out[q.names[promexpr.Part(series.Metric)]] = float64(series.Values[0].Value)
		}
	}
	return out, nil
}

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

// typeOf returns counter, gauge or histogram; "" if unknown. Series of a histogram or summary are counters.
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

// unitFactor is the ratio of a threshold to nearly all observations from which another unit is likely.
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
	if n := have["ratios"]; n > 1 {
		return []Finding{warning("sli.recorded.ratio",
			"%.4g series of %s are in one group. Their mean is used, whatever the traffic of each. "+
				"Group by a label that separates them, as the rule does", n, l.slo.SLI.(*sli.Recorded).Ratio)}
	}
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
	all := withMetricName(nil, r.metric())
	switch {
	case err != nil:
		return nil, err
	case found:
		total := readsOf(l.slo)[0]
		if start = end.Add(-lookedAt); !r.part || total.metric() != r.metric() {
			return nil, nil
		}
		names, err := labelsOf(total.matchers)
		for _, m := range r.matchers {
			if m.Name != model.MetricNameLabel && !m.Matches("") && len(names) > 0 && !slices.Contains(names, m.Name) {
				return []Finding{warning(r.path, "%s matches no series any more: %s had no label %s in the last %s. "+
					"It has %s. Was the label renamed?", m, r.metric(), m.Name, slo.FormatDuration(lookedAt), list(names))}, err
			}
		}
		return nil, err
	}
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

// similarNames returns a pattern of metrics with the same start, or with a common significant word.
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
