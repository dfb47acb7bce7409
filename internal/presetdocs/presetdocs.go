// Package presetdocs writes the pages about presets and about resources from the files that make them.
package presetdocs

import (
	"fmt"
	"os"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/pkg/slo"
)

// Page is where the page is, from the root of the project.
const Page = "docs/presets.md"

// Pages are the texts that make the pages.
var Pages = map[string]func() (string, error){Page: Markdown, ResourcesPage: ResourcesMarkdown}

// Write writes the pages.
func Write() error {
	for page, markdown := range Pages {
		text, err := markdown()
		if err != nil {
			return err
		}
		if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

const intro = `# Presets

<!-- Written by ` + "`go tool mage docs`" + ` from pkg/sli/presets; change it there. -->

![The presets that the server's metrics fit](img/presets.png)

A preset is what Burnline knows about the metrics of one exporter: ready SLOs, how to turn the metrics on, and what numbers go
wrong by. **Presets** in the settings of the data source (SLO catalog) asks the server which of these metrics it had in the last
hour, and adds the SLOs that can be counted to the catalog, fitted to the server:

- grouped by those of the labels below that the series have (` + "`cluster`" + ` where there is one); a label that is missing is told, as it
  is mostly a setting of the exporter;
- by ` + "`exported_<label>`" + ` where a scrape without honorLabels renamed the exporter's label;
- by the workload instead of the scrape's ` + "`job`" + ` where series have a ` + "`pod`" + ` and kube-state-metrics tells whose the pods are
  ([identity: kubernetes](kubernetes.md#workloads));
- the threshold of a latency moved to the next bucket that there is;
- with the strictest usual objective (99.99, 99.95, 99.9, 99.5, 99, 98, 95 or 90 %) that nine of ten groups have kept over the
  last 30 days, when asked for: that reads the 30 days;
- then also with a throughput SLO for each of the five busiest groups: its target is what the group had in 99 % of the hours.

The same as JSON: ` + "`GET resources/presets`" + `, and ` + "`GET resources/presets/<name>?suggest=1`" + ` with suggested objectives. Looking takes one
question for names, and for each SLO that is found one for its labels and one for its buckets; no samples are read.

Each preset is tested on a sample of what its exporter shows, to the event (` + "`pkg/sli/presets/testdata`" + `).
`

// Markdown is the page.
func Markdown() (string, error) {
	all, err := presets.All()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n| preset | about | SLOs |\n|---|---|---|\n")
	for _, p := range all {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %d |\n", p.Title, p.Name, p.About, len(p.SLOs))
	}
	for _, p := range all {
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s\n\n| SLO | kind | objective | by | counts |\n|---|---|---|---|---|\n", p.Name, p.Title, p.About)
		for _, s := range p.SLOs {
			fmt.Fprintf(&b, "| `%s`: %s | %s | %v %% | %s | %s |\n", s.Name, s.Description, s.Kind(), s.Objective.Percent(), strings.Join(s.By, ", "), counts(s.SLO))
		}
		fmt.Fprintf(&b, "\n**Turn it on.** %s\n\n", strings.ReplaceAll(p.Enable, "\n", " "))
		for _, trap := range p.Traps {
			b.WriteString("- " + trap + "\n")
		}
		fmt.Fprintf(&b, "\n<%s>\n", p.Docs)
	}
	return b.String(), nil
}

// counts is what is counted, in a table's cell.
func counts(s catalog.SLO) string {
	i := s.SLI
	switch {
	case i.Latency != nil:
		return code(i.Latency.Histogram) + " at or under " + slo.FormatDuration(i.Latency.Threshold)
	case i.Quantile != nil:
		return fmt.Sprintf("p%v of %s below %s, in %s", i.Quantile.Quantile*100, code(i.Quantile.Histogram), slo.FormatDuration(i.Quantile.Below), slo.FormatDuration(i.Quantile.Slice))
	case i.Ratio != nil:
		return fmt.Sprintf("at least %v %% of %s good, in %s", 100*i.Ratio.Target, code(i.Ratio.Total), slo.FormatDuration(i.Ratio.Slice))
	case i.Timeslice != nil:
		return fmt.Sprintf("%s %s, in %s", code(i.Timeslice.Expr), code(fmt.Sprintf("%s %v", i.Timeslice.Op, i.Timeslice.Value)), slo.FormatDuration(i.Timeslice.Slice))
	case i.Probe != nil:
		return code(i.Probe.Gauge) + ", in " + slo.FormatDuration(i.Probe.Slice)
	case i.Events.Good != "":
		return code(i.Events.Good) + " good of " + code(i.Events.Total)
	}
	return code(i.Events.Bad) + " bad of " + code(i.Events.Total)
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }
