package importer

import (
	"strings"
	"time"
)

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
