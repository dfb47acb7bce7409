package docs

import (
	"fmt"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/pkg/slo"
)

const intro = `# Presets

<!-- Written by ` + "`go tool mage docs`" + ` from pkg/sli/presets; change it there. -->

![The presets that the server's metrics fit](img/presets.png)

A preset contains ready SLOs for the metrics of one exporter, how to turn the metrics on, and their pitfalls.

Click **Presets** in the settings of the data source. Burnline looks for the metrics of the last hour on the server.
It lists the SLOs that it can count, fitted to your server:

- Groups are those labels of the table that the series have (` + "`cluster`" + ` if there is one). Missing labels are listed.
- If a scrape without honorLabels renamed a label, the SLO uses ` + "`exported_<label>`" + `.
- If series have a ` + "`pod`" + ` and kube-state-metrics exports its owner, the SLO groups by workload instead of ` + "`job`" + `.
  See [identity: kubernetes](kubernetes.md#workloads).
- The threshold of a latency SLO moves to the next existing bucket.

**Suggest objectives** reads the last 30 days.

- It selects the strictest usual objective that nine of ten groups kept: 99.99%, 99.95%, 99.9%, 99.5%, 99%, 98%, 95% or 90%.
- It adds a throughput SLO for each of the five busiest groups. The target is what the group reached in 99% of the hours.

The [HTTP API](http-api.md#presets) returns the same as JSON.
A look takes one request for names, and two for each SLO: labels and buckets. It reads no samples.
Each preset is tested with an example of its exporter's output (` + "`pkg/sli/presets/testdata`" + `).
`

// presetsPage returns docs/presets.md.
func presetsPage() (string, error) {
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
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s\n\n| SLO | kind | objective | by | counts |\n|---|---|---|---|---|\n",
			p.Name, p.Title, p.About)
		for _, s := range p.SLOs {
			fmt.Fprintf(&b, "| `%s`: %s | %s | %v%% | %s | %s |\n", s.Name, s.Description, s.Kind(),
				s.Objective.Percent(), strings.Join(s.By, ", "), counts(s.SLO))
		}
		fmt.Fprintf(&b, "\n**Turn it on.** %s\n\n", strings.ReplaceAll(p.Enable, "\n", " "))
		for _, trap := range p.Traps {
			b.WriteString("- " + trap + "\n")
		}
		fmt.Fprintf(&b, "\n<%s>\n", p.Docs)
	}
	return b.String(), nil
}

// counts describes the events of an SLO, for a table cell.
func counts(s catalog.SLO) string {
	switch i := s.SLI.(type) {
	case *sli.Latency:
		return code(i.Histogram) + " at or under " + slo.FormatDuration(i.Threshold)
	case *sli.Quantile:
		return fmt.Sprintf("p%v of %s below %s, in %s", i.Quantile*100, code(i.Histogram), slo.FormatDuration(i.Below),
			slo.FormatDuration(i.Slice))
	case *sli.Ratio:
		return fmt.Sprintf("at least %v%% of %s good, in %s", 100*i.Target, code(i.Total), slo.FormatDuration(i.Slice))
	case *sli.Timeslice:
		return fmt.Sprintf("%s %s, in %s", code(i.Expr), code(fmt.Sprintf("%s %v", i.Op, i.Value)),
			slo.FormatDuration(i.Slice))
	case *sli.Probe:
		return code(i.Gauge) + ", in " + slo.FormatDuration(i.Slice)
	case *sli.Events:
		if i.Good != "" {
			return code(i.Good) + " good of " + code(i.Total)
		}
		return code(i.Bad) + " bad of " + code(i.Total)
	}
	return code(s.Source())
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }
