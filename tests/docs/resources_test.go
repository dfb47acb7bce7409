package docs

import (
	"fmt"
	"strings"

	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

const resourcesIntro = `# Resources of workloads

<!-- Written by ` + "`go tool mage docs`" + ` from pkg/kubernetes/resources/signals.yaml; change it there. -->

The query type [resources](queries.md#resources) measures the usage of each workload.
Burnline reads containers, interfaces and GPUs of each pod.
It adds them up by the workload that [owns the pod](kubernetes.md#workloads), and divides last.

## Check your labels

Run these two queries in Explore. They find most wrong labels.

1. Do both exporters use the same clusters? Each row is a cluster that only one of them uses. The answer has to be empty.

` + "```promql" + `
  (group by (cluster) (container_memory_working_set_bytes{container!=""}) unless group by (cluster) (kube_pod_info))
or
  (group by (cluster) (kube_pod_info) unless group by (cluster) (container_memory_working_set_bytes{container!=""}))
` + "```" + `

2. Does each exporter keep its own labels? Each row is a job that is scraped without honorLabels.
   Burnline supports both spellings, but your other queries may not.

` + "```promql" + `
count by (job) ({__name__=~"kube_pod_owner|kube_replicaset_owner|kube_pod_container_resource_limits|DCGM_FI_DEV_FB_USED", exported_namespace!=""})
` + "```" + `

| exporter | required labels |
|---|---|
| cAdvisor | ` + "`namespace`, `pod`, `container`" + `, and ` + "`id`" + ` or ` + "`name`" + `, which distinguish the lives of a container |
| kube-state-metrics | ` + "`namespace`, `pod`, `container`" + `. ` + "`uid`" + ` is optional. ` + "`instance`" + ` distinguishes replicas |
| kube-scheduler | ` + "`namespace`, `pod`, `resource`" + ` |
| Hubble | ` + "`source_namespace`, `source_workload`, `destination_namespace`, `destination_workload`" + ` |
| DCGM exporter | ` + "`namespace`, `pod`, `UUID`" + `, for MIG ` + "`GPU_I_ID`, `GPU_I_PROFILE`" + ` |
| all, of several clusters | ` + "`cluster`" + `, on all exporters or on none |

## How numbers are calculated

- A signal at an instant is one number: in a table, in a series of any step, over a range of any length.
  Restarts, drops and resets are counted over the range or step.
- Each row uses ` + "`exported_pod`" + ` if it has one, else ` + "`pod`" + `. Both may exist at once.
- A row without ` + "`cluster`" + ` belongs to the cluster that other rows show for its pod. Rows of two clusters are never added up.
  If several clusters have a pod of this name, such rows have no number, and a notice names the clusters.
- Parts are added: containers, the lives of a restarted container, cores. Duplicates count once.
  If duplicates differ for five minutes, Burnline shows the more critical value, and a notice names both.
- A limit in force (` + "`container_spec_memory_limit_bytes`" + `) has priority over a requested limit.
  kube-prometheus-stack drops this metric by default. Keep it if you resize pods in place.
- Without a limit there is no share.
- Native sidecars count like other containers. A limit of the pod as a whole counts for the sum of its containers.
- The first value of a restart counter counts only if the pod is new. A counter that comes back, or changes its labels, adds nothing.
  A restart counts for the workload that owned the pod at that time.
- A GPU that several pods share counts once in each group. MIG instances are separate.
  Their utilization comes from ` + "`DCGM_FI_PROF_GR_ENGINE_ACTIVE`" + `.
- Burnline reads only metrics that the server had in the time range, and caches their names for five minutes.
  A notice lists missing metrics and how to turn them on. Settled points are cached.

## Signals

| signal | unit | meaning | thresholds | metrics |
|---|---|---|---|---|
`

// resourcesPage returns docs/resources.md.
func resourcesPage() (string, error) {
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
		fmt.Fprintf(&b, "| `%s` | %s | %s: %s | %s | %s |\n", s.Name, unit(s.Unit), s.Title, lowerFirst(s.About),
			bounds(s), strings.Join(metrics, ", "))
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

// bounds formats the warning and the critical threshold of a signal.
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
