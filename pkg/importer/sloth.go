package importer

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

// slothPeriod is the window of Sloth's SLOs, unless its command line sets another.
const slothPeriod = 30 * 24 * time.Hour

// The default alerts of Sloth.
var (
	slothPage = []slo.Alert{
		{Severity: "page", Percent: 2, Long: hour, Short: 5 * time.Minute},
		{Severity: "page", Percent: 5, Long: 6 * hour, Short: 30 * time.Minute},
	}
	slothTicket = []slo.Alert{
		{Severity: "ticket", Percent: 10, Long: day, Short: 2 * hour},
		{Severity: "ticket", Percent: 10, Long: 3 * day, Short: 6 * hour},
	}
)

// slothWindows contains the window of Sloth's SLOs and the alerts of its AlertWindows.
type slothWindows struct {
	at           *value // nil: Sloth's defaults
	period       time.Duration
	page, ticket []slo.Alert
}

// slothAlertWindows reads AlertWindows, of which Sloth uses one for each period.
func (im *importer) slothAlertWindows(doc *value) {
	if kindOf(doc) != "AlertWindows" || !strings.HasPrefix(doc.textOf("apiVersion"), "sloth.slok.dev/") ||
		im.sloth.at != nil {
		return
	}
	for _, name := range []string{"apiVersion", "kind", "metadata"} {
		doc.get(name)
	}
	spec := doc.get("spec")
	period, err := slo.ParseDuration(spec.get("sloPeriod").string())
	if err != nil {
		im.warn(spec.get("sloPeriod"), "%q is no period, such as 30d. AlertWindows were left out",
			decode.Clip(spec.get("sloPeriod").string()))
		return
	}
	im.sloth = slothWindows{doc, period, slothAlerts(spec, "page"), slothAlerts(spec, "ticket")}
}

func slothAlerts(spec *value, severity string) (alerts []slo.Alert) {
	for _, speed := range []string{"quick", "slow"} {
		at := spec.get(severity).get(speed)
		percent, ok := at.get("errorBudgetPercent").number()
		long, errLong := slo.ParseDuration(at.get("longWindow").string())
		short, errShort := slo.ParseDuration(at.get("shortWindow").string())
		if ok && errLong == nil && errShort == nil {
			alerts = append(alerts, slo.Alert{Severity: severity, Percent: percent, Long: long, Short: short})
		}
	}
	return alerts
}

// slothResource reads a PrometheusServiceLevel, with namesLikeThis; a file of Sloth's own format
// has names_like_this.
func (im *importer) slothResource(doc *value) {
	meta := doc.get("metadata")
	if im.slothService(doc.get("spec")); !meta.get("namespace").isEmpty() {
		for i := range im.slos {
			if im.slos[i].labels["service"] == doc.get("spec").get("service").string() {
				im.slos[i].labels["kubernetes_namespace"] = meta.get("namespace").string()
			}
		}
	}
}

func (im *importer) slothService(spec *value) {
	service, shared := spec.get("service").string(), spec.get("labels").texts()
	const assumed = "the window is 30d, Sloth's default: its files contain no window. Change it where Sloth runs with another"
	if im.sloth.at == nil && !slices.ContainsFunc(im.notes, func(n Note) bool { return n.Message == assumed }) {
		im.warn(spec.get("slos"), assumed)
	}
	im.slothPlugins(spec.get("slo_plugins", "sloPlugins"))
	for _, at := range spec.get("slos").list() {
		s := definition{
			name: strings.Trim(service+"-"+at.get("name").string(), "-"), description: at.get("description").string(),
			window: slo.FormatDuration(im.sloth.period),
			labels: maps.Clone(shared),
		}
		s.objective, _ = at.get("objective").number()
		maps.Copy(s.labels, at.get("labels").texts())
		if service != "" {
			s.labels["service"] = service
		}
		im.slothPlugins(at.get("plugins"))
		sli := at.get("sli")
		ok := im.slothSLI(sli, &s)
		im.slothAlerting(at.get("alerting"), &s)
		if ok {
			im.add(at.get("name"), s)
		}
	}
}

func (im *importer) slothPlugins(at *value) {
	var names []string
	for _, plugin := range at.get("chain").list() {
		if name := plugin.get("id").string(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		im.change(at, "plugins (%s) make the rules of Sloth, and may count in another way. Burnline counts the events of the queries", strings.Join(names, ", "))
	}
}

// slothSLI reads an indicator. It returns false, and adds a warning, if that is impossible.
func (im *importer) slothSLI(at *value, s *definition) bool {
	switch {
	case at.has("events"):
		events := at.get("events")
		return im.ratio(events.get("total_query", "totalQuery"), events.get("error_query", "errorQuery"), false, true,
			s)
	case at.has("raw"):
		return im.rawRatio(at.get("raw").get("error_ratio_query", "errorRatioQuery"), false, true, s)
	case at.has("plugin"):
		im.warn(at.get("plugin"),
			"SLO %s was left out: its SLI comes from the plugin %s, and the queries are not in the file. Import what `sloth generate` or the plugin gives",
			s.name, at.get("plugin").get("id").string())
		at.get("plugin").get("options").texts()
		return false
	}
	return im.leaveOut(at, s, "it has no events, raw or plugin")
}

func (im *importer) slothAlerting(at *value, s *definition) {
	if link := runbookOf(at.get("annotations")); link != "" {
		s.runbook = link
	}
	windows := im.sloth
	var alerts []slo.Alert
	if !at.get("page_alert", "pageAlert").get("disable").bool() {
		alerts = append(alerts, windows.page...)
	}
	if !at.get("ticket_alert", "ticketAlert").get("disable").bool() {
		alerts = append(alerts, windows.ticket...)
	}
	if !im.setPolicy(at, s, "sloth", alerts, windows.period) {
		im.warn(at, "SLO %s has no alerts in Sloth. Burnline evaluates the default policy, and sends nothing unless an alert rule is created", s.name)
	}
}
