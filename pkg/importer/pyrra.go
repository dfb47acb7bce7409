package importer

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

func (im *importer) pyrra(doc *value) {
	meta, spec := doc.get("metadata"), doc.get("spec")
	s := definition{
		name: meta.get("name").string(), description: spec.get("description").string(),
		labels: map[string]string{},
	}
	for name, text := range meta.get("labels").texts() {
		// Pyrra adds these labels to its series, without the prefix.
		s.labels[strings.TrimPrefix(name, "pyrra.dev/")] = text
	}
	if namespace := meta.get("namespace").string(); namespace != "" {
		s.labels["kubernetes_namespace"] = namespace
	}
	s.objective, _ = spec.get("target").number()
	window := spec.get("window")
	s.window = window.string()
	period, err := slo.ParseDuration(window.string())
	if err == nil {
		s.window = slo.FormatDuration(period)
	}
	ok := im.pyrraIndicator(spec.get("indicator"), &s)
	alerting := spec.get("alerting")
	im.setPolicy(alerting, &s, "pyrra", im.pyrraAlerts(alerting, period), period)
	if spec.get("performanceOverAccuracy").bool() {
		im.warn(spec.get("performanceOverAccuracy"),
			"is not needed: Burnline reads every sample once and caches the counts")
	}
	if ok {
		im.add(meta.get("name"), s)
	}
}

func (im *importer) pyrraIndicator(at *value, s *definition) bool {
	kinds := []string{"ratio", "latency", "latencyNative", "bool_gauge"}
	i := slices.IndexFunc(kinds, at.has)
	if i < 0 {
		return im.leaveOut(at, s, "it has no ratio, latency, latencyNative or bool_gauge")
	}
	one, ok := at.get(kinds[i]), true
	metric := func(name string) *value { return one.get(name).get("metric") }
	switch kinds[i] {
	case "ratio":
		ok = im.ratio(metric("total"), metric("errors"), false, false, s)
	case "latency":
		ok = im.ratio(metric("total"), metric("success"), true, false, s)
	case "latencyNative":
		s.sli = mapping("latency",
			mapping("histogram", metric("total").string(), "threshold", one.get("latency").string()))
	case "bool_gauge":
		s.sli = mapping("probe", mapping("gauge", one.get("metric").string()))
		im.change(one,
			"Pyrra counts samples of the gauge. Burnline counts the slices of 1m in which it was 1 throughout")
	}
	for _, label := range one.get("grouping").list() {
		s.by = append(s.by, label.string())
	}
	return ok
}

// pyrraTiers are Pyrra's alerts for a window of four weeks; they scale with the window.
var pyrraTiers = []struct {
	name, severity string
	factor         float64
	long, short    time.Duration
}{
	{"fastBurn", "critical", 14, hour, 5 * time.Minute},
	{"mediumBurn", "critical", 7, 6 * hour, 30 * time.Minute},
	{"slowBurn", "warning", 2, day, 2 * hour},
	{"longTermBurn", "warning", 1, 4 * day, 6 * hour},
}

func (im *importer) pyrraAlerts(at *value, period time.Duration) []slo.Alert {
	if at.get("disabled").bool() || at.has("burnrates") && !at.get("burnrates").bool() {
		im.warn(at, "Pyrra makes no burn-rate alerts for this SLO. Burnline evaluates the default policy, and sends nothing unless an alert rule is created")
		return nil
	}
	named := at.get("severities")
	stretch := func(d time.Duration) time.Duration {
		minutes := math.Round(float64(d) * float64(period) / float64(28*day) / float64(time.Minute))
		return max(time.Duration(minutes)*time.Minute, time.Minute)
	}
	var alerts []slo.Alert
	for _, tier := range pyrraTiers {
		severity := tier.severity
		if own := named.get(tier.name).string(); own != "" {
			severity = own
		}
		if long := stretch(tier.long); period > 0 {
			alerts = append(alerts, burnAlert(severity, tier.factor, long, stretch(tier.short), period))
		}
	}
	return alerts
}
