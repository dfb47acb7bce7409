package identity

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/promclient"
)

// ownersByHour are the rows that pods had in the hour that ends at each step.
const ownersByHour = `max by (cluster, namespace, exported_namespace, pod, exported_pod, owner_kind, owner_name, owner_is_controller)` +
	` (last_over_time(kube_pod_owner{%s=~%q}[1h]))`

// follow asks, hour by hour, whose the pods were that have had several owners.
func (a *asking) follow(ctx context.Context, c chain, pods []Pod, stays map[Pod][]Stay) error {
	for chunk := range slices.Chunk(pods, podsAtOnce) {
		names := make([]string, len(chunk))
		for i, p := range chunk {
			names[i] = regexp.QuoteMeta(p.Name)
		}
		slices.Sort(names)
		pattern := strings.Join(slices.Compact(names), "|")
		for _, label := range []string{"pod", "exported_pod"} {
			expr := fmt.Sprintf(ownersByHour, label, pattern)
			span := promclient.Range{Start: a.from.Add(time.Hour), End: a.to, Step: time.Hour}
			matrix, warnings, err := a.source.QueryRange(ctx, expr, span)
			if err != nil {
				return err
			}
			a.took.Queries++
			a.took.Warnings = append(a.took.Warnings, warnings...)
			a.took.Sent = append(a.took.Sent, expr)
			for pod, s := range c.byHour(matrix) {
				if slices.Contains(chunk, pod) {
					stays[pod] = s
				}
			}
			if len(matrix) > 0 {
				break
			}
		}
	}
	return nil
}

// byHour are the stays of pods with their times.
func (c chain) byHour(matrix model.Matrix) map[Pod][]Stay {
	hours := map[model.Time]ownership{}
	for _, s := range matrix {
		for _, v := range s.Values {
			if hours[v.Timestamp] == nil {
				hours[v.Timestamp] = ownership{}
			}
			hours[v.Timestamp].add([]model.LabelSet{model.LabelSet(s.Metric)}, "pod")
		}
	}
	ends := make([]model.Time, 0, len(hours))
	for at := range hours {
		ends = append(ends, at)
	}
	slices.Sort(ends)
	out := map[Pod][]Stay{}
	for i, at := range ends {
		for key := range hours[at] {
			pod := key
			all := c.inHour(pod, hours[at])
			w := all[len(all)-1]
			if len(all) > 1 && i+1 < len(ends) { // who comes in the hour stays for the next one
				for _, later := range c.inHour(pod, hours[ends[i+1]]) {
					if slices.Contains(all, later) {
						w = later
					}
				}
			}
			stays := out[pod]
			if n := len(stays); n > 0 && stays[n-1].Workload != w {
				begin := at.Time().Add(-time.Hour).UTC()
				stays[n-1].To = begin
				out[pod] = append(stays, Stay{Workload: w, From: begin})
			} else if n == 0 {
				out[pod] = []Stay{{Workload: w}}
			}
		}
	}
	return out
}

// inHour are the workloads that a pod had in one hour, each once.
func (c chain) inHour(pod Pod, rows ownership) []Workload {
	var out []Workload
	for _, o := range rows.of(pod) {
		if w := c.workload(pod, o); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
