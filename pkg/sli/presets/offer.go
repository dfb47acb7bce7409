package presets

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/lookup"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Offer is an SLO of a preset as it fits a server.
type Offer struct {
	Definition             // fitted where it is ready
	Ready         bool     // its series are there
	Missing       []string // metrics, or the selector, that nothing was found of
	MissingLabels []string // labels to group by that the series do not have
	Notes         []string // what was changed to fit, in words
}

// fitter makes offers.
type fitter struct {
	finder lookup.Finder
	there  map[string]bool
}

// hasOwners reports whether the server knows the owners of pods.
func (f fitter) hasOwners() bool {
	return slices.ContainsFunc(kubernetes.Metrics, func(m string) bool { return f.there[m] })
}

func (f fitter) offer(ctx context.Context, d Definition) (Offer, error) {
	o := Offer{Definition: d}
	if !isCountable(d.SLO, f.there) {
		for _, name := range requiredMetrics(d.SLO) {
			if !f.there[name] && !slices.Contains(o.Missing, name) {
				o.Missing = append(o.Missing, name)
			}
		}
		return o, nil
	}
	selector, err := countedSelector(d.SLO, f.there)
	if err != nil {
		return o, err
	}
	have, err := f.finder.Labels(ctx, selector)
	if err != nil {
		return o, err
	}
	if len(have) == 0 {
		o.Missing = []string{selector}
		return o, nil
	}
	o.Ready = true
	if err := o.group(have, f.hasOwners()); err != nil {
		return o, err
	}
	if p := d.P95; p != nil && !sli.ReadsHistogram(d.SLI) && !hasHistogram(p.Histogram, f.there) {
		if err := o.change(nil, "Without p95, because "+baseName(p.Histogram)+" does not exist.", "p95"); err != nil {
			return o, err
		}
	}
	return o, f.threshold(ctx, &o)
}

// change replaces a field of the definition, and adds the note if there is one.
func (o *Offer) change(value any, note string, path ...string) (err error) {
	if note != "" {
		o.Notes = append(o.Notes, note)
	}
	o.Definition, err = o.with(value, path...)
	return err
}

// group groups by the labels that there are. Where a scrape without honorLabels has put its own label in the place of the
// exporter's, that one is called exported_<label>, and is meant. With owners of pods, workloads take the place of jobs.
func (o *Offer) group(have []string, owned bool) error {
	by := []string{}
	pods := o.canGroupByPods(have, owned)
	for _, name := range o.By {
		if name == "job" && pods {
			by = append(by, catalog.LabelWorkload)
			continue
		}
		switch exported := "exported_" + name; {
		case slices.Contains(have, exported):
			by = append(by, exported)
			o.Notes = append(o.Notes, fmt.Sprintf("Grouped by %s, the %s of the exporter (scraped without honorLabels).", exported, name))
		case slices.Contains(have, name):
			by = append(by, name)
		case name != "cluster": // one of one cluster has no name
			o.MissingLabels = append(o.MissingLabels, name)
		}
	}
	if err := o.change(by, "", "by"); err != nil || !pods {
		return err
	}
	return o.change(catalog.IdentityKubernetes, "Workloads come from the owners of pods in kube-state-metrics.", "identity")
}

// canGroupByPods reports whether the scrape's job can give way to the workload, which is found by the pod.
func (o *Offer) canGroupByPods(have []string, owned bool) bool {
	kind := o.Kind()
	return owned && slices.Contains(o.By, "job") && slices.Contains(o.By, "namespace") && slices.Contains(have, "pod") &&
		(kind == sli.KindEvents || kind == sli.KindLatency)
}

// threshold moves the threshold of a latency to a bucket that the histogram has.
func (f fitter) threshold(ctx context.Context, o *Offer) error {
	l, ok := o.SLI.(*sli.Latency)
	if !ok || !f.there[baseName(l.Histogram)+bucketSuffix] {
		return nil
	}
	buckets, err := f.finder.Buckets(ctx, l.Histogram, l.Unit)
	if err != nil {
		return err
	}
	chosen, ok := nearest(buckets.Thresholds, l.Threshold)
	switch {
	case !ok:
		o.Ready = false
		o.Missing = []string{l.Histogram + " has no bucket at whole milliseconds"}
		return nil
	case chosen == l.Threshold:
		return nil
	}
	text := slo.FormatDuration(chosen)
	return o.change(text, fmt.Sprintf("Threshold %s, because no bucket ends at %s.", text, slo.FormatDuration(l.Threshold)), "sli", "latency", "threshold")
}

// nearest is the least of the durations that is not below the wanted one, else the greatest.
func nearest(ascending []string, wanted time.Duration) (chosen time.Duration, ok bool) {
	for _, text := range ascending {
		d, err := slo.ParseDuration(text)
		if err != nil {
			continue
		}
		chosen, ok = d, true
		if d >= wanted {
			break
		}
	}
	return chosen, ok
}
