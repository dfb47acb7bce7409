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

// Offer is an SLO of a preset, adapted to a server.
type Offer struct {
	Definition             // adapted, if it is ready
	Ready         bool     // its series exist
	Missing       []string // metrics without series, or the selector
	MissingLabels []string // group labels that the series do not have
	Notes         []string // changes, for people
}

// fitter adapts SLOs to a server.
type fitter struct {
	finder lookup.Finder
	there  map[string]bool
}

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

// change replaces a field of the definition, and adds the note unless it is "".
func (o *Offer) change(value any, note string, path ...string) (err error) {
	if note != "" {
		o.Notes = append(o.Notes, note)
	}
	o.Definition, err = o.with(value, path...)
	return err
}

// group restricts the groups to existing labels. A scrape without honorLabels renames labels of the
// exporter to exported_<label>, which are used then. With owners of pods, workloads replace jobs.
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
			o.Notes = append(o.Notes,
				fmt.Sprintf("Grouped by %s, the %s of the exporter (scraped without honorLabels).", exported, name))
		case slices.Contains(have, name):
			by = append(by, name)
		case name != "cluster": // a single cluster has no name
			o.MissingLabels = append(o.MissingLabels, name)
		}
	}
	if err := o.change(by, "", "by"); err != nil || !pods {
		return err
	}
	return o.change(catalog.IdentityKubernetes, "Workloads come from the owners of pods in kube-state-metrics.",
		"identity")
}

// canGroupByPods reports whether the scrape's job can be replaced by the workload that owns the pod.
func (o *Offer) canGroupByPods(have []string, owned bool) bool {
	kind := o.Kind()
	return owned && slices.Contains(o.By, "job") && slices.Contains(o.By, "namespace") &&
		slices.Contains(have, "pod") &&
		(kind == sli.KindEvents || kind == sli.KindLatency)
}

// threshold changes the threshold of a latency to an existing bucket.
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
	return o.change(text,
		fmt.Sprintf("Threshold %s, because no bucket ends at %s.", text, slo.FormatDuration(l.Threshold)), "sli",
		"latency", "threshold")
}

// nearest returns the least duration that is at least the target, or the greatest.
func nearest(ascending []string, target time.Duration) (chosen time.Duration, ok bool) {
	for _, text := range ascending {
		d, err := slo.ParseDuration(text)
		if err != nil {
			continue
		}
		chosen, ok = d, true
		if d >= target {
			break
		}
	}
	return chosen, ok
}
