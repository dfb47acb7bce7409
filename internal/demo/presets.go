package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/catalog"
)

// preset is a preset as the plugin offers it for the demo's server.
type preset struct {
	Name    string `json:"name"`
	State   string `json:"state"`
	Catalog string `json:"catalog"`
	SLOs    []struct {
		Name    string   `json:"name"`
		Ready   bool     `json:"ready"`
		Missing []string `json:"missing"`
	} `json:"slos"`
}

// live is the preset of a real exporter. This machine has no known truth.
const live = "node-exporter"

// PresetReport is the number of results of presets, and their differences from the truth.
type PresetReport struct {
	Presets         int     `json:"presets"`
	SLOs            int     `json:"slos"`
	Cluster         int     `json:"cluster"` // SLOs of the cluster's data source
	Groups          int     `json:"groups"`
	MaxErrorPercent float64 `json:"maxErrorPercent"` // of events and of bad events
	MaxSlices       float64 `json:"maxSlices"`       // difference in time slices
	Worst           string  `json:"worst"`           // the group with this difference
}

const (
	// toleratedPercent is the maximum difference of a count of events from the truth. Time slices
	// must be equal.
	toleratedPercent = 0.001
	// liveWithin is the maximum time until a real exporter has results.
	liveWithin = 3 * time.Minute
)

// Presets queries every SLO of the presets on the demo's server, at a whole minute, and compares
// each group with the generator's count. The error names presets without results, or the worst
// wrong number.
func (d *Demo) Presets(ctx context.Context, instant time.Time) (PresetReport, error) {
	instant = instant.Truncate(time.Minute)
	source, err := pluginhost.NewDataSource(stack.DatasourceID, "burnline-presets", "Burnline presets",
		d.Stack.PrometheusURL, map[string]string{})
	if err != nil {
		return PresetReport{}, err
	}
	all, err := d.offered(ctx, source)
	if err != nil {
		return PresetReport{}, err
	}
	truths, err := d.Stack.SLOTruths(ctx, instant, demoWindow)
	if err != nil {
		return PresetReport{}, err
	}
	// The real exporter comes last: it has just started.
	slices.SortStableFunc(all,
		func(a, b preset) int { return cmp.Compare(flagOf(a.Name == live), flagOf(b.Name == live)) })
	report := PresetReport{}
	for _, p := range all {
		if p.Name == live && !stack.HasNodeExporter {
			continue
		}
		if err := d.checkPreset(ctx, source, p, instant, truths, &report); err != nil {
			return report, fmt.Errorf("preset %s: %w", p.Name, err)
		}
		report.Presets++
	}
	if err := d.checkCluster(ctx, source, instant, truths, &report); err != nil {
		return report, err
	}
	switch {
	case report.MaxErrorPercent > toleratedPercent:
		return report,
			fmt.Errorf("%s: %.4f %% from the truth; %.1f %% is the most allowed", report.Worst, report.MaxErrorPercent,
				toleratedPercent)
	case report.MaxSlices > 0:
		return report, fmt.Errorf("%s: %g slices from the truth", report.Worst, report.MaxSlices)
	}
	return report, nil
}

func flagOf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// offered returns all presets, adapted to the demo's server.
func (d *Demo) offered(ctx context.Context, source *pluginhost.DataSource) ([]preset, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	res, err := d.Host.CallResource(ctx,
		&backend.CallResourceRequest{
			PluginContext: source.Context(), Path: "presets", URL: "presets",
			Method: http.MethodGet,
		})
	if err != nil {
		return nil, err
	}
	if res.Status != http.StatusOK {
		return nil, fmt.Errorf("the plugin answered with %d when asked for its presets: %s", res.Status, res.Body)
	}
	var answer struct {
		Presets []preset `json:"presets"`
	}
	if err := json.Unmarshal(res.Body, &answer); err != nil {
		return nil, fmt.Errorf("the plugin's presets: %w", err)
	}
	if len(answer.Presets) == 0 {
		return nil, errors.New("the plugin has no presets")
	}
	return answer.Presets, nil
}

func (d *Demo) checkPreset(ctx context.Context, source *pluginhost.DataSource, p preset, instant time.Time,
	truths []stack.SLOTruth, report *PresetReport,
) error {
	if p.Name == live {
		return d.awaitLive(ctx, source, p, report)
	}
	if err := use(source, p.Catalog); err != nil {
		return err
	}
	for _, s := range p.SLOs {
		if !s.Ready {
			return fmt.Errorf("%s is not offered: the demo has no %s", s.Name, strings.Join(s.Missing, ", "))
		}
		groups, err := d.groups(ctx, source, s.Name, instant)
		if err != nil {
			return err
		}
		if err := report.compare(s.Name, groups, truths); err != nil {
			return err
		}
	}
	return nil
}

// checkCluster checks the catalog of the cluster's data source. Its SLOs have the names of the
// presets.
func (d *Demo) checkCluster(ctx context.Context, source *pluginhost.DataSource, instant time.Time,
	truths []stack.SLOTruth, report *PresetReport,
) error {
	slos, problems := catalog.Parse([]byte(d.Stack.Kubernetes))
	if err := problems.Err(); err != nil {
		return fmt.Errorf("devstack/workloads/kubernetes.yaml: %w", err)
	}
	if err := use(source, d.Stack.Kubernetes); err != nil {
		return err
	}
	counted := report.SLOs
	for _, s := range slos.SLOs {
		groups, err := d.groups(ctx, source, s.Name, instant)
		if err != nil {
			return err
		}
		if err := report.compare(s.Name, groups, truths); err != nil {
			return fmt.Errorf("devstack/workloads/kubernetes.yaml: %w", err)
		}
	}
	report.Cluster, report.SLOs = report.SLOs-counted, counted
	if err := use(source, owned); err != nil {
		return err
	}
	groups, err := d.groups(ctx, source, "requests-by-owner", instant)
	if err != nil {
		return err
	}
	return report.compare("requests-by-owner", groups, truths)
}

// use saves a catalog in the data source.
func use(source *pluginhost.DataSource, slos string) error {
	settings, err := json.Marshal(map[string]any{"catalog": slos, "timeout": askWithin.Seconds()})
	if err == nil {
		source.Save(source.Settings().URL, settings, nil)
	}
	return err
}

// group is one row of an SLO.
type group struct {
	labels      map[string]string
	events, bad *float64
}

// groups queries the rows of an SLO.
func (d *Demo) groups(ctx context.Context, source *pluginhost.DataSource, slo string, instant time.Time) ([]group,
	error,
) {
	frame, err := d.ask(ctx, source, slo, instant)
	if err != nil {
		return nil, err
	}
	var meta struct {
		GroupBy []string `json:"groupBy"`
	}
	custom, err := json.Marshal(frame.Meta.Custom)
	if err == nil {
		err = json.Unmarshal(custom, &meta)
	}
	if err != nil {
		return nil, fmt.Errorf("meta.custom of the frame of %s: %w", slo, err)
	}
	out := make([]group, frame.Rows())
	for i := range out {
		out[i] = group{labels: map[string]string{}, events: number(frame, "events", i), bad: number(frame, "bad", i)}
		for _, label := range meta.GroupBy {
			out[i].labels[label] = labelText(frame, label, i)
		}
	}
	return out, nil
}

// labelText returns the value of a group's label, "" if the frame does not contain it.
func labelText(frame *data.Frame, label string, row int) string {
	for _, f := range frame.Fields {
		if f.Name == label || strings.TrimPrefix(f.Name, "label_") == label {
			value, _ := f.ConcreteAt(row)
			text, _ := value.(string)
			return text
		}
	}
	return ""
}

// compare adds an SLO's groups to the report. No group at all, or a group on one side only, is an
// error.
func (r *PresetReport) compare(slo string, groups []group, truths []stack.SLOTruth) error {
	var by []string
	if len(groups) > 0 {
		for label := range groups[0].labels {
			by = append(by, label)
		}
	}
	slices.Sort(by)
	key := func(labels map[string]string) string {
		parts := make([]string, len(by))
		for i, label := range by {
			parts[i] = label + "=" + labels[label]
		}
		return strings.Join(parts, " ")
	}
	known := map[string]stack.SLOTruth{}
	for _, t := range truths {
		if t.SLO == slo {
			sum := known[key(t.Labels)]
			known[key(t.Labels)] = stack.SLOTruth{Kind: t.Kind, Events: sum.Events + t.Events, Bad: sum.Bad + t.Bad}
		}
	}
	if len(groups) == 0 || len(known) == 0 {
		return fmt.Errorf("%s: the plugin has %d groups, the generator %d", slo, len(groups), len(known))
	}
	r.SLOs++
	for _, g := range groups {
		k := key(g.labels)
		truth, ok := known[k]
		if !ok {
			return fmt.Errorf("%s: the plugin found %s, which the generator does not know", slo, k)
		}
		delete(known, k)
		if g.events == nil || g.bad == nil {
			return fmt.Errorf("%s: %s is not measured", slo, k)
		}
		r.Groups++
		r.take(slo+" "+k, truth, *g.events, *g.bad)
	}
	for k, t := range known {
		if t.Events > 0 {
			return fmt.Errorf("%s: the plugin did not find %s, of which the generator wrote %g events", slo, k,
				t.Events)
		}
	}
	return nil
}

// take records the difference of a group's counts from the truth.
func (r *PresetReport) take(name string, truth stack.SLOTruth, events, bad float64) {
	name = fmt.Sprintf("%s: %g of %g bad, in truth %g of %g", name, bad, events, truth.Bad, truth.Events)
	if truth.Kind == "slices" {
		if off := math.Abs(events-truth.Events) + math.Abs(bad-truth.Bad); off > r.MaxSlices {
			r.MaxSlices, r.Worst = off, name
		}
		return
	}
	if off := 100 * max(apart(events, truth.Events), apart(bad, truth.Bad)); off > r.MaxErrorPercent {
		r.MaxErrorPercent = rounded(off, 6)
		if r.MaxSlices == 0 {
			r.Worst = name
		}
	}
}

// apart is the relative difference from the truth. If the truth is 0, every other value is 100%
// wrong.
func apart(got, truth float64) float64 {
	switch {
	case got == truth:
		return 0
	case truth == 0:
		return 1
	}
	return math.Abs(got-truth) / truth
}

// awaitLive waits until a real exporter has plausible numbers for all of its SLOs.
func (d *Demo) awaitLive(ctx context.Context, source *pluginhost.DataSource, p preset, report *PresetReport) error {
	ctx, cancel := context.WithTimeout(ctx, liveWithin)
	defer cancel()
	for {
		problem := d.liveProblem(ctx, source, p, report)
		if problem == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nothing within %s: %w", liveWithin, problem)
		case <-time.After(5 * time.Second):
		}
		// Its labels are known after the first scrape.
		if all, err := d.offered(ctx, source); err == nil {
			for _, fresh := range all {
				if fresh.Name == p.Name {
					p = fresh
				}
			}
		}
	}
}

func (d *Demo) liveProblem(ctx context.Context, source *pluginhost.DataSource, p preset, report *PresetReport) error {
	if err := use(source, p.Catalog); err != nil {
		return err
	}
	total := 0
	for _, s := range p.SLOs {
		if !s.Ready {
			return fmt.Errorf("%s is not offered: there is no %s", s.Name, strings.Join(s.Missing, ", "))
		}
		groups, err := d.groups(ctx, source, s.Name, time.Now().Truncate(time.Minute))
		if err != nil {
			return err
		}
		if len(groups) == 0 {
			return fmt.Errorf("%s has no groups", s.Name)
		}
		for _, g := range groups {
			if g.events == nil || g.bad == nil || *g.events <= 0 || *g.bad < 0 || *g.bad > *g.events {
				return fmt.Errorf("%s: %v has no possible number of events", s.Name, g.labels)
			}
		}
		total += len(groups)
	}
	report.SLOs += len(p.SLOs)
	report.Groups += total
	return nil
}
