package cluster

// goHTTP returns the metrics of a Go program with promhttp's handlers.
func goHTTP() instrument {
	in := instrument{
		outcomes: webOutcomes, started: true,
		counters: byStatus("http_requests_total", []string{"method", "get"}, "code", "200", "404", "500"),
		histograms: []histogram{{
			name: "http_request_duration_seconds", labels: []string{"method", "get"},
			bounds: defaultBounds, unit: inSeconds,
		}},
	}
	in.addSLO("http-availability", nil)
	in.latency("http-latency", nil, 0.5)
	return in
}

// fastAPI returns the metrics of prometheus-fastapi-instrumentator, with its three buckets.
func fastAPI(handler string) instrument {
	of := []string{"handler", handler, "method", "GET"}
	in := instrument{
		outcomes: webOutcomes, started: true,
		counters: byStatus("http_requests_total", of, "status", "2xx", "4xx", "5xx"),
		histograms: []histogram{{
			name: "http_request_duration_seconds", labels: of, bounds: []float64{0.1, 0.5, 1},
			unit: inSeconds,
		}},
	}
	in.addSLO("fastapi-availability", nil)
	in.latency("fastapi-latency", nil, 0.5)
	return in
}

// grpc returns the metrics of a gRPC server in Go.
func grpc(service, method string) instrument {
	of := []string{"grpc_service", service, "grpc_method", method, "grpc_type", "unary"}
	in := instrument{
		outcomes: []outcome{{good, 1}, {client, 1}, {bad, 0.7}, {bad, 0.3}}, started: true,
		counters: byStatus("grpc_server_handled_total", of, "grpc_code", "OK", "NotFound", "Unavailable",
			"DeadlineExceeded"),
		histograms: []histogram{{
			name: "grpc_server_handling_seconds", labels: of, bounds: defaultBounds,
			unit: inSeconds,
		}},
	}
	in.presetSLOs = []presetSLO{{slo: "grpc-availability", labels: of[:2], total: []int{0, 1, 2, 3}, bad: []int{2, 3}}}
	in.latency("grpc-latency", of[:2], 0.25)
	return in
}

// micrometerBounds are Micrometer's bounds between 100 ms and 2 s.
var micrometerBounds = []float64{
	0.1, 0.111848106, 0.134217727,
	0.156587348, 0.178956969, 0.20132659, 0.223696211, 0.246065832, 0.268435456, 0.357913941, 0.447392426, 0.536870911,
	0.626349396,
	0.715827881, 0.805306366, 0.894784851, 0.984263336, 1.073741824, 1.431655765, 1.789569706, 2,
}

// spring returns the metrics of a Spring Boot application.
func spring(application, uri string) instrument {
	in := instrument{outcomes: []outcome{{good, 1}, {bad, 1}}, started: true}
	for i, end := range [][]string{
		{"status", "200", "outcome", "SUCCESS", "exception", "none"},
		{"status", "500", "outcome", "SERVER_ERROR", "exception", "IllegalStateException"},
	} {
		in.histograms = append(in.histograms, histogram{
			name: "http_server_requests_seconds", of: []int{i}, bounds: micrometerBounds, unit: inSeconds,
			labels: with(end, "application", application, "error", "none", "method", "GET", "uri", uri),
		})
	}
	in.presetSLOs = []presetSLO{
		{slo: "spring-availability", total: []int{0, 1}, bad: []int{1}},
		{slo: "spring-latency", bound: 0.5, quantile: true},
	}
	return in
}

// The bounds of OpenTelemetry's histograms, in seconds, and of earlier versions in milliseconds.
var (
	otelBounds    = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	oldOtelBounds = []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}
)

// otel returns the metrics of a program that sends them by OTLP, with some of its resource
// attributes.
func otel(namespace, name string, outcomes []outcome) instrument {
	return instrument{
		outcomes: outcomes, bare: true, pushed: true, job: namespace + "/" + name,
		labels: []string{"k8s_namespace_name", namespace, "k8s_deployment_name", name, "service_name", name},
	}
}

func otelHTTP(namespace, name string) instrument {
	in := otel(namespace, name, []outcome{{good, 1}, {bad, 1}})
	in.timed("http_server_request_duration_seconds",
		[]string{"http_request_method", "GET", "http_route", "/" + name, "url_scheme", "http"},
		"http_response_status_code", []string{"200", "500"}, otelBounds, inSeconds)
	in.histograms[1].labels = with(in.histograms[1].labels, "error_type", "500")
	in.presetSLOs = []presetSLO{{slo: "otel-http-availability", total: []int{0, 1}, bad: []int{1}}}
	in.latency("otel-http-latency", nil, 0.5)
	return in
}

func oldOtelHTTP(namespace, name string) instrument {
	in := otel(namespace, name, webOutcomes)
	in.timed("http_server_duration_milliseconds", []string{"http_method", "GET", "http_scheme", "http"},
		"http_status_code", []string{"200", "404", "503"}, oldOtelBounds, inMilliseconds)
	in.addSLO("otel-http-availability-old", nil)
	return in
}

func otelRPC(namespace, name, method string) instrument {
	in := otel(namespace, name, []outcome{{good, 1}, {bad, 1}})
	in.timed("rpc_server_call_duration_seconds", []string{"rpc_method", method, "rpc_system_name", "grpc"},
		"rpc_response_status_code", []string{"OK", "UNAVAILABLE"}, otelBounds, inSeconds)
	in.histograms[1].labels = with(in.histograms[1].labels, "error_type", "UNAVAILABLE")
	in.presetSLOs = []presetSLO{{slo: "otel-rpc-availability", total: []int{0, 1}, bad: []int{1}}}
	in.latency("otel-rpc-latency", nil, 0.25)
	return in
}

func oldOtelRPC(namespace, name, service string) instrument {
	in := otel(namespace, name, webOutcomes)
	in.timed("rpc_server_duration_milliseconds",
		[]string{"rpc_service", service, "rpc_method", "Get", "rpc_system", "grpc"},
		"rpc_grpc_status_code", []string{"0", "5", "13"}, oldOtelBounds, inMilliseconds)
	in.addSLO("otel-rpc-availability-old", nil)
	return in
}

// apiserverBounds are the bounds of apiserver_request_sli_duration_seconds.
var apiserverBounds = []float64{0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60}

// apiserver returns the metrics of one verb in the API server. slo is the SLO of its latency, with
// a bound.
func apiserver(verb, scope, resource string, share, factor float64, slo string, bound float64) instrument {
	of := []string{"verb", verb, "scope", scope, "resource", resource, "version", "v1", "component", "apiserver"}
	in := instrument{
		outcomes: webOutcomes, bare: true, job: "apiserver", share: share,
		labels:   []string{"namespace", "default", "service", "kubernetes", "endpoint", "https"},
		counters: byStatus("apiserver_request_total", of, "code", "200", "409", "500"),
	}
	in.addSLO("apiserver-availability", nil)
	if slo != "" {
		in.histograms = []histogram{{
			name: "apiserver_request_sli_duration_seconds", labels: of,
			bounds: apiserverBounds, unit: inSeconds, factor: factor,
		}}
		in.latency(slo, nil, bound)
	}
	return in
}

// ciliumAgent returns the metrics of packets in Cilium's agent.
func ciliumAgent() instrument {
	in := instrument{
		job: "cilium-agent", labels: []string{"service", "cilium-agent", "endpoint", "metrics", "k8s_app", "cilium"},
		outcomes: []outcome{{good, 1}, {good, 1}, {client, 1}, {bad, 1}},
		counters: byStatus("cilium_forward_count_total", nil, "direction", "EGRESS", "INGRESS"),
	}
	for i, reason := range []string{"Policy denied", "Invalid source ip"} {
		in.counters = append(in.counters,
			counter{
				name: "cilium_drop_count_total", labels: []string{"direction", "INGRESS", "reason", reason},
				of: []int{2 + i},
			})
	}
	in.presetSLOs = []presetSLO{{slo: "cilium-drops", total: []int{0, 1, 2, 3}, bad: []int{3}}}
	return in
}
