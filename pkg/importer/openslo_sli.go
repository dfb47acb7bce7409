package importer

import (
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

var openSLOOps = map[string]string{"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}

// openSLOIndicator reads an indicator by its budgeting method. It returns false, and adds a
// warning, if that is impossible.
func (im *importer) openSLOIndicator(sli, objective, method *value, s *definition) bool {
	im.method(method)
	if text := sli.get("description").string(); text != "" && s.description == "" {
		s.description = text
	}
	switch ratio := sli.get("ratioMetric"); {
	case sli.has("thresholdMetric"):
		return im.threshold(im.query(sli.get("thresholdMetric"), s), objective, method, s)
	case !sli.has("ratioMetric"):
		return im.leaveOut(sli, s, "its indicator has no ratioMetric or thresholdMetric")
	case ratio.has("raw"):
		return im.rawRatio(im.query(ratio.get("raw"), s), ratio.get("rawType").string() == "success", false, s)
	default:
		im.counter(ratio.get("counter"))
		part, good := ratio.get("bad"), false
		if ratio.has("good") {
			part, good = ratio.get("good"), true
		}
		return im.occurrences(im.query(ratio.get("total"), s), im.query(part, s), good, objective, method, s)
	}
}

func (im *importer) method(at *value) {
	if !slices.Contains([]string{"Occurrences", "Timeslices", "RatioTimeslices"}, at.string()) {
		im.change(at, "unknown budgeting method %q. Burnline counts events", decode.Clip(at.string()))
	}
}

func (im *importer) counter(at *value) {
	if !at.isEmpty() && !at.bool() {
		im.change(at, "the metrics are no counters by this. Burnline counts what they grow by")
	}
}

// query returns the PromQL of a metric source; empty, with a note, for other sources.
func (im *importer) query(metric *value, s *definition) *value {
	source, kind := metric, metric.get("dataSourceSpec").get("type") // in v2alpha
	if metric.has("metricSource") {
		source = metric.get("metricSource")
		kind = source.get("type")
	}
	name := kind.string()
	if ref := source.get("metricSourceRef", "dataSourceRef"); !ref.isEmpty() {
		if doc, ok := im.objects.find("DataSource", ref.string()); ok {
			if own := doc.get("spec").get("type").string(); name == "" {
				name = own
			}
		}
		im.warn(ref, "the queries go to the data source of the catalog, not to %q", ref.string())
	}
	im.promQLOnly(kind, name, s)
	spec := source.get("spec")
	if spec.has("promql") {
		return spec.get("promql")
	}
	return spec.get("query")
}

// Parts of the names of servers with PromQL, and of systems with another language.
var (
	promQLServers = []string{"prom", "thanos", "mimir", "cortex", "victoria", "grafana"}
	otherSystems  = []string{
		"appdynamics", "azure", "bigquery", "cloudwatch", "datadog", "dynatrace", "elastic", "gcp", "graphite",
		"honeycomb", "influx",
		"instana", "lightstep", "loki", "newrelic", "opensearch", "opentsdb", "pingdom", "postgres", "redshift",
		"servicenow", "signalfx", "snowflake",
		"splunk", "stackdriver", "sumologic", "thousandeyes", "wavefront",
	}
)

// promQLOnly notes a source of a type with queries that are not PromQL.
func (im *importer) promQLOnly(at *value, kind string, s *definition) {
	name := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(kind))
	is := func(part string) bool { return strings.Contains(name, part) }
	switch {
	case name == "" || slices.ContainsFunc(promQLServers, is):
	case slices.ContainsFunc(otherSystems, is):
		im.warn(at, "SLO %s: %q has no PromQL", s.name, decode.Clip(kind))
		s.foreign = true
	default:
		im.warn(at, "SLO %s: %q is no known server with PromQL. Its queries were read as PromQL", s.name,
			decode.Clip(kind))
	}
}

// occurrences reads counted events, or slices of time with a least share of good events.
func (im *importer) occurrences(total, part *value, good bool, objective, method *value, s *definition) bool {
	switch method.string() {
	case "Timeslices":
		return im.ratioSlices(total, part, good, objective, s)
	case "RatioTimeslices":
		objective.get("timeSliceWindow")
		im.change(method, "RatioTimeslices is a mean of ratios, in which an idle slice has the weight of a busy one. Burnline counts events")
	}
	return im.ratio(total, part, good, false, s)
}

// ratioSlices reads slices of time with a least share of good events.
func (im *importer) ratioSlices(total, part *value, good bool, objective *value, s *definition) bool {
	slice := im.slice(objective)
	target, ok := objective.get("timeSliceTarget").number()
	if !ok {
		return im.leaveOut(objective, s, "slices of time need a timeSliceTarget")
	}
	i, ok := im.indicatorOf(total, part, good, false, s)
	if !ok {
		return false
	}
	s.sli = mapping("ratio",
		mapping("total", i.total.text(), i.partName(), i.part.text(), "target", percent(target), "slice",
			slo.FormatDuration(slice)))
	return true
}

func (im *importer) threshold(query, objective, method *value, s *definition) bool {
	slice := time.Minute
	if method.string() == "Occurrences" {
		im.change(method, "every sample of a thresholdMetric is an occurrence in OpenSLO. Burnline counts slices of 1m")
	} else {
		slice = im.slice(objective)
		if share := objective.get("timeSliceTarget"); !share.isEmpty() {
			im.change(share, "OpenSLO compares the share of a slice that was good. Burnline compares the value at the end of the slice")
		}
	}
	text := query.string()
	if windowVariable.MatchString(text) {
		im.change(query, "the range that is filled in is a slice of time in Burnline")
		text = windowVariable.ReplaceAllString(text, slo.FormatDuration(slice))
	}
	expr, err := parse(text)
	if err != nil {
		return im.leaveOut(query, s, "the query %v", err)
	}
	op, known := openSLOOps[objective.get("op").string()]
	limit, isNumber := objective.get("value").number()
	if !known || !isNumber {
		return im.leaveOut(objective, s, "a thresholdMetric needs op (lte, gte, lt, gt) and value")
	}
	s.sli = mapping("timeslice",
		mapping("expr", promexpr.Print(expr), "op", op, "value", limit, "slice", slo.FormatDuration(slice)))
	return true
}

// slice returns the time slice of an objective if it divides an hour, otherwise 1m, with a note.
func (im *importer) slice(objective *value) time.Duration {
	at := objective.get("timeSliceWindow")
	if at.isEmpty() {
		return time.Minute
	}
	slice, _, _, ok := openSLODuration(at.string())
	if !ok || slice > hour || hour%max(slice, 1) != 0 {
		im.change(at, "slices of %q do not fill an hour. Burnline counts slices of 1m", decode.Clip(at.string()))
		return time.Minute
	}
	return slice
}
