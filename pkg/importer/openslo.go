package importer

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

// openSLO reads an object of OpenSLO v1. Referenced objects are read when an SLO refers to them.
func (im *importer) openSLO(doc *value, kind string) {
	switch kind {
	case "SLO":
		im.openSLOSLO(doc)
	case "SLI", "AlertPolicy", "AlertCondition", "DataSource", "Service", "AlertNotificationTarget":
		// Read on reference; the rest is reported.
	default:
		im.warn(doc.get("kind"), "unknown kind %q. It was left out", kind)
	}
}

func (im *importer) openSLOSLO(doc *value) {
	meta, spec := doc.get("metadata"), doc.get("spec")
	s := im.openSLOAbout(meta, spec)
	period := im.openSLOWindow(spec.get("timeWindow"), &s)
	method := spec.get("budgetingMethod")
	im.openSLOAlerts(spec.get("alertPolicies"), period, &s)

	objectives := im.objectives(spec, s)
	shared, given := im.indicator(spec)
	var members []member
	for i, at := range objectives {
		one := s.forObjective(at, i, len(objectives))
		sli, ok := shared, given
		if own, has := im.indicator(at); has {
			sli, ok = own, true
		}
		if !ok {
			im.warn(at, "SLO %s was left out: it has no indicator, and refers to none in these documents", one.name)
			continue
		}
		if im.openSLOIndicator(sli, at, method, &one) {
			im.checkPolicy(at, &one, period)
			if !im.add(meta.get("name"), one) {
				continue
			}
			weight, _ := at.get("compositeWeight").number()
			members = append(members, member{im.slos[len(im.slos)-1].name, weight, one.objective})
		}
	}
	if !given && len(members) > 1 {
		im.composite(spec, s, members)
	}
}

// objectives returns the objectives of an SLO; none, with a note, if there is no list.
func (im *importer) objectives(spec *value, s definition) []*value {
	out := spec.get("objectives").list()
	if len(out) == 0 {
		im.warn(spec, "SLO %s was left out: it has no objectives", s.name)
	}
	return out
}

func (im *importer) openSLOAbout(meta, spec *value) definition {
	s := definition{
		name: meta.get("name").string(), description: spec.get("description").string(),
		labels: meta.get("labels").textMap(),
	}
	if title := meta.get("displayName").string(); title != "" {
		s.description = strings.TrimPrefix(strings.TrimSuffix(title+": "+s.description, ": "), ": ")
	}
	if service := spec.get("service", "serviceRef").string(); service != "" {
		s.labels["service"] = service
		im.objects.find("Service", service)
	}
	s.runbook = runbookOf(meta.get("annotations"))
	return s
}

// runbookOf is the address of a runbook among annotations; "" where there is none.
func runbookOf(annotations *value) (address string) {
	for _, name := range []string{"runbook", "runbook_url"} {
		if strings.HasPrefix(annotations.textOf(name), "http") {
			address = annotations.get(name).string()
		}
	}
	return address
}

// forObjective is one of the n SLOs that are made of an SLO with n objectives.
func (s definition) forObjective(at *value, i, n int) definition {
	s.labels = maps.Clone(s.labels)
	if n > 1 {
		s.name = fmt.Sprintf("%s-%d", s.name, i+1)
	}
	if title := at.get("displayName").string(); title != "" {
		s.description = strings.TrimPrefix(s.description+" · "+title, " · ")
	}
	s.objective = target(at)
	return s
}

// textMap returns a mapping of texts, or of lists of texts.
func (v *value) textMap() map[string]string {
	out := v.texts()
	for _, name := range v.names {
		for i, item := range v.get(name).list() {
			if i > 0 {
				out[name] += ", "
			}
			out[name] += item.string()
		}
	}
	return out
}

func (im *importer) indicator(at *value) (*value, bool) {
	if at.has("indicator") || at.has("sli") {
		return at.get("indicator", "sli").get("spec"), true
	}
	if ref := at.get("indicatorRef", "sliRef"); !ref.isEmpty() {
		if doc, ok := im.objects.find("SLI", ref.string()); ok {
			return doc.get("spec"), true
		}
		im.warn(ref, "the SLI %q is not in these documents", ref.string())
	}
	return nil, false
}

// target returns the objective in percent.
func target(at *value) float64 {
	if percent, ok := at.get("targetPercent").number(); ok {
		return percent
	}
	share, _ := at.get("target").number()
	return percent(share)
}

// member is an objective that became an SLO.
type member struct {
	name      string
	weight    float64 // 0: not given
	objective float64 // percent
}

func (im *importer) composite(at *value, s definition, members []member) {
	var of []any
	weighted, s2 := false, s
	s2.objective = 100.0
	for _, m := range members {
		fields := mapping("slo", m.name)
		if m.weight > 0 {
			fields, weighted = mapping("slo", m.name, "weight", m.weight), true
		}
		of = append(of, fields)
		s2.objective = min(s2.objective, m.objective)
	}
	mode := "all"
	if weighted {
		mode = ""
	}
	s2.sli = mapping("composite", mapping("of", of, "mode", mode))
	s2.policy = ""
	im.change(at, "each objective became an SLO, and all of them the composite %s. OpenSLO has no target for the whole, so it has the lowest one", s2.name)
	im.add(at, s2)
}

// checkPolicy removes alerts that the objective cannot reach; all objectives share the alerts.
func (im *importer) checkPolicy(at *value, s *definition, period time.Duration) {
	for _, p := range im.policies {
		if p.Name != s.policy {
			continue
		}
		if !im.setPolicy(at, s, "openslo", p.Alerts, period) {
			s.policy = ""
		}
		return
	}
}

func (im *importer) openSLOAlerts(at *value, period time.Duration, s *definition) {
	var alerts []slo.Alert
	for _, entry := range at.list() {
		policy, ref, ok := im.objects.of(entry, "alertPolicyRef", "AlertPolicy")
		if !ok {
			if known, own := slo.FindPolicy(ref.string()); own {
				s.policy = known.Name
			} else {
				im.warn(ref, "the AlertPolicy %q is not in these documents. It was left out", decode.Clip(ref.string()))
			}
			continue
		}
		spec := policy.get("spec")
		if breaching := spec.get("alertWhenBreaching"); !breaching.isEmpty() && !breaching.bool() {
			im.warn(breaching, "an alert of Burnline fires when the objective is breached. The policy was left out")
			continue
		}
		for _, condition := range spec.get("conditions").list() {
			if a, ok := im.condition(condition, period); ok {
				alerts = append(alerts, a)
			}
		}
	}
	if len(alerts) > 0 {
		s.policy = im.policies.add("openslo", alerts)
	}
}

func (im *importer) condition(at *value, period time.Duration) (slo.Alert, bool) {
	at, ref, ok := im.objects.of(at, "conditionRef", "AlertCondition")
	if !ok {
		im.warn(ref, "the AlertCondition %q is not in these documents. It was left out", decode.Clip(ref.string()))
		return slo.Alert{}, false
	}
	spec := at.get("spec")
	condition := spec.get("condition")
	if kind := condition.get("kind").string(); kind != "" && kind != "burnrate" {
		im.warn(condition, "conditions of the kind %q are not known. It was left out", kind)
		return slo.Alert{}, false
	}
	severity := spec.get("severity").string()
	threshold, ok := condition.get("threshold").number()
	long, _, _, okLong := openSLODuration(condition.get("lookbackWindow").string())
	if !ok || !okLong || threshold <= 0 || !slo.ValidName(severity) {
		im.warn(condition, "needs a severity, a threshold above 0 and a lookbackWindow. It was left out")
		return slo.Alert{}, false
	}
	if op := condition.get("op").string(); op == "lte" || op == "lt" {
		im.change(condition.get("op"), "%q was read as the burn rate that must not be passed: the alert fires above it",
			op)
	}
	short := slo.ShortFor(long)
	if after := condition.get("alertAfter"); !after.isEmpty() {
		im.change(after, "alertAfter became the short window: the burn rate must be as high within it")
		if d, _, _, ok := openSLODuration(after.string()); ok && d < long {
			short = d
		}
	}
	return burnAlert(severity, threshold, long, short, period), true
}

var alphaUnits = map[string]string{
	"Minute": "m", "Hour": "h", "Day": "d", "Week": "w", "Month": "M", "Quarter": "Q",
	"Year": "Y",
}

// openSLOAlpha reads an object of OpenSLO v1alpha, in which objectives may have their own counters.
func (im *importer) openSLOAlpha(doc *value, kind string) {
	if kind != "SLO" {
		if kind != "Service" {
			im.warn(doc.get("kind"), "unknown kind %q. It was left out", kind)
		}
		return
	}
	meta, spec := doc.get("metadata"), doc.get("spec")
	s := im.openSLOAbout(meta, spec)
	im.alphaWindow(spec.get("timeWindows"), &s)
	method := spec.get("budgetingMethod")
	im.method(method)
	objectives := im.objectives(spec, s)
	for i, at := range objectives {
		one := s.forObjective(at, i, len(objectives))
		if im.alphaIndicator(spec, at, method, &one) {
			im.add(meta.get("name"), one)
		}
	}
}

func (im *importer) alphaIndicator(spec, objective, method *value, s *definition) bool {
	switch {
	case objective.has("ratioMetrics"):
		ratio := objective.get("ratioMetrics")
		im.counter(ratio.get("incremental", "counter"))
		return im.occurrences(im.alphaQuery(ratio.get("total"), s), im.alphaQuery(ratio.get("good"), s), true,
			objective, method, s)
	case spec.get("indicator").has("thresholdMetric"):
		return im.threshold(im.alphaQuery(spec.get("indicator").get("thresholdMetric"), s), objective, method, s)
	}
	return im.leaveOut(objective, s, "it has no ratioMetrics, nor the SLO a thresholdMetric")
}

func (im *importer) alphaQuery(at *value, s *definition) *value {
	source := at.get("source")
	im.promQLOnly(source, source.string(), s)
	if language := at.get("queryType").string(); language != "" && !strings.EqualFold(language, "promql") &&
		language != "query" {
		im.promQLOnly(at.get("queryType"), language, s)
	}
	return at.get("query")
}

func (im *importer) alphaWindow(at *value, s *definition) {
	window, ok := im.firstWindow(at, s)
	if !ok {
		return
	}
	unit := alphaUnits[window.get("unit").string()]
	count, ok := window.get("count").number()
	if unit == "" || !ok || count < 1 || count > 1e6 {
		im.warn(window, "no window: 30d was taken")
		unit, count = "d", 30
	}
	rolling := window.get("isRolling").bool()
	im.window(window, window.get("calendar"), time.Duration(count)*openSLOUnits[unit], int(count), unit, rolling, s)
}

// openSLOObjects are the objects by kind and name, for references.
type openSLOObjects map[[2]string]*openSLOObject

type openSLOObject struct {
	*value
	referred bool
}

func (o openSLOObjects) collect(doc *value) {
	if name, ok := doc.fields["metadata"]; ok && name.fields["name"] != nil {
		o[[2]string{kindOf(doc), name.fields["name"].text}] = &openSLOObject{value: doc}
	}
}

func (o openSLOObjects) find(kind, name string) (*value, bool) {
	object, ok := o[[2]string{kind, name}]
	if !ok {
		return nil, false
	}
	object.referred = true
	object.get("metadata").get("name")
	return object.value, true
}

// of returns the object that an entry is, or refers to by ref. It returns false if the documents do
// not contain that object.
func (o openSLOObjects) of(entry *value, field, kind string) (object, ref *value, ok bool) {
	ref = entry.get(field)
	if entry.text != "" { // invalid in OpenSLO, but in use
		ref = entry
	}
	if ref.isEmpty() {
		entry.get("kind")
		return entry, ref, true
	}
	object, ok = o.find(kind, ref.string())
	return object, ref, ok
}

// noteUnused notes an object without references.
func (o openSLOObjects) noteUnused(im *importer, doc *value) bool {
	format, _ := formatOf(doc)
	kind, name := kindOf(doc), ""
	if meta := doc.fields["metadata"]; meta != nil {
		name = meta.textOf("name")
	}
	object := o[[2]string{kind, name}]
	if format != OpenSLO || kind == "SLO" || object == nil || object.value != doc || object.referred {
		return false
	}
	im.warn(doc, "no SLO of these documents uses the %s %q. It was left out", kind, decode.Clip(name))
	return true
}

var shorthand = regexp.MustCompile(`^(\d+)([mhdwMQY])$`)

// openSLOUnits are the units of durations. A month outside a calendar is 30 days.
var openSLOUnits = map[string]time.Duration{
	"m": time.Minute, "h": hour, "d": day, "w": 7 * day, "M": 30 * day, "Q": 90 * day, "Y": 365 * day,
}

// openSLOCalendars are calendar periods by duration, in all spellings.
var openSLOCalendars = map[string]slo.CalendarUnit{
	"1w": slo.Week, "7d": slo.Week, "1M": slo.Month, "1Q": slo.Quarter, "3M": slo.Quarter, "1Y": slo.Year,
	"4Q": slo.Year, "12M": slo.Year,
}

// openSLODuration reads 5m, 4w, 1M; a number alone is minutes.
func openSLODuration(text string) (d time.Duration, count int, unit string, ok bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Minute, n, "m", n > 0
	}
	parts := shorthand.FindStringSubmatch(text)
	if parts == nil {
		return 0, 0, "", false
	}
	n, err := strconv.Atoi(parts[1])
	return time.Duration(n) * openSLOUnits[parts[2]], n, parts[2], err == nil && n > 0 && n < 1e6
}

// openSLOWindow reads the only element of timeWindow and returns its length.
func (im *importer) openSLOWindow(at *value, s *definition) time.Duration {
	window, ok := im.firstWindow(at, s)
	if !ok {
		return 30 * day
	}
	duration := window.get("duration")
	length, count, unit, ok := openSLODuration(duration.string())
	if !ok {
		im.warn(duration, "%q is no duration of OpenSLO, such as 4w or 1M: 30d was taken", duration.string())
		length, unit = 30*day, "d"
	}
	rolling := window.get("isRolling").bool()
	return im.window(window, window.get("calendar"), length, count, unit, rolling, s)
}

// firstWindow returns the only element of a list of windows; without one it is 30d, with a note.
func (im *importer) firstWindow(at *value, s *definition) (*value, bool) {
	windows := at.list()
	if len(windows) == 0 {
		im.warn(at, "no time window: 30d was taken")
		s.window = "30d"
		return nil, false
	}
	for _, more := range windows[1:] {
		more.used = false // to be reported
	}
	return windows[0], true
}

// window sets the SLO's window. A calendar window starts with each period of a calendar; others roll.
func (im *importer) window(at, calendar *value, length time.Duration, count int, unit string, rolling bool,
	s *definition,
) time.Duration {
	s.window = slo.FormatDuration(length)
	if rolling || calendar.isEmpty() {
		if set := at.get("isRolling"); !rolling && !set.isEmpty() {
			im.change(set, "the window is not rolling, but has no calendar. Burnline takes a rolling window")
		}
		if strings.Contains("MQY", unit) {
			im.change(at, "a rolling window has a fixed length in Burnline: %s", s.window)
		}
		return length
	}
	zone := calendar.get("timeZone").string()
	if unit == "m" { // the letter means minutes, which are no calendar unit
		im.change(at, "%dm are minutes, which no calendar has. It was read as a month (1M)", count)
		unit, length = "M", 30*day
	}
	name, ok := openSLOCalendars[strconv.Itoa(count)+unit]
	if !ok {
		im.change(at, "calendar windows are one week, month, quarter or year. This one became the rolling %s", s.window)
		return length
	}
	fields := yaml.MapSlice{{Key: "calendar", Value: string(name)}}
	if zone != "" {
		fields = append(fields, yaml.MapItem{Key: "timezone", Value: zone})
	}
	if at := calendar.get("startTime"); !at.isEmpty() {
		start, err := slo.ParseStart(strings.TrimSuffix(at.string(), "Z"))
		if err != nil {
			im.change(at, "%v. The %s begins at midnight of its first day", err, name)
		}
		if c := (slo.Calendar{Unit: name, Start: start}).Canonical(); !c.Start.IsZero() {
			fields = append(fields, yaml.MapItem{Key: "start", Value: c.Start.Format("2006-01-02 15:04")})
		}
	}
	s.window = fields
	return length
}

// openSLOPeriod is the longest possible length of a window.
func openSLOPeriod(window any) time.Duration {
	fields, ok := window.(yaml.MapSlice)
	if !ok || len(fields) == 0 {
		return 0
	}
	name, _ := fields[0].Value.(string)
	return slo.CalendarUnit(name).Longest()
}
