package cluster

import "github.com/burnline/burnline/devstack/workloads/sim"

var etcdBounds = []float64{
	0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
	8.192,
}

// etcd is what the member on the control plane's node observes of its disk.
func etcd() instrument {
	in := instrument{
		job: "kube-etcd", bare: true, outcomes: []outcome{{good, 1}},
		histograms: []histogram{
			{
				name: "etcd_disk_wal_fsync_duration_seconds", bounds: etcdBounds, unit: inSeconds, factor: 0.2,
				spread: 0.4,
			},
			{
				name: "etcd_disk_backend_commit_duration_seconds", bounds: etcdBounds, unit: inSeconds, factor: 0.3,
				spread: 0.4,
			},
		},
		gauges: []gauge{{"etcd_server_has_leader", nil, func(*workload, *Pod, int64) float64 { return 1 }}},
	}
	in.presetSLOs = []presetSLO{
		{slo: "etcd-fsync", bound: 0.016},
		{slo: "etcd-commit", histogram: 1, bound: 0.032},
		{slo: "etcd-leader", slices: func(*workload, int64) bool { return false }},
	}
	return in
}

// scheduler is what the scheduler observes.
func scheduler() instrument {
	bounds := make([]float64, 20)
	for i := range bounds {
		bounds[i] = 0.01 * float64(int(1)<<i)
	}
	in := instrument{
		job: "kube-scheduler", bare: true, share: 0.01, outcomes: []outcome{{good, 1}, {bad, 1}},
		counters: byStatus("scheduler_schedule_attempts_total", []string{"profile", "default-scheduler"}, "result",
			"scheduled", "error"),
		histograms: []histogram{{
			name:   "scheduler_pod_scheduling_sli_duration_seconds",
			labels: []string{"attempts", "1"}, of: []int{0}, bounds: bounds, unit: inSeconds, factor: 2,
		}},
	}
	in.presetSLOs = []presetSLO{
		{slo: "scheduler-latency", bound: 5.12},
		{slo: "scheduler-errors", total: []int{0, 1}, bad: []int{1}},
	}
	return in
}

// coredns is what the cluster's DNS counts of its answers.
func coredns() instrument {
	of := []string{"server", "dns://:53", "zone", ".", "view", ""}
	in := instrument{
		job: "coredns", outcomes: webOutcomes,
		counters: byStatus("coredns_dns_responses_total", with(of, "plugin", "kubernetes"), "rcode", "NOERROR",
			"NXDOMAIN", "SERVFAIL"),
		histograms: []histogram{{
			name: "coredns_dns_request_duration_seconds", labels: with(of, "type", "A"), unit: inSeconds,
			bounds: []float64{
				0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512,
				1.024, 2.048, 4.096, 8.192,
			},
		}},
	}
	in.addSLO("coredns-availability", nil)
	in.latency("coredns-latency", nil, 0.032)
	return in
}

// podStarts is what a kubelet observes of the pods that it starts.
func podStarts() instrument {
	bounds := []float64{
		0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200,
		1800, 2700, 3600,
	}
	in := instrument{
		job: "kubelet", bare: true, share: 0.000005, outcomes: []outcome{{good, 1}},
		histograms: []histogram{
			{name: "kubelet_pod_start_sli_duration_seconds", bounds: bounds, unit: inSeconds, factor: 1.5, spread: 0.5},
			{
				name: "kubelet_pod_start_total_duration_seconds", bounds: bounds, unit: inSeconds, factor: 12,
				spread: 0.8,
			},
		},
	}
	in.presetSLOs = []presetSLO{{slo: "pod-start", bound: 5}, {slo: "pod-start-total", histogram: 1, bound: 60}}
	return in
}

// ciliumHealth is what the agent of a node observes of its probes to the others.
func ciliumHealth() instrument {
	in := instrument{
		job: "cilium-agent", labels: []string{"service", "cilium-agent", "endpoint", "metrics", "k8s_app", "cilium"},
		share: 0.00002, node: "source_node_name",
		outcomes: []outcome{{good, 1}},
		histograms: []histogram{{
			name: "cilium_node_health_connectivity_latency_seconds",
			labels: []string{
				"source_cluster", "default", "type", "node", "address_type", "primary", "protocol",
				"icmp",
			},
			bounds: defaultBounds, unit: inSeconds, factor: 0.003, spread: 0.5,
		}},
	}
	in.presetSLOs = []presetSLO{{
		slo: "cilium-connectivity", labels: []string{"source_cluster", "default"},
		bound: 0.01,
	}}
	return in
}

// expired: a certificate could not be renewed.
var expired = sim.Span{Before: 2*24*3600e9 + 6*3600e9, Duration: 95 * 60e9}

// certificates is what cert-manager exports of one of them.
func certificates(namespace, name string) instrument {
	of := []string{"exported_namespace", namespace, "name", name}
	ready := func(atMS, anchorMS int64) bool { return !expired.Within(atMS, anchorMS) }
	return instrument{
		job: "cert-manager", outcomes: []outcome{{good, 1}},
		gauges: []gauge{
			{
				"certmanager_certificate_ready_status", with(of, "condition", "True"),
				func(w *workload, _ *Pod, atMS int64) float64 { return flag(ready(atMS, w.anchorMS)) },
			},
			{
				"certmanager_certificate_ready_status", with(of, "condition", "False"),
				func(w *workload, _ *Pod, atMS int64) float64 { return flag(!ready(atMS, w.anchorMS)) },
			},
		},
		presetSLOs: []presetSLO{{
			slo: "certificate-ready", labels: of,
			slices: func(w *workload, atMS int64) bool { return !ready(atMS, w.anchorMS) },
		}},
	}
}

// rules returns Prometheus's metrics of rules and alerts.
func rules() instrument {
	group, to := []string{"rule_group", "/etc/prometheus/rules/burnline.yaml;slo"},
		[]string{"alertmanager", "http://alertmanager.monitoring:9093/api/v2/alerts"}
	in := instrument{
		job: "prometheus", outcomes: []outcome{{good, 1}, {bad, 1}},
		counters: []counter{
			{name: "prometheus_rule_evaluations_total", labels: group, of: []int{0, 1}},
			{name: "prometheus_rule_evaluation_failures_total", labels: group, of: []int{1}},
			{name: "prometheus_rule_group_iterations_total", labels: group, of: []int{0, 1}},
			{name: "prometheus_rule_group_iterations_missed_total", labels: group, of: []int{1}},
			{name: "prometheus_notifications_sent_total", labels: to, of: []int{0, 1}},
			{name: "prometheus_notifications_errors_total", labels: to, of: []int{1}},
		},
	}
	for _, slo := range []string{"prometheus-rules", "prometheus-rules-missed"} {
		in.presetSLOs = append(in.presetSLOs, presetSLO{slo: slo, labels: group, total: []int{0, 1}, bad: []int{1}})
	}
	in.presetSLOs = append(in.presetSLOs,
		presetSLO{slo: "prometheus-notifications", labels: to, total: []int{0, 1}, bad: []int{1}})
	return in
}

// notifications is what Alertmanager counts of one receiver.
func notifications() instrument {
	of := []string{"integration", "slack"}
	in := instrument{
		job: "alertmanager", outcomes: []outcome{{good, 1}, {bad, 1}}, share: 0.1,
		counters: []counter{
			{name: "alertmanager_notifications_total", labels: of, of: []int{0, 1}},
			{name: "alertmanager_notifications_failed_total", labels: with(of, "reason", "serverError"), of: []int{1}},
		},
	}
	in.presetSLOs = []presetSLO{{slo: "alertmanager-notifications", labels: of, total: []int{0, 1}, bad: []int{1}}}
	return in
}
