package scrape

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// Cluster emits the series of a deployment in kube-state-metrics in [fromMS, untilMS): its
// generation, and its replica sets with their owner and size. It is stateless: the same time gives
// the same samples. All samples of one slice of labels are consecutive.
func Cluster(b *sim.Behaviour, fromMS, untilMS int64,
	sink func(series []labels.Labels, index int, atMS int64, v float64),
) {
	// includes the last one to be removed
	sets := b.ReplicaSetsBetween(fromMS-sim.ClusterScrapeInterval.Milliseconds(), untilMS)
	if len(sets) == 0 {
		return
	}
	first, every := b.ClusterScrapeMS(fromMS), sim.ClusterScrapeInterval.Milliseconds()
	deployment := []labels.Labels{clusterSeries(b.Workload, "kube_deployment_status_observed_generation", "deployment",
		b.Name)}
	for at := first; at < untilMS; at += every {
		generation := int64(-1)
		for _, s := range sets {
			if s.StartMS <= at {
				generation = s.Generation
			}
		}
		if generation >= 0 {
			sink(deployment, 0, at, float64(generation))
		}
	}
	for _, s := range sets {
		series := []labels.Labels{
			clusterSeries(b.Workload, "kube_replicaset_spec_replicas", "replicaset", s.Name),
			clusterSeries(b.Workload, "kube_replicaset_owner", "replicaset", s.Name,
				"owner_kind", "Deployment", "owner_name", b.Name, "owner_is_controller", "true"),
		}
		for at := first; at < untilMS; at += every {
			switch {
			case at < s.StartMS:
			case s.RemovedMS == 0 || at < s.RemovedMS:
				sink(series, 0, at, float64(s.Replicas(at)))
				sink(series, 1, at, 1)
			case at-every < s.RemovedMS: // the first scrape without it
				sink(series, 0, at, staleMarker)
				sink(series, 1, at, staleMarker)
			}
		}
	}
}

func clusterSeries(w *sim.Workload, name string, more ...string) labels.Labels {
	all := append([]string{
		model.MetricNameLabel, name, "namespace", w.Namespace, "job", "kube-state-metrics", "instance",
		"10.15.0.7:8080",
	}, more...)
	return labels.FromStrings(all...)
}
