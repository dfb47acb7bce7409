package importer

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
)

// slothPeriod is the window of Sloth's SLOs unless its command line says otherwise, which no file tells.
const slothPeriod = 30 * 24 * time.Hour

const hour, day = time.Hour, 24 * time.Hour

// The alerts that Sloth makes by default.
var (
	slothPage   = []alert{{"page", 2, hour, 5 * time.Minute}, {"page", 5, 6 * hour, 30 * time.Minute}}
	slothTicket = []alert{{"ticket", 10, day, 2 * hour}, {"ticket", 10, 3 * day, 6 * hour}}
)

// slothFile reads a file of Sloth's own format, with names_like_this.
func (im *importing) slothFile(doc *value) {
	doc.get("version")
	im.slothService(doc)
}

// slothResource reads a PrometheusServiceLevel, with namesLikeThis.
func (im *importing) slothResource(doc *value) {
	doc.get("apiVersion")
	doc.get("kind")
	meta := doc.get("metadata")
	if im.slothService(doc.get("spec")); !meta.get("namespace").empty() {
		for i := range im.slos {
			if im.slos[i].labels["service"] == doc.get("spec").get("service").string() {
				im.slos[i].labels["kubernetes_namespace"] = meta.get("namespace").string()
			}
		}
	}
}

func (im *importing) slothService(spec *value) {
	service, shared := spec.get("service").string(), spec.get("labels").texts()
	if !slices.ContainsFunc(im.warnings, func(w catalog.Problem) bool { return strings.HasPrefix(w.Message, "the window") }) {
		im.warn(spec.get("slos"), "the window is Sloth's default of 30d, as its files do not tell it; change it where Sloth runs with another")
	}
	for _, at := range spec.get("slos").list() {
		s := definition{
			name: strings.Trim(service+"-"+at.get("name").string(), "-"), description: at.get("description").string(), window: "30d",
			labels: maps.Clone(shared),
		}
		s.objective, _ = at.get("objective").number()
		maps.Copy(s.labels, at.get("labels").texts())
		if service != "" {
			s.labels["service"] = service
		}
		sli := at.get("sli")
		ok := im.slothSLI(sli, &s)
		im.slothAlerting(at.get("alerting"), &s)
		if ok {
			im.add(at.get("name"), s)
		}
	}
}

// slothSLI reads what is counted; false, with a warning, when that cannot be.
func (im *importing) slothSLI(at *value, s *definition) bool {
	switch {
	case at.has("events"):
		events := at.get("events")
		return im.ratio(events.get("total_query", "totalQuery"), events.get("error_query", "errorQuery"), false, s)
	case at.has("raw"):
		return im.slothRaw(at.get("raw").get("error_ratio_query", "errorRatioQuery"), s)
	case at.has("plugin"):
		im.warn(at.get("plugin"), "SLO %s was left out: its SLI is made by the plugin %s, whose queries are not in the file; import what `sloth generate` or the plugin gives",
			s.name, at.get("plugin").get("id").string())
		at.get("plugin").get("options").texts()
		return false
	}
	im.warn(at, "SLO %s was left out: it has no events, raw or plugin", s.name)
	return false
}

// ratio reads a query of all events and one of bad or good ones.
func (im *importing) ratio(total, part *value, good bool, s *definition) bool {
	all, err := countersOf(total.string())
	if err != nil {
		im.warn(total, "SLO %s was left out: the query %v", s.name, err)
		return false
	}
	some, err := countersOf(part.string())
	if err != nil {
		im.warn(part, "SLO %s was left out: the query %v", s.name, err)
		return false
	}
	indicator := indicator{all, some, good}
	if !good {
		indicator = bad(all, some)
	}
	im.count(part, indicator, s)
	return true
}

func (im *importing) count(at *value, i indicator, s *definition) {
	s.by = i.total.by
	if !slices.Equal(i.total.by, i.part.by) {
		im.warn(at, "the queries are grouped by %v and %v; the SLO is grouped by %v", i.total.by, i.part.by, s.by)
	}
	if histogram, threshold, ok := i.latency(); ok {
		s.sli = kind("latency", mapping("histogram", histogram, "threshold", threshold))
		return
	}
	name := "bad"
	if i.good {
		name = "good"
	}
	s.sli = kind("events", mapping("total", i.total.text(), name, i.part.text()))
}

// slothRaw reads an error ratio: a quotient of counters, or a series that is a ratio.
func (im *importing) slothRaw(at *value, s *definition) bool {
	expr, err := parse(at.string())
	if err != nil {
		im.warn(at, "SLO %s was left out: the query %v", s.name, err)
		return false
	}
	good := false
	if minus, ok := expr.(*parser.BinaryExpr); ok && minus.Op == parser.SUB && isOne(minus.LHS) {
		expr, good = bare(minus.RHS), true
	}
	if quotient, ok := expr.(*parser.BinaryExpr); ok && quotient.Op == parser.DIV {
		all, errAll := unrated(quotient.RHS)
		some, errSome := unrated(quotient.LHS)
		if errAll == nil && errSome == nil {
			i := indicator{all, some, good}
			if !good {
				i = bad(all, some)
			}
			im.count(at, i, s)
			return true
		}
	}
	ratio, mean, ok := averaged(expr)
	if !ok {
		im.warn(at, "SLO %s was left out: the ratio is neither a quotient of counters nor a recorded series; record it, and use an SLI of the kind recorded", s.name)
		return false
	}
	of := ""
	if good {
		of = "good"
	}
	s.sli = kind("recorded", mapping("ratio", ratio, "of", of))
	what := "the series is read at the end of every 5m"
	if mean {
		what += ", not at every sample"
	}
	im.warn(at, "%s, and without a recorded total every slice weighs the same: a mean of ratios, as in Sloth", what)
	return true
}

func isOne(e parser.Expr) bool {
	n, ok := bare(e).(*parser.NumberLiteral)
	return ok && n.Val == 1
}

// averaged is the series of a plain selector, of its avg_over_time(), or of sum_over_time() over count_over_time().
func averaged(expr parser.Expr) (selector string, mean, ok bool) {
	switch e := withoutAggregate(expr).(type) {
	case *parser.VectorSelector:
		return e.String(), false, true
	case *parser.Call:
		if m, ok := matrixOf(e); ok && (e.Func.Name == "avg_over_time" || e.Func.Name == "last_over_time") {
			return m.String(), true, true
		}
	case *parser.BinaryExpr:
		sum, isSum := withoutAggregate(e.LHS).(*parser.Call)
		count, isCount := withoutAggregate(e.RHS).(*parser.Call)
		if e.Op == parser.DIV && isSum && isCount && sum.Func.Name == "sum_over_time" && count.Func.Name == "count_over_time" {
			a, okA := matrixOf(sum)
			b, okB := matrixOf(count)
			if okA && okB && a.String() == b.String() {
				return a.String(), true, true
			}
		}
	}
	return "", false, false
}

func withoutAggregate(expr parser.Expr) parser.Expr {
	if a, ok := bare(expr).(*parser.AggregateExpr); ok && (a.Op == parser.SUM || a.Op == parser.AVG) {
		return bare(a.Expr)
	}
	return bare(expr)
}

// slothAlerting makes a policy of which alerts are on, and a runbook of an annotation that is one.
func (im *importing) slothAlerting(at *value, s *definition) {
	if annotations := at.get("annotations"); !annotations.empty() {
		for _, name := range []string{"runbook", "runbook_url"} {
			if link := annotations.fields[name]; link != nil && strings.HasPrefix(link.text, "http") {
				s.runbook = annotations.get(name).string()
			}
		}
	}
	var alerts []alert
	for _, one := range []struct {
		at   *value
		make []alert
	}{{at.get("page_alert", "pageAlert"), slothPage}, {at.get("ticket_alert", "ticketAlert"), slothTicket}} {
		if !one.at.get("disable").bool() {
			alerts = append(alerts, one.make...)
		}
	}
	if alerts = im.reachable(at, alerts, s.objective, slothPeriod); len(alerts) == 0 {
		im.warn(at, "SLO %s has no alerts in Sloth; here it is judged by the default policy, and alerts only where a rule asks", s.name)
		return
	}
	s.policy = im.policies.named("sloth", alerts)
}
