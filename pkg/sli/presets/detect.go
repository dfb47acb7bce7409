package presets

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/lookup"
	"github.com/burnline/burnline/pkg/sli"
)

// Server lists names of metrics and labels. No samples are read.
type Server = lookup.Server

// recent is the time range in which metrics must exist.
const recent = time.Hour

// parallel bounds concurrent requests.
const parallel = 4

// Finding describes how far a preset can be used on a server.
type Finding struct {
	Preset
	Found  []string // its metrics on the server
	Offers []Offer  // one for each of its SLOs
}

// Ready returns the definitions that can be used.
func (f Finding) Ready() []Definition {
	var out []Definition
	for _, o := range f.Offers {
		if o.Ready {
			out = append(out, o.Definition)
		}
	}
	return out
}

// Detect looks for the metrics of presets in the last hour: one request for all names, then, for
// each SLO with metrics, one for labels and one for buckets.
func Detect(ctx context.Context, server Server, presets []Preset, now time.Time) ([]Finding, error) {
	existing, err := findMetrics(ctx, server, presets, now)
	if err != nil {
		return nil, err
	}
	out := make([]Finding, len(presets))
	fit := fitter{lookup.Finder{Server: server, Now: now}, existing}
	g, ctx := fault.WithContext(ctx)
	g.SetLimit(parallel)
	for i, p := range presets {
		out[i] = Finding{Preset: p, Offers: make([]Offer, len(p.SLOs))}
		for _, name := range p.Metrics() {
			if existing[name] || existing[name+bucketSuffix] {
				out[i].Found = append(out[i].Found, name)
			}
		}
		for k, s := range p.SLOs {
			g.Go(func() (err error) {
				out[i].Offers[k], err = fit.offer(ctx, s)
				return err
			})
		}
	}
	return out, g.Wait()
}

// findMetrics returns the metrics of the presets that the server has.
func findMetrics(ctx context.Context, server Server, presets []Preset, now time.Time) (map[string]bool, error) {
	all := slices.Clone(kubernetes.Metrics)
	for _, p := range presets {
		all = append(all, p.Metrics()...)
		for _, s := range p.SLOs {
			all = append(all, candidateMetrics(s.SLO)...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	match := labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, strings.Join(all, "|"))
	names, err := server.Names(ctx, model.MetricNameLabel, sli.Selector([]*labels.Matcher{match}), now.Add(-recent),
		now, uint64(len(all)))
	existing := make(map[string]bool, len(names))
	for _, name := range names {
		existing[name] = true
	}
	return existing, err
}
