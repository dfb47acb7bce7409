package cluster

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// What one of OBI's connections is, and how many bytes it sends.
const (
	connected = iota
	unconnected
	timedOut

	segmentBytes = 1448
	// With these, two percent of the segments are retransmitted if one connection in a hundred fails.
	// Both are prime, so that no share equals 1%.
	segmentsOfConnection = 101
	retransmitsOfFailure = 211
)

// Incidents of connections: upstream servers reset streams, and connections take long to be set up.
var (
	brokenStreams = span(8*time.Hour+15*time.Minute, 30*time.Minute)
	slowHandshake = span(2*time.Hour+50*time.Minute, 30*time.Minute)
)

var obiBounds = []float64{0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1}

// obiTCP is what OBI, or Beyla by another prefix, counts of the connections of a workload with one
// of its callers: at the caller's end, and at its own.
func obiTCP(prefix string, wl *workload, c caller) *instrument {
	end := func(side, namespace, name string) []string {
		return []string{
			"k8s_" + side + "_namespace", namespace, "k8s_" + side + "_owner_name", name,
			"k8s_" + side + "_owner_type", "Deployment",
		}
	}
	calling := with(end("src", c.namespace, c.name), end("dst", wl.namespace, wl.name)...)
	called := with(end("src", wl.namespace, wl.name), end("dst", c.namespace, c.name)...)
	client, server := with(calling, "network_tcp_handshake_role", "client"),
		with(called, "network_tcp_handshake_role", "server")
	in := &instrument{
		outcomes: []outcome{{good, 1}, {bad, 0.7}, {bad, 0.3}},
		counters: []counter{
			{name: prefix + "_stat_tcp_successful_connections_total", labels: client, of: []int{connected}},
			{name: prefix + "_stat_tcp_successful_connections_total", labels: server, of: []int{connected}},
			{
				name: prefix + "_stat_tcp_failed_connections_total", labels: with(client, "reason", "refused"),
				of: []int{unconnected},
			},
			{
				name: prefix + "_stat_tcp_failed_connections_total", labels: with(client, "reason", "timed-out"),
				of: []int{timedOut},
			},
			{
				name: prefix + "_stat_tcp_io_bytes_total", labels: with(called, "network_io_direction", "transmit"),
				of: all, factor: segmentBytes * segmentsOfConnection,
			},
			{
				name: prefix + "_stat_tcp_io_bytes_total", labels: with(called, "network_io_direction", "receive"),
				of: all, factor: 512,
			},
			{
				name: prefix + "_stat_tcp_retransmits_total", labels: called, of: []int{unconnected, timedOut},
				factor: retransmitsOfFailure, base: 1e6,
			},
		},
		histograms: []histogram{{
			name: prefix + "_stat_tcp_rtt_seconds", labels: called, of: []int{connected},
			bounds: obiBounds, unit: inSeconds, factor: 0.02,
		}},
	}
	in.presetSLOs = []presetSLO{
		{slo: prefix + "-tcp-connect", labels: calling, total: all, bad: []int{unconnected, timedOut}},
		{
			slo: prefix + "-tcp-retransmits", labels: called, total: all, bad: []int{unconnected, timedOut},
			share: 0.01 * segmentsOfConnection / retransmitsOfFailure,
		},
		{slo: prefix + "-tcp-rtt", labels: called, bound: 0.01},
	}
	times, tried := in.firstOf(0)+len(obiBounds), reading{of: all, factor: 1}
	in.signals = []totalSignal{
		{
			name:  "tcp_retransmits",
			value: reading{of: []int{unconnected, timedOut}, factor: retransmitsOfFailure, base: 1e6},
		},
		{
			name: "tcp_rtt", value: reading{of: []int{times + 1}, factor: 1 / fine},
			over: reading{of: []int{times}, factor: 1},
		},
		{
			name: "connect_failures", of: c.namespace + "/" + c.name,
			value: reading{of: []int{unconnected, timedOut}, factor: 1}, over: tried, apart: true,
		},
	}
	return in
}

// retina is what Retina counts of the packets that a workload sends. Its types are gauges.
func retina(wl *workload) *instrument {
	of := []string{"source_namespace", wl.namespace, "source_workload", wl.name}
	in := &instrument{
		outcomes: []outcome{{good, 1}, {bad, 1}},
		counters: []counter{
			{
				name: "networkobservability_adv_forward_count", labels: with(of, "direction", "egress"),
				of:     []int{0, 1},
				factor: segmentsOfConnection,
			},
			{
				name: "networkobservability_adv_tcpretrans_count", labels: of, of: []int{1},
				factor: retransmitsOfFailure,
				base:   1e6,
			},
		},
	}
	in.presetSLOs = []presetSLO{{
		slo: "retina-retransmits", labels: of, total: []int{0, 1}, bad: []int{1},
		share: 0.01 * segmentsOfConnection / retransmitsOfFailure,
	}}
	return in
}

var netobservBounds = []float64{0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.25, 1}

// netobserv is what NetObserv observes of the flows to a workload.
func netobserv(wl *workload, c caller) *instrument {
	of := []string{
		"SrcK8S_Namespace", c.namespace, "SrcK8S_OwnerName", c.name, "DstK8S_Namespace", wl.namespace,
		"DstK8S_OwnerName", wl.name,
	}
	in := &instrument{outcomes: []outcome{{good, 1}, {bad, 1}}, histograms: []histogram{
		{name: "netobserv_workload_rtt_seconds", labels: of, bounds: netobservBounds, unit: inSeconds, factor: 0.02},
		{
			name: "netobserv_workload_dns_latency_seconds", labels: of, bounds: netobservBounds, unit: inSeconds,
			factor: 0.1,
		},
	}}
	queries := in.firstOf(1) + len(netobservBounds)
	in.signals = []totalSignal{{
		name: "dns_latency", value: reading{of: []int{queries + 1}, factor: 1 / fine},
		over: reading{of: []int{queries}, factor: 1},
	}}
	in.presetSLOs = []presetSLO{
		{slo: "netobserv-rtt", labels: of, bound: 0.01},
		{slo: "netobserv-dns-latency", labels: of, histogram: 1, bound: 0.1},
	}
	return in
}

// hubbleDNS counts the answers that a workload got.
func hubbleDNS(wl *workload) *instrument {
	to := []string{
		"source_namespace", "kube-system", "source_workload", "coredns", "destination_namespace",
		wl.namespace, "destination_workload", wl.name,
	}
	in := &instrument{
		outcomes: []outcome{{good, 1}, {client, 1}, {bad, 1}}, failing: 0.1,
		counters: byStatus("hubble_dns_responses_total", with(to, "qtypes", "A", "ips_returned", "1"), "rcode",
			"No Error", "Non-Existent Domain", "Server Failure "),
	}
	in.signals = []totalSignal{{name: "dns_failures", value: reading{of: []int{failed}, factor: 1}, counted: true}}
	in.presetSLOs = []presetSLO{{slo: "hubble-dns-availability", labels: to, total: all, bad: []int{failed}}}
	return in
}

// ztunnel counts the connections to a service of an ambient mesh.
func ztunnel(namespace, name string) instrument {
	to := []string{"destination_service_name", name, "destination_service_namespace", namespace}
	from := with(to, "reporter", "source", "source_workload", "ingress-nginx-controller", "source_workload_namespace",
		"edge")
	in := instrument{
		job: "istio-system/ztunnel", outcomes: webOutcomes, counters: []counter{
			{
				name: "istio_tcp_connections_opened_total", labels: with(from, "response_flags", "-"),
				of: []int{answered},
			},
			{
				name: "istio_tcp_connections_failed_total", labels: with(from, "response_flags", "DENY"),
				of: []int{refused},
			},
			{
				name: "istio_tcp_connections_failed_total", labels: with(from, "response_flags", "CONNECT"),
				of: []int{failed},
			},
		},
	}
	in.signals = []totalSignal{{
		name: "connect_failures", of: "edge/ingress-nginx-controller",
		value: reading{of: []int{failed}, factor: 1}, over: reading{of: []int{answered, failed}, factor: 1},
		apart: true,
	}}
	in.presetSLOs = []presetSLO{{
		slo: "istio-ambient-connect", labels: to, total: []int{answered, failed},
		bad: []int{failed},
	}}
	return in
}

// kong is what the Kong gateway counts of one service.
func kong(service string, share float64) instrument {
	of := []string{"service", service, "route", service}
	in := instrument{
		job: "edge/kong", share: share, outcomes: webOutcomes,
		counters: byStatus("kong_http_requests_total", of, "code", "200", "404", "503"),
		histograms: []histogram{{
			name: "kong_request_latency_ms", labels: of,
			bounds: []float64{25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000}, unit: inMilliseconds,
		}},
	}
	in.addSLO("kong-availability", of)
	in.latency("kong-latency", of, 400)
	return in
}

// haproxy is what HAProxy counts of one backend.
func haproxy(backend string, share float64) instrument {
	of := []string{"proxy", backend}
	in := instrument{
		job: "edge/haproxy", share: share, outcomes: webOutcomes,
		counters: byStatus("haproxy_backend_http_responses_total", of, "code", "2xx", "4xx", "5xx"),
	}
	in.addSLO("haproxy-availability", of)
	return in
}

// grpcOtel is what gRPC's OpenTelemetry plugin observes.
func grpcOtel(job, method string) instrument {
	of := []string{"grpc_method", method}
	in := instrument{job: job, outcomes: webOutcomes}
	in.timed("grpc_server_call_duration_seconds", of, "grpc_status", []string{"OK", "NOT_FOUND", "UNAVAILABLE"},
		defaultBounds, inSeconds)
	in.addSLO("grpc-otel-availability", of)
	in.latency("grpc-otel-latency", of, 0.25)
	return in
}

// knative is what the queue proxy of a revision observes.
func knative(job string) instrument {
	in := instrument{job: job, outcomes: []outcome{{good, 1}, {bad, 1}}}
	in.timed("kn_serving_invocation_duration_seconds", nil, "http_response_status_code", []string{"200", "503"},
		defaultBounds, inSeconds)
	in.presetSLOs = []presetSLO{{slo: "knative-availability", total: []int{0, 1}, bad: []int{1}}}
	in.latency("knative-latency", nil, 0.5)
	return in
}

// lagging: the consumers of a topic do not keep up.
var lagging = sim.Span{Before: 7 * 3600e9, Duration: 50 * 60e9}

// kafkaLag is how far consumers are behind.
func kafkaLag(group, topic string) instrument {
	of := []string{"consumergroup", group, "topic", topic}
	return instrument{
		job: "data/kafka-exporter", outcomes: []outcome{{good, 1}},
		gauges: []gauge{{
			"kafka_consumergroup_lag", with(of, "partition", "0"),
			func(w *workload, p *Pod, atMS int64) float64 {
				if lagging.Within(atMS, w.anchorMS) {
					return 25_000
				}
				return 10 + float64(atMS/minuteMS%7)
			},
		}},
		presetSLOs: []presetSLO{{
			slo: "kafka-lag", labels: of,
			slices: func(w *workload, atMS int64) bool { return lagging.Within(atMS, w.anchorMS) },
		}},
	}
}

// infinibandBytes is how many bytes a second each node with GPUs receives.
const infinibandBytes = 50e6

// infiniband adds what node-exporter counts of the ports of the nodes with GPUs. Their links stay up.
func (w *World) infiniband() {
	for _, name := range gpuNodes {
		of := []string{
			"device", "mlx5_0", "port", "1", "instance", nodeNamed(name).ip + ":9100", "job",
			"node-exporter",
		}
		t := &target{grid: w.gpuGrid(name), startMS: w.fromMS, series: []labels.Labels{
			named("node_infiniband_link_downed_total", of), named("node_infiniband_port_data_received_bytes_total", of),
		}}
		w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) {
			t.gauges(fromMS, untilMS, sink,
				func(atMS int64, out []float64) { out[0], out[1] = 0, infinibandBytes*w.seconds(atMS) })
		})
		w.truths = append(w.truths,
			&group{
				"infiniband-link", Slices, labels.FromStrings(of...).Map(),
				func(afterMS, upToMS int64) (float64, float64) {
					return minutes(t.grid, w.recorded, afterMS, upToMS, func(int64) bool { return false })
				},
			})
	}
}
