package resources

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/promexpr"
)

// warnMissingMetrics warns of signals without metrics, once for each exporter, with how to enable them.
func (out *Answer) warnMissingMetrics(c *Catalog, there inventory, found map[string]*reading) {
	for _, e := range c.Exporters {
		var titles, metrics []string
		for _, s := range out.Signals {
			if len(s.Sources) > 0 && len(c.readable(s, there)) > 0 {
				continue
			}
			lacks := false
			for _, name := range s.readNames() {
				r, is := c.Reads[name]
				if !is || r.Optional || r.Exporter != e.Name || r.isReadable(there.there) ||
					s.Over == name && len(c.readable(s, there)) > 0 {
					continue
				}
				lacks = true
				for _, metric := range r.Metrics() {
					if !there.there[metric] && !slices.Contains(metrics, metric) {
						metrics = append(metrics, metric)
					}
				}
			}
			if lacks {
				titles = append(titles, s.Title)
			}
		}
		if len(titles) > 0 {
			missing := fmt.Sprintf("No %s: there is no %s. ", strings.Join(titles, ", "), strings.Join(metrics, ", "))
			if c.hasAny(e, there) {
				out.warn(missing + e.Title +
					" is there: what the metrics are about may not exist (no limits, no such workloads), or they are turned off")
			} else {
				out.warn(missing + "It would come from " + e.Title + ". To turn it on: " + e.Enable)
			}
		}
	}
	for _, name := range sortedKeys(found) {
		f := found[name]
		e := c.From(name)
		if f.own > 0 && len(f.parts) == 0 {
			out.warn(fmt.Sprintf("%s: its series name no pod but its own, so that they belong to no workload. %s",
				e.Title, e.Enable))
		}
	}
}

func (c *Catalog) hasAny(e Exporter, there inventory) bool {
	for _, r := range c.Reads {
		if r.Exporter == e.Name && slices.ContainsFunc(r.Metrics(), func(m string) bool { return there.there[m] }) {
			return true
		}
	}
	return false
}

// warnAbsentExporters warns of exporters that existed in the time range and do not now, with their
// clusters. Their signals have no number, which is not 0.
func (r *Reader) warnAbsentExporters(ctx context.Context, out *Answer, there inventory, found map[string]*reading,
	members *memberships,
) error {
	if len(out.Instants) == 0 {
		return nil
	}
	// by cluster: present pods of cAdvisor, and whether kube-state-metrics exists
	used, present := map[string]int{}, map[string]bool{}
	var metrics []string
	pods := map[kubernetes.Pod]bool{}
	for _, name := range sortedKeys(found) {
		f := found[name]
		switch f.read.Exporter {
		case "kubelet":
			for _, p := range f.parts {
				if !math.IsNaN(p.points[len(p.points)-1]) && !pods[p.pod] {
					pods[p.pod] = true
					used[p.pod.Cluster]++
				}
			}
		case "kube-state-metrics":
			for _, p := range f.parts {
				present[p.pod.Cluster] = present[p.pod.Cluster] || !math.IsNaN(p.points[len(p.points)-1])
			}
			for _, m := range f.read.Metrics() {
				if there.there[m] && strings.HasPrefix(m, "kube_") {
					metrics = append(metrics, m)
				}
			}
		}
	}
	if len(metrics) > 0 && len(pods) > 0 {
		maps.DeleteFunc(pods, func(p kubernetes.Pod, _ bool) bool { // other notices name them
			return len(members.owners.Of(p)) == 0 || members.unclear[[2]string{p.Namespace, p.Name}] != nil
		})
		if err := r.warnUnlistedPods(ctx, out, pods); err != nil {
			return err
		}
	}
	silent := slices.DeleteFunc(sortedKeys(used), func(cluster string) bool { return present[cluster] })
	if len(metrics) == 0 || len(silent) == 0 && (len(used) > 0 || len(present) > 0) {
		return nil
	}
	expr := promexpr.Aggregate(parser.GROUP, []string{labelCluster},
		promexpr.Selector([]*labels.Matcher{promexpr.OneOf(model.MetricNameLabel, metrics...)})).String()
	m, took, err := r.instant(ctx, expr, out.Instants[len(out.Instants)-1])
	out.take(took)
	if err != nil {
		return err
	}
	for _, s := range m {
		present[string(s.Metric[labelCluster])] = true
	}
	const text = "kube-state-metrics has no data now%s, and had some before: requests, limits, replicas and shares of them have no number until it is back"
	switch {
	case len(m) == 0:
		out.warn(fmt.Sprintf(text, ""))
	case present[""]:
	default:
		for _, cluster := range silent {
			if !present[cluster] {
				out.warn(fmt.Sprintf(text, fmt.Sprintf(" in cluster %q (%d pods)", cluster, used[cluster])))
			}
		}
	}
	return nil
}

// unlistedShare is the share of running pods that kube-state-metrics may lack: those that started
// after its last scrape.
const unlistedShare = 0.1

// warnUnlistedPods warns if kube-state-metrics has fewer pods of a namespace than run now: one of
// its shards may be down.
func (r *Reader) warnUnlistedPods(ctx context.Context, out *Answer, running map[kubernetes.Pod]bool) error {
	by := bothSpellings([]string{labelNamespace})
	pods := promexpr.Aggregate(parser.GROUP, bothSpellings([]string{labelCluster, labelNamespace, labelPod}),
		promexpr.Series(kubernetes.PodOwner))
	m, took, err := r.instant(ctx, promexpr.Aggregate(parser.COUNT, by, pods).String(),
		out.Instants[len(out.Instants)-1])
	if out.take(took); err != nil || len(m) == 0 {
		return err
	}
	missing := map[string]int{}
	for pod := range running {
		missing[pod.Namespace]++
	}
	for _, s := range m {
		missing[labelOf(s.Metric, labelNamespace)] -= int(s.Values[len(s.Values)-1].Value)
	}
	n, most := 0, ""
	for _, namespace := range sortedKeys(missing) {
		if n += max(missing[namespace], 0); most == "" || missing[namespace] > missing[most] {
			most = namespace
		}
	}
	if float64(n) > unlistedShare*float64(len(running)) {
		out.warn(fmt.Sprintf("kube-state-metrics lists %d pods less than run now, most of them in namespace %s: their requests and limits have no number. "+
			"Is one of its shards away?", n, most))
	}
	return nil
}

// warnDisputes warns of objects with different values from exporters, and of pods that are read as a whole.
func (out *Answer) warnDisputes(c *Catalog, found map[string]*reading, members *memberships) {
	if names := slices.SortedFunc(maps.Keys(members.unclear),
		func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }); len(names) > 0 {
		first := names[0]
		out.warn(fmt.Sprintf("rows of %d pods and workloads, such as %s/%s, have no label cluster, and several clusters (%s) have one of that name. "+
			"Their requests, limits and replicas have no number. Give all exporters the label", len(names), first[0],
			first[1], strings.Join(members.unclear[first], ", ")))
	}
	for _, name := range sortedKeys(found) {
		f := found[name]
		f.disputes = slices.DeleteFunc(f.disputes, func(d dispute) bool {
			return members.unclear[[2]string{d.pod.Namespace, cmp.Or(d.workload.Name, d.pod.Name)}] != nil
		})
		e := c.From(name)
		if len(f.disputes) > 0 {
			d := f.disputes[0]
			choice := "larger"
			if f.read.Doubles == Smallest {
				choice = "smaller"
			}
			out.warn(fmt.Sprintf("%s: two of them differ about %d of %s (such as %s/%s: %g and %g). The %s is shown. One of them may expose old rows",
				e.Title, len(f.disputes), strings.Join(f.read.Metrics(), ", "), d.pod.Namespace,
				cmp.Or(d.workload.Name, d.pod.Name), d.low, d.high, choice))
		}
		if len(f.whole) > 0 && len(f.parts) > 0 {
			in := ""
			if f.whole[0] != "" {
				in = " of cluster " + strings.Join(f.whole, ", ")
			}
			out.warn(fmt.Sprintf("cAdvisor%s names no container: CPU and memory are of pods as a whole, and shares of requests and limits of containers have no number. "+
				"cri-dockerd is known for it. Use containerd, or cri-dockerd 0.3.10 with the kubelet's own cAdvisor",
				in))
		}
	}
}
