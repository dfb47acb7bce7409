package randomdefinition

import (
	"fmt"
	"strings"
)

// openSLO generates objects of OpenSLO with the budgeting method Occurrences. The share of bad
// events is bad / total, or 1 - good / total, of the increases over the window.
func (g *generator) openSLO(n int) Set {
	out := Set{World: g.world}
	version := pick(g, "openslo/v1", "openslo/v1", "openslo/v1alpha", "openslo.com/v2alpha")
	var docs []string
	for i := range n {
		s := g.make(func() sli {
			s := g.expressions()
			if version == "openslo/v1alpha" { // has no bad events
				s.good = true
			}
			if g.chance(40) {
				return s // plain counters
			}
			g.read(&s, "5m", "28d")
			return s
		})
		out.Definitions = append(out.Definitions, Definition{name(i), s.groups})
		if version == "openslo/v1alpha" {
			docs = append(docs, g.openSLOAlpha(i, s))
		} else {
			docs = append(docs, g.openSLOSLO(version, i, s)...)
		}
	}
	out.Documents = docs
	out.Source = g.gathered(docs, false)
	return out
}

func (g *generator) openSLOQueries(s sli) (total, part string) {
	total, part = g.texts(s, pick(g, "", "", "", " offset 2m"))
	if len(s.by) == 0 && g.chance(40) {
		total = g.guarded(total)
	}
	return total, part
}

func (g *generator) openSLOAlpha(i int, s sli) string {
	total, part := g.openSLOQueries(s)
	return fmt.Sprintf(`apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: %s}
spec:
  service: web
  budgetingMethod: Occurrences
  timeWindows: [{unit: Day, count: 28, isRolling: true}]
  objectives:
  - target: 0.5
    ratioMetrics:
      incremental: true
      good: {source: prometheus, queryType: promql, query: %s}
      total: {source: prometheus, queryType: promql, query: %s}
`, name(i), quoted(part), quoted(total))
}

func (g *generator) openSLOSLO(version string, i int, s sli) []string {
	total, part := g.openSLOQueries(s)
	v2 := strings.HasSuffix(version, "v2alpha")
	metric := func(query string) string {
		if v2 {
			return fmt.Sprintf("{dataSourceRef: prometheus, spec: {query: %s}}", quoted(query))
		}
		return fmt.Sprintf("{metricSource: {type: Prometheus, spec: {query: %s}}}", quoted(query))
	}
	kind := pick2(s.good, "good", "bad")
	indicator := fmt.Sprintf("ratioMetric:\n  counter: true\n  %s: %s\n  total: %s\n", kind, metric(part),
		metric(total))
	if s.function != "" && g.chance(25) {
		indicator = fmt.Sprintf("ratioMetric:\n  rawType: %s\n  raw: %s\n", pick2(s.good, "success", "failure"),
			metric("("+part+") / ("+total+")"))
	}
	head := fmt.Sprintf("apiVersion: %s\nkind: SLO\nmetadata: {name: %s}\nspec:\n  %s: web\n", version, name(i),
		pick2(v2, "serviceRef", "service"))
	tail := "  budgetingMethod: Occurrences\n  timeWindow: [{duration: " + pick(g, "28d", "4w", "2w") +
		", isRolling: true}]\n  objectives: [{target: 0.5}]\n"
	if g.chance(50) {
		return []string{head +
			fmt.Sprintf("  %s:\n    metadata: {name: i}\n    spec:\n%s", pick2(v2, "sli", "indicator"),
				indented(6, indicator)) + tail}
	}
	reference := fmt.Sprintf("  %s: %s-sli\n", pick2(v2, "sliRef", "indicatorRef"), name(i))
	object := fmt.Sprintf("apiVersion: %s\nkind: SLI\nmetadata: {name: %s-sli}\nspec:\n%s", version, name(i),
		indented(2, indicator))
	return []string{head + reference + tail, object}
}
