package demo

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

// ResourceReport is the difference of the signals of workloads from the truth.
type ResourceReport struct {
	Workloads int      `json:"workloads"`
	Numbers   int      `json:"numbers"`
	Wrong     []string `json:"wrong"`
}

// resourceWindow is the time range of the table, in which restarts are counted.
const resourceWindow = 24 * time.Hour

// tolerated is the maximum relative difference of a signal from the truth.
const tolerated = 1e-6

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
	known, err := resources.Known()
	if err != nil {
		return report, err
	}
	compared := map[string]bool{}
	var signals []string
	for _, s := range known.Signals {
		signals = append(signals, s.Name)
	}
	for i := range resourceInstants {
		if err := d.compareResources(ctx, now.Add(-time.Duration(i)*resourceEvery), signals, compared,
			&report); err != nil {
			return report, err
		}
	}
	for _, name := range signals {
		if !compared[name] {
			report.Wrong = append(report.Wrong, "the generator has no truth of the signal "+name)
		}
	}
	if err := d.compareBursts(ctx, now, &report); err != nil {
		return report, err
	}
	if len(report.Wrong) > 0 {
		return report,
			fmt.Errorf("%d of %d numbers of resources are wrong:\n%s", len(report.Wrong), report.Numbers,
				strings.Join(report.Wrong, "\n"))
	}
	return report, nil
}

func (d *Demo) compareResources(ctx context.Context, instant time.Time, signals []string, compared map[string]bool,
	report *ResourceReport,
) error {
	truths, err := d.Stack.ResourceTruths(ctx, instant, "24h")
	if err != nil {
		return err
	}
	truths = slices.DeleteFunc(truths, func(t stack.ResourceTruth) bool { return t.Signal == burst })
	frames, err := d.Host.Ask(ctx, d.Cluster, pluginhost.Query{
		JSON: map[string]any{"queryType": "resources", "resources": map[string]any{"signals": signals}},
		From: instant.Add(-resourceWindow), To: instant,
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
				got[key{
					text(frames[0], "cluster", i), text(frames[0], "namespace", i), text(frames[0], "workload", i),
					text(frames[0], "workload_type", i), signal,
				}] = *v
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
		compared[t.Signal] = true
		if !ok {
			wrong("%+v is missing", t)
		} else if math.Abs(v-t.Value) > 1e-9+tolerated*math.Abs(t.Value) {
			wrong("%+v: the plugin has %g", t, v)
		}
	}
	for k, v := range got {
		wrong("%+v: the plugin has %g, the generator nothing", k, v)
	}
	return nil
}

// burst is the generator's name of the largest received_peak in a window.
const burst = "received_burst"

// compareBursts compares the largest peak of 30 days with the generator's: steps of hours must show
// the weights that a pod loads within seconds.
func (d *Demo) compareBursts(ctx context.Context, now time.Time, report *ResourceReport) error {
	frames, err := d.Host.Ask(ctx, d.Cluster, pluginhost.Query{
		JSON: map[string]any{
			"queryType": "resources",
			"filters":   []map[string]any{{"label": "namespace", "op": "=", "value": "inference"}},
			"resources": map[string]any{"signals": []string{"received_peak"}, "format": "timeseries"},
		},
		Points: 360, From: now.Add(-30 * 24 * time.Hour), To: now,
	})
	if err != nil {
		return err
	}
	got := map[string]float64{}
	var first, second, last time.Time
	for _, f := range frames {
		for i := range f.Rows() {
			at, _ := f.Fields[0].ConcreteAt(i)
			if t := at.(time.Time); first.IsZero() || t.Before(first) {
				first = t
			} else if second.IsZero() && t.After(first) || t.After(first) && t.Before(second) {
				second = t
			}
			if t := at.(time.Time); t.After(last) {
				last = t
			}
			if v, err := f.Fields[1].NullableFloatAt(i); err == nil && v != nil {
				name := f.Fields[1].Labels["workload"]
				got[name] = max(got[name], *v)
			}
		}
	}
	step := second.Sub(first)
	truths, err := d.Stack.ResourceTruths(ctx, last, fmt.Sprintf("%dm", int(last.Sub(first.Add(-step)).Minutes())))
	if err != nil {
		return err
	}
	for _, t := range truths {
		if t.Signal != burst {
			continue
		}
		report.Numbers++
		if v := got[t.Workload]; math.Abs(v-t.Value) > tolerated*t.Value {
			report.Wrong = append(report.Wrong, fmt.Sprintf("%+v: the plugin has %g in steps of %s", t, v, step))
		}
	}
	return nil
}
