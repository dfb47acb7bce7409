package importer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/slo"
)

var openSLOOps = map[string]string{"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}

// openSLOIndicator reads what is counted, as the budgeting method wants it; false, with a warning, when that cannot be.
func (im *importing) openSLOIndicator(sli, objective, method *value, s *definition) bool {
	im.method(method)
	if text := sli.get("description").string(); text != "" && s.description == "" {
		s.description = text
	}
	switch ratio := sli.get("ratioMetric"); {
	case sli.has("thresholdMetric"):
		return im.threshold(im.query(sli.get("thresholdMetric"), s), objective, method, s)
	case !sli.has("ratioMetric"):
		im.warn(sli, "SLO %s was left out: its indicator has no ratioMetric or thresholdMetric", s.name)
		return false
	case ratio.has("raw"):
		query := im.query(ratio.get("raw"), s)
		if ratio.get("rawType").string() != "success" {
			return im.slothRaw(query, s)
		}
		return im.rawSuccess(query, s)
	default:
		im.counter(ratio.get("counter"))
		part, good := ratio.get("bad"), false
		if ratio.has("good") {
			part, good = ratio.get("good"), true
		}
		return im.occurrences(im.query(ratio.get("total"), s), im.query(part, s), good, objective, method, s)
	}
}

// method warns of a budgeting method that nobody knows.
func (im *importing) method(at *value) {
	if !slices.Contains([]string{"Occurrences", "Timeslices", "RatioTimeslices"}, at.string()) {
		im.warn(at, "unknown budgeting method %q: events are counted", at.string())
	}
}

// counter warns of what is said to be no counter.
func (im *importing) counter(at *value) {
	if !at.empty() && !at.bool() {
		im.warn(at, "is no counter by this; here it is counted as one, by what it grows")
	}
}

// query is the PromQL of a metric source.
func (im *importing) query(metric *value, s *definition) *value {
	source := metric.get("metricSource")
	kind := source.get("type").string()
	if ref := source.get("metricSourceRef"); !ref.empty() {
		if doc, ok := im.objects.find("DataSource", ref.string()); ok {
			if own := doc.get("spec").get("type").string(); kind == "" {
				kind = own
			}
		}
		im.warn(ref, "every query is asked of the data source that the catalog belongs to, not of %q", ref.string())
	}
	if kind != "" && !strings.EqualFold(kind, "prometheus") {
		im.warn(source.get("type"), "SLO %s: %q is no Prometheus; only PromQL can be asked", s.name, kind)
	}
	spec := source.get("spec")
	if spec.has("promql") {
		return spec.get("promql")
	}
	return spec.get("query")
}

func (im *importing) rawSuccess(at *value, s *definition) bool {
	expr, err := parse(at.string())
	if err == nil {
		if ratio, _, ok := averaged(expr); ok {
			s.sli = kind("recorded", mapping("ratio", ratio, "of", "good"))
			im.warn(at, "the series is read at the end of every 5m, and without a recorded total every slice weighs the same: a mean of ratios")
			return true
		}
		err = fmt.Errorf("is no recorded series")
	}
	im.warn(at, "SLO %s was left out: the query %v", s.name, err)
	return false
}

// occurrences reads good or bad events out of all, or the slices of time in which enough of them were good.
func (im *importing) occurrences(total, part *value, good bool, objective, method *value, s *definition) bool {
	switch method.string() {
	case "Timeslices":
		return im.ratioSlices(total, part, good, objective, s)
	case "RatioTimeslices":
		objective.get("timeSliceWindow")
		im.warn(method, "SLO %s: RatioTimeslices is a mean of ratios, in which idle slices weigh as much as busy ones; here events are counted", s.name)
	}
	return im.ratio(total, part, good, s)
}

func (im *importing) ratioSlices(total, part *value, good bool, objective *value, s *definition) bool {
	slice := im.slice(objective)
	target, ok := objective.get("timeSliceTarget").number()
	all, errAll := countersOf(total.string())
	some, errSome := countersOf(part.string())
	if errAll != nil || errSome != nil || !ok {
		im.warn(part, "SLO %s was left out: slices of time need counters and a timeSliceTarget", s.name)
		return false
	}
	expr := fmt.Sprintf("%s / %s", some.grown(slice), all.grown(slice))
	if !good {
		expr = "1 - " + expr
	}
	if parsed, err := promQL.ParseExpr(expr); err == nil {
		expr = parsed.String()
	}
	s.by = all.by
	s.sli = kind("timeslice", mapping("expr", expr, "op", ">=", "value", target, "slice", slo.FormatDuration(slice)))
	return true
}

// grown is PromQL of what the counters grew by in a slice.
func (c counters) grown(slice time.Duration) string {
	var grow func(e parser.Expr) parser.Expr
	grow = func(e parser.Expr) parser.Expr {
		switch e := e.(type) {
		case *parser.VectorSelector:
			return &parser.Call{Func: parser.Functions["increase"], Args: parser.Expressions{&parser.MatrixSelector{VectorSelector: e, Range: slice}}}
		case *parser.BinaryExpr:
			out := *e
			out.LHS, out.RHS = grow(e.LHS), grow(e.RHS)
			return &parser.ParenExpr{Expr: &out}
		case *parser.AggregateExpr:
			out := *e
			out.Expr = grow(e.Expr)
			return &out
		}
		return e
	}
	return (&parser.AggregateExpr{Op: parser.SUM, Grouping: c.by, Expr: grow(c.expr)}).String()
}

// threshold reads a value that is compared: slices of time.
func (im *importing) threshold(query, objective, method *value, s *definition) bool {
	expr, err := parse(query.string())
	if err != nil {
		im.warn(query, "SLO %s was left out: the query %v", s.name, err)
		return false
	}
	op, known := openSLOOps[objective.get("op").string()]
	limit, isNumber := objective.get("value").number()
	if !known || !isNumber {
		im.warn(objective, "SLO %s was left out: a thresholdMetric needs op (lte, gte, lt, gt) and value", s.name)
		return false
	}
	slice := time.Minute
	if method.string() == "Occurrences" {
		im.warn(method, "SLO %s: every sample of a thresholdMetric is an occurrence in OpenSLO; here slices of 1m are judged", s.name)
	} else {
		slice = im.slice(objective)
		if share := objective.get("timeSliceTarget"); !share.empty() {
			im.warn(share, "a slice is judged at its end, not by the share of it that was good")
		}
	}
	s.sli = kind("timeslice", mapping("expr", expr.String(), "op", op, "value", limit, "slice", slo.FormatDuration(slice)))
	return true
}

// slice is the time slice of an objective, one that divides an hour.
func (im *importing) slice(objective *value) time.Duration {
	at := objective.get("timeSliceWindow")
	if at.empty() {
		return time.Minute
	}
	slice, _, _, ok := openSLODuration(at.string())
	if !ok || slice > hour || hour%max(slice, 1) != 0 {
		im.warn(at, "slices of %q do not fill an hour: 1m was taken", at.string())
		return time.Minute
	}
	return slice
}
