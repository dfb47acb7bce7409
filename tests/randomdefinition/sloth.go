package randomdefinition

import (
	"fmt"
	"strings"
)

// sloth generates one or more files or resources of Sloth. Its share of bad events is error_query /
// total_query over a window.
func (g *generator) sloth(n int) Set {
	out := Set{World: g.world}
	kubernetes := g.chance(50)
	var docs []string
	for len(out.Definitions) < n {
		var slos strings.Builder
		for range min(1+g.IntN(3), n-len(out.Definitions)) {
			s := g.make(func() sli {
				s := g.expressions()
				g.read(&s, slothWindow, "{{ .window }}")
				return s
			})
			id := name(len(out.Definitions))
			out.Definitions = append(out.Definitions, Definition{"svc-" + id, s.groups})
			fmt.Fprintf(&slos, "- name: %s\n  objective: 50\n  sli:\n%s", id, indented(4, g.slothSLI(s, kubernetes)))
			if kubernetes {
				slos.WriteString("  alerting: {pageAlert: {disable: true}, ticketAlert: {disable: true}}\n")
			} else {
				slos.WriteString("  alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}\n")
			}
		}
		if kubernetes {
			docs = append(docs,
				fmt.Sprintf("apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {name: x%d, namespace: shop}\nspec:\n  service: svc\n  slos:\n%s",
					len(docs), indented(2, slos.String())))
		} else {
			docs = append(docs, "version: prometheus/v1\nservice: svc\nslos:\n"+slos.String())
		}
	}
	out.Documents = docs
	out.Source = g.gathered(docs, kubernetes)
	return out
}

func (g *generator) slothSLI(s sli, kubernetes bool) string {
	total, part := g.texts(s, pick(g, "", "", "", " offset 1m", " offset 5m"))
	if len(s.by) == 0 && g.chance(60) {
		total = g.guarded(total)
	}
	if s.good { // Sloth has bad events only
		ratio := pick(g, "1 - ((%s) / (%s))", "1 - ((%s) / (%s) or vector(1))", "clamp(1 - (%s) / (%s), 0, 1)",
			"(1 - ((%s) / ((%s) > 0) OR on() vector(1)))")
		if len(s.by) > 0 {
			ratio = "1 - ((%s) / (%s))"
		}
		key := pick2(kubernetes, "errorRatioQuery", "error_ratio_query")
		return fmt.Sprintf("raw:\n  %s: %s\n", key, g.yamlText(fmt.Sprintf(ratio, part, total)))
	}
	if g.chance(25) {
		ratio := pick(g, "(%s) / (%s)", "((%s) / (%s)) or vector(0)", "((%s) / (%s)) or on() vector(0)",
			"clamp_max((%s) / (%s), 1)")
		if len(s.by) > 0 {
			ratio = "(%s) / (%s)"
		}
		key := pick2(kubernetes, "errorRatioQuery", "error_ratio_query")
		return fmt.Sprintf("raw:\n  %s: %s\n", key, g.yamlText(fmt.Sprintf(ratio, part, total)))
	}
	return fmt.Sprintf("events:\n  %s: %s\n  %s: %s\n", pick2(kubernetes, "errorQuery", "error_query"),
		g.yamlText(part),
		pick2(kubernetes, "totalQuery", "total_query"), g.yamlText(total))
}

func pick2(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
