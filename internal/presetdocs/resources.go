package presetdocs

import (
	"fmt"
	"strings"

	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

// ResourcesPage is where the page about signals of workloads is.
const ResourcesPage = "docs/resources.md"

const resourcesIntro = `# Resources of workloads

<!-- Written by ` + "`go tool mage docs`" + ` from pkg/kubernetes/resources/signals.yaml; change it there. -->

What the query type [resources](queries.md#resources) tells of every workload. Numbers are read by container, interface or GPU of each pod, and put
together by the workload that [owns the pod](kubernetes.md#workloads); a number is divided last, and of what has no limit there is no share.

- Only metrics that the server had in the time range are asked for: one question for their names, kept for five minutes. A notice says
  what is not there and how to turn it on.
- Where a scrape without honorLabels renamed labels to ` + "`exported_<label>`" + `, those are read.
- Of rows that are equal but for who told them (two kube-state-metrics) one counts.
- Points over time that are older than ` + "`settle`" + ` are kept in memory, so a refresh reads the last minutes.
- Restarts are counted of pods that are gone, too, and not again when kube-state-metrics itself is replaced. Drops and resets are counted
  exactly, as the events of an SLO are ([counting.md](counting.md)).

| signal | unit | | look from | read from |
|---|---|---|---|---|
`

// ResourcesMarkdown is the page.
func ResourcesMarkdown() (string, error) {
	known, err := resources.Known()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(resourcesIntro)
	for _, s := range known.Signals {
		metrics := known.Metrics(s)
		for i := range metrics {
			metrics[i] = code(metrics[i])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s: %s | %s | %s |\n", s.Name, unit(s.Unit), s.Title, lowerFirst(s.About), bounds(s), strings.Join(metrics, ", "))
	}
	for _, e := range known.Exporters {
		fmt.Fprintf(&b, "\n## %s\n\n**Turn it on.** %s\n\n", e.Title, e.Enable)
		for _, trap := range e.Traps {
			b.WriteString("- " + trap + "\n")
		}
		fmt.Fprintf(&b, "\n<%s>\n", e.Docs)
	}
	return b.String(), nil
}

func unit(grafana string) string {
	words := map[string]string{"percentunit": "ratio", "short": "count", "bytes": "bytes", "Bps": "bytes/s"}
	if word, ok := words[grafana]; ok {
		return word
	}
	return strings.TrimSpace(strings.TrimPrefix(grafana, "suffix:"))
}

func lowerFirst(text string) string {
	if len(text) > 1 && strings.ToUpper(text[1:2]) == text[1:2] { // CPU, GPUs
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// bounds is where a person should look, and where at once.
func bounds(s resources.Signal) string {
	var out []string
	for _, b := range []*resources.Bound{s.Warn, s.Alarm} {
		switch {
		case b == nil:
		case b.From != nil:
			out = append(out, fmt.Sprint(*b.From))
		default:
			out = append(out, fmt.Sprintf("below %v", *b.Below))
		}
	}
	return strings.Join(out, ", ")
}
