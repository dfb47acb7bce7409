package cluster

import "math"

// The bounds of the histograms of proxies, in milliseconds.
var (
	envoyBounds = []float64{
		0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
		1800000, 3600000,
	}

	linkerdBounds = []float64{
		1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 100, 200, 300, 400, 500, 1000, 2000, 3000, 4000, 5000, 10000, 20000,
		30000, 40000, 50000,
	}
)

const (
	inSeconds      = 1
	inMilliseconds = 0.001
)

// Outcomes that most programs distinguish: success, client error, server error.
const (
	answered = iota
	refused
	failed
)

var (
	webOutcomes = []outcome{{good, 1}, {client, 1}, {bad, 1}}
	all         = []int{answered, refused, failed}
)

func with(labels []string, more ...string) []string {
	return append(append(make([]string, 0, len(labels)+len(more)), labels...), more...)
}

// byStatus are counters of one name, one for each outcome.
func byStatus(name string, labels []string, label string, values ...string) []counter {
	var out []counter
	for i, v := range values {
		out = append(out, counter{name: name, labels: with(labels, label, v), of: []int{i}})
	}
	return out
}

// istio returns the metrics of the server's sidecar, by caller. gRPC calls have their own status.
func istio(namespace, name string, from caller) []instrument {
	ends := []string{
		"source_workload", from.name, "source_workload_namespace", from.namespace,
		"destination_workload", name, "destination_workload_namespace", namespace, "destination_service_name", name,
		"destination_service_namespace", namespace, "destination_service",
		name + "." + namespace + ".svc.cluster.local",
		"connection_security_policy", "mutual_tls",
	}
	to := []string{"destination_workload", name, "destination_workload_namespace", namespace}
	web, calls := istioReport("destination", ends, webOutcomes, "http"),
		istioReport("destination", ends, []outcome{{good, 1}, {bad, 1}}, "grpc")
	web.share, calls.share = 0.8, 0.2
	web.counters = byStatus("istio_requests_total", with(ends, "reporter", "destination", "request_protocol", "http"),
		"response_code", "200", "404", "503")
	for i, status := range []string{"0", "14"} {
		calls.counters = append(calls.counters, counter{
			name: "istio_requests_total", of: []int{i},
			labels: with(ends, "reporter", "destination", "request_protocol", "grpc", "response_code", "200",
				"grpc_response_status", status),
		})
	}
	web.presetSLOs = []presetSLO{
		{slo: "istio-availability", labels: to, total: all, bad: []int{failed}},
		{slo: "istio-latency", labels: to, bound: 500},
	}
	calls.presetSLOs = []presetSLO{
		{slo: "istio-availability", labels: to, total: []int{0, 1}},
		{slo: "istio-latency", labels: to, bound: 500},
		{slo: "istio-grpc-availability", labels: to, total: []int{0, 1}, bad: []int{1}},
	}
	return []instrument{web, calls}
}

func istioReport(reporter string, ends []string, outcomes []outcome, protocol string) instrument {
	return instrument{
		job: "istio-system/envoy-stats-monitor", outcomes: outcomes,
		histograms: []histogram{{
			name: "istio_request_duration_milliseconds", bounds: envoyBounds, unit: inMilliseconds,
			labels: with(ends, "reporter", reporter, "request_protocol", protocol, "response_code", "200"),
		}},
	}
}

// istioClient returns the metrics of a caller's sidecar.
func istioClient(from caller, to caller) instrument {
	service := []string{"destination_service_name", to.name, "destination_service_namespace", to.namespace}
	ends := with(service, "source_workload", from.name, "source_workload_namespace", from.namespace,
		"destination_workload", to.name, "destination_workload_namespace", to.namespace)
	// no durations, to save disk space: they equal the server's
	in := instrument{job: "istio-system/envoy-stats-monitor", outcomes: webOutcomes, share: to.share}
	in.counters = byStatus("istio_requests_total", with(ends, "reporter", "source", "request_protocol", "http"),
		"response_code", "200", "404", "503")
	in.presetSLOs = []presetSLO{{slo: "istio-client-availability", labels: service, total: all, bad: []int{failed}}}
	return in
}

// waypoint returns the metrics of an ambient mesh's proxy.
func waypoint(namespace, name string) instrument {
	ends := []string{"destination_workload", name, "destination_workload_namespace", namespace}
	in := instrument{job: "istio-system/waypoint", outcomes: webOutcomes}
	in.counters = byStatus("istio_requests_total", with(ends, "reporter", "waypoint", "request_protocol", "http"),
		"response_code", "200", "404", "503")
	in.histograms = []histogram{{
		name:   "istio_request_duration_milliseconds",
		labels: with(ends, "reporter", "waypoint"), bounds: envoyBounds, unit: inMilliseconds,
	}}
	in.presetSLOs = []presetSLO{
		{slo: "istio-ambient-availability", labels: ends, total: all, bad: []int{failed}},
		{slo: "istio-ambient-latency", labels: ends, bound: 500},
	}
	return in
}

// linkerd returns the metrics of Linkerd's proxy next to a workload.
func linkerd(kind, name string) instrument {
	inbound := []string{"direction", "inbound", "tls", "true"}
	called := []string{"dst_namespace", "legacy", "dst_deployment", "ledger"} // has no proxy
	outbound := with(called, "direction", "outbound", "tls", "no_identity")
	in := instrument{
		job: "linkerd-proxy", labels: []string{kind, name}, outcomes: []outcome{{good, 1}, {bad, 1}},
		counters: []counter{
			{
				name: "response_total", labels: with(inbound, "classification", "success", "status_code", "200"),
				of: []int{0},
			},
			{
				name: "response_total", labels: with(inbound, "classification", "failure", "status_code", "503"),
				of: []int{1},
			},
			{
				name: "response_total",
				labels: []string{
					"direction", "outbound", "tls", "true", "classification", "success", "status_code",
					"200",
				}, of: []int{0}, factor: 2,
			},
			{
				name: "response_total", labels: with(outbound, "classification", "success", "status_code", "200"),
				of: []int{0},
			},
			{
				name: "response_total", labels: with(outbound, "classification", "failure", "status_code", "503"),
				of: []int{1},
			},
		},
		histograms: []histogram{{
			name: "response_latency_ms", labels: with(inbound, "status_code", "200"),
			bounds: linkerdBounds, unit: inMilliseconds,
		}},
	}
	in.presetSLOs = []presetSLO{
		{slo: "linkerd-availability", total: []int{0, 1}, bad: []int{1}},
		{slo: "linkerd-latency", bound: 500},
		{slo: "linkerd-client-availability", labels: called, total: []int{0, 1}, bad: []int{1}},
	}
	return in
}

// nginx returns the metrics of one ingress in ingress-nginx. Without honorLabels, its namespace and
// service are in exported labels.
func nginx(namespace, ingress, service string, share float64) instrument {
	of := []string{"exported_namespace", namespace, "ingress", ingress, "exported_service", service}
	labels := with(of, "controller_class", "k8s.io/ingress-nginx", "host", ingress+".example.org", "path", "/",
		"method", "GET")
	in := instrument{
		job:    "ingress-nginx-controller-metrics",
		labels: []string{"service", "ingress-nginx-controller-metrics", "endpoint", "metrics"},
		share:  share, outcomes: webOutcomes, started: true,
		counters: byStatus("nginx_ingress_controller_requests", labels, "status", "200", "499", "502"),
	}
	in.timed("nginx_ingress_controller_request_duration_seconds", labels, "status", []string{"200", "499", "502"},
		defaultBounds, inSeconds)
	in.addSLO("ingress-nginx-availability", of)
	in.latency("ingress-nginx-latency", of, 1)
	return in
}

// timed adds a histogram for each distinct outcome.
func (in *instrument) timed(name string, labels []string, label string, values []string, bounds []float64,
	unit float64,
) {
	for i, v := range values {
		in.histograms = append(in.histograms,
			histogram{name: name, labels: with(labels, label, v), of: []int{i}, bounds: bounds, unit: unit})
	}
}

// addSLO adds an SLO of failed requests, with the three outcomes.
func (in *instrument) addSLO(slo string, labels []string) {
	in.presetSLOs = append(in.presetSLOs, presetSLO{slo: slo, labels: labels, total: all, bad: []int{failed}})
}

// latency adds an SLO of all histograms.
func (in *instrument) latency(slo string, labels []string, bound float64) {
	for i := range in.histograms {
		in.presetSLOs = append(in.presetSLOs, presetSLO{slo: slo, labels: labels, histogram: i, bound: bound})
	}
}

// traefik returns the metrics of one service in Traefik.
func traefik(service string, share float64) instrument {
	of := []string{"service", service}
	labels := with(of, "method", "GET", "protocol", "http")
	in := instrument{
		share: share, outcomes: webOutcomes, started: true,
		counters: byStatus("traefik_service_requests_total", labels, "code", "200", "404", "502"),
	}
	in.timed("traefik_service_request_duration_seconds", labels, "code", []string{"200", "404", "502"},
		[]float64{0.1, 0.3, 1.2, 5}, inSeconds)
	in.addSLO("traefik-availability", of)
	in.latency("traefik-latency", of, 0.3)
	return in
}

// envoy returns the metrics of one cluster of an Envoy.
func envoy(cluster string, share float64) instrument {
	of := []string{"envoy_cluster_name", cluster}
	in := instrument{
		share: share, outcomes: webOutcomes,
		counters: byStatus("envoy_cluster_upstream_rq_xx", of, "envoy_response_code_class", "2", "4", "5"),
		histograms: []histogram{
			{name: "envoy_cluster_upstream_rq_time", labels: of, bounds: envoyBounds, unit: inMilliseconds},
			{
				name: "envoy_cluster_upstream_cx_connect_ms", labels: of, of: []int{answered, refused},
				bounds: envoyBounds, unit: inMilliseconds, factor: 0.05,
			},
		},
	}
	in.counters = append(in.counters, // without kept connections
		counter{name: "envoy_cluster_upstream_cx_total", labels: of, of: all},
		counter{name: "envoy_cluster_upstream_cx_connect_fail", labels: of, of: []int{failed}},
		counter{name: "envoy_cluster_upstream_rq_completed", labels: of, of: all},
		counter{name: "envoy_cluster_upstream_rq_rx_reset", labels: of, of: []int{failed}})
	in.gauges = []gauge{{"envoy_cluster_upstream_cx_active", of, func(w *workload, p *Pod, atMS int64) float64 {
		return 20 + math.Round(10*p.dice.Unit(drawGauge, uint64(atMS)))
	}}}
	times := in.firstOf(1) + len(envoyBounds)
	in.signals = []totalSignal{
		{
			name: "connect_latency", value: reading{of: []int{times + 1}, factor: inMilliseconds / fine},
			over: reading{of: []int{times}, factor: 1},
		},
		{name: "connect_failures", value: reading{of: []int{failed}, factor: 1}, over: reading{of: all, factor: 1}},
		{name: "broken_streams", value: reading{of: []int{failed}, factor: 1}},
	}
	in.addSLO("envoy-availability", of)
	in.addSLO("envoy-connect", of)
	in.addSLO("envoy-streams", of)
	in.presetSLOs = append(in.presetSLOs, presetSLO{slo: "envoy-latency", labels: of, bound: 500},
		presetSLO{slo: "envoy-connect-latency", labels: of, histogram: 1, bound: 50})
	return in
}

// envoyDownstream returns the metrics of responses to an Envoy's clients.
func envoyDownstream() instrument {
	of := []string{"envoy_http_conn_manager_prefix", "http-10080"}
	in := instrument{
		outcomes: webOutcomes,
		counters: byStatus("envoy_http_downstream_rq_xx", of, "envoy_response_code_class", "2", "4", "5"),
	}
	in.addSLO("envoy-downstream-availability", of)
	return in
}
