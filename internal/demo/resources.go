package demo

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
)

// ResourceReport is the difference of the signals of workloads from the truth.
type ResourceReport struct {
	Workloads int      `json:"workloads"`
	Numbers   int      `json:"numbers"`
	Wrong     []string `json:"wrong"`
}

// resourceWindow is the time range of the table, in which restarts are counted.
const resourceWindow = 24 * time.Hour

// tolerated is the maximum relative difference of a signal from the truth. A rate misses the usage
// of a container before its first scrape and after its last.
var tolerated = map[string]float64{"cpu": 0.2, "cpu_request": 0.2, "cpu_limit": 0.2}

// owned is an SLO of pods that change their owners.
const owned = `apiVersion: burnline.dev/v1
slos:
  - name: requests-by-owner
    objective: 99
    window: 30d
    by: [cluster, namespace, workload, workload_type]
    identity: kubernetes
    sli: {events: {total: payments_requests_total, bad: 'payments_requests_total{outcome="failed"}'}}
`

// resourceInstants is how many instants are compared, resourceEvery apart, the last one now. They
// cover noisy and lost nodes, rollouts, a restart of kube-state-metrics and an adoption.
const (
	resourceInstants = 24
	resourceEvery    = 25 * time.Minute
)

// Resources compares every number of the tables of resources with the generator's. The error lists
// the wrong ones.
func (d *Demo) Resources(ctx context.Context, now time.Time) (ResourceReport, error) {
	report := ResourceReport{Wrong: []string{}}
	for i := range resourceInstants {
		if err := d.compareResources(ctx, now.Add(-time.Duration(i)*resourceEvery), &report); err != nil {
			return report, err
		}
	}
	if len(report.Wrong) > 0 {
		return report, fmt.Errorf("%d of %d numbers of resources are wrong:\n%s", len(report.Wrong), report.Numbers, strings.Join(report.Wrong, "\n"))
	}
	return report, nil
}

func (d *Demo) compareResources(ctx context.Context, instant time.Time, report *ResourceReport) error {
	truths, err := d.Stack.ResourceTruths(ctx, instant, "24h")
	if err != nil {
		return err
	}
	var signals []string
	for _, t := range truths {
		if !slices.Contains(signals, t.Signal) {
			signals = append(signals, t.Signal)
		}
	}
	frames, err := d.Host.Ask(ctx, d.Cluster, pluginhost.Query{
		JSON: map[string]any{"queryType": "resources", "resources": map[string]any{"signals": signals}}, From: instant.Add(-resourceWindow), To: instant,
	})
	if err != nil {
		return err
	}
	type key struct{ cluster, namespace, workload, kind, signal string }
	got := map[key]float64{}
	report.Workloads = max(report.Workloads, frames[0].Rows())
	for i := range frames[0].Rows() {
		for _, signal := range signals {
			if v := number(frames[0], signal, i); v != nil {
				got[key{text(frames[0], "cluster", i), text(frames[0], "namespace", i), text(frames[0], "workload", i), text(frames[0], "workload_type", i), signal}] = *v
			}
		}
	}
	wrong := func(format string, args ...any) {
		report.Wrong = append(report.Wrong, instant.UTC().Format("15:04 ")+fmt.Sprintf(format, args...))
	}
	for _, t := range truths {
		k := key{t.Cluster, t.Namespace, t.Workload, t.Type, t.Signal}
		v, ok := got[k]
		delete(got, k)
		report.Numbers++
		if !ok {
			wrong("%+v is missing", t)
		} else if math.Abs(v-t.Value) > 1e-6+tolerated[t.Signal]*t.Value {
			wrong("%+v: the plugin has %g", t, v)
		}
	}
	for k, v := range got {
		wrong("%+v: the plugin has %g, the generator nothing", k, v)
	}
	return nil
}
