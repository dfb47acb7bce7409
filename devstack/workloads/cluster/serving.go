package cluster

// What a request to a gateway or server of models ends with.
var modelOutcomes = []outcome{{good, 1}, {client, 1}, {bad, 1}}

// modelServer is a server or gateway of models: it observes requests that it answered, their first
// tokens and further ones.
func modelServer(job, slo string, of []string, bounds [3][]float64, names [3]string, limits [3]float64) instrument {
	in := instrument{job: job, outcomes: modelOutcomes}
	for i, name := range names {
		if name == "" {
			continue
		}
		h := histogram{name: name, labels: of, of: []int{answered}, bounds: bounds[i], unit: inSeconds}
		switch i {
		case 1:
			h.factor, h.spread = 0.07, 0.6
		case 2:
			h.factor, h.spread, h.times, h.steady = 0.004, 0.35, tokensPerRequest, true
		}
		in.histograms = append(in.histograms, h)
		if limits[i] > 0 {
			suffix := [3]string{"-e2e", "-ttft", "-inter-token"}[i]
			in.presetSLOs = append(in.presetSLOs,
				presetSLO{slo: slo + suffix, labels: of, histogram: len(in.histograms) - 1, bound: limits[i]})
		}
	}
	return in
}

// sglang is what SGLang counts of a model.
func sglang(job, model string) instrument {
	of := []string{"model_name", model}
	in := modelServer(job, "sglang", of, [3][]float64{
		{0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400, 600, 1200, 1800, 2400},
		{0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400},
		{
			0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6,
			0.8,
			1, 2, 4, 6, 8,
		},
	}, [3]string{
		"sglang:e2e_request_latency_seconds", "sglang:time_to_first_token_seconds",
		"sglang:inter_token_latency_seconds",
	}, [3]float64{20, 2, 0.08})
	in.counters = append(byStatus("sglang:http_responses_total",
		[]string{"endpoint", "/v1/chat/completions", "method", "POST"}, "status_code", "200", "400", "503"),
		counter{name: "sglang:num_requests_total", labels: of, of: []int{answered, refused}},
		counter{name: "sglang:num_aborted_requests_total", labels: of, of: []int{failed}})
	in.signals = []totalSignal{{name: "requests_aborted", value: reading{of: []int{failed}, factor: 1}}}
	in.addSLO("sglang-availability", nil)
	in.addSLO("sglang-aborts", of)
	in.gauges = []gauge{
		{
			"sglang:num_queue_reqs", of,
			func(w *workload, p *Pod, atMS int64) float64 { return max(queueOf(w, p, atMS)-mostRunning, 0) },
		},
		{
			"sglang:token_usage", of,
			func(w *workload, p *Pod, atMS int64) float64 { return min(0.99, queueOf(w, p, atMS)/mostRunning) },
		},
	}
	return in
}

// eppBounds are those of llm-d's endpoint picker.
var eppBounds = []float64{
	0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60, 120, 180, 240,
	300, 360, 480, 600, 900,
	1200, 1800, 2700, 3600,
}

// llmd is what the endpoint picker of a pool of model servers counts, by priority.
func llmd(job, model string) instrument {
	of := []string{"model_name", model, "target_model_name", model, "fairness_id", "default", "priority", "0"}
	in := modelServer(job, "llm-d", of, [3][]float64{
		nil, eppBounds,
		{
			0.0005, 0.00205, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3,
			4.5, 6, 12, 18, 24, 30, 60,
		},
	}, [3]string{"", "llm_d_epp_request_ttft_seconds", "llm_d_epp_request_streaming_itl_seconds"},
		[3]float64{0, 2, 0.1})
	for i, prefix := range []string{"llm_d_epp", "inference_objective"} { // the deprecated names are still counted
		in.counters = append(in.counters, counter{name: prefix + "_request_total", labels: of, of: all},
			counter{name: prefix + "_request_error_total", labels: with(of, "error_code", "400"), of: []int{refused}},
			counter{
				name: prefix + "_request_error_total", labels: with(of, "error_code", "ServiceUnavailable"),
				of: []int{failed},
			})
		in.addSLO([]string{"llm-d-availability", "llm-d-availability-old"}[i], of)
	}
	return in
}

// dynamo is what the frontend of Dynamo counts.
func dynamo(job, model string) instrument {
	of := []string{"model", model}
	in := modelServer(job, "dynamo", of, [3][]float64{
		nil,
		{0, 0.001, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48, 100, 220, 480},
		{0, 0.001, 0.0019, 0.0035, 0.0067, 0.013, 0.024, 0.045, 0.084, 0.16, 0.3, 0.56, 1.1, 2},
	}, [3]string{"", "dynamo_frontend_time_to_first_token_seconds", "dynamo_frontend_inter_token_latency_seconds"},
		[3]float64{0, 2.2, 0.084})
	request := with(of, "endpoint", "chat_completions", "request_type", "stream")
	in.counters = []counter{
		{name: "dynamo_frontend_requests_total", labels: with(request, "status", "success"), of: []int{answered}},
		{
			name: "dynamo_frontend_requests_total", labels: with(request, "status", "error", "error_type", "cancelled"),
			of: []int{refused},
		},
		{
			name: "dynamo_frontend_requests_total", labels: with(request, "status", "error", "error_type", "internal"),
			of: []int{failed},
		},
	}
	in.addSLO("dynamo-availability", of)
	return in
}

// aiGateway is what Envoy AI Gateway observes.
func aiGateway(job, model string) instrument {
	of := []string{
		"gen_ai_operation_name", "chat", "gen_ai_provider_name", "openai", "gen_ai_original_model", model,
		"gen_ai_request_model", model,
	}
	in := modelServer(job, "ai-gateway", of, [3][]float64{
		{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92},
		{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 60},
		{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5},
	}, [3]string{
		"gen_ai_server_request_duration_seconds", "gen_ai_server_time_to_first_token_seconds",
		"gen_ai_server_time_per_output_token_seconds",
	}, [3]float64{0, 2.5, 0.075})
	in.histograms[2].times = 0 // one observation for each request
	in.histograms = append(in.histograms, histogram{
		name: "gen_ai_server_request_duration_seconds", labels: with(of, "error_type", "_OTHER"), of: []int{failed},
		bounds: in.histograms[0].bounds, unit: inSeconds,
	})
	in.presetSLOs = append(in.presetSLOs,
		presetSLO{slo: "ai-gateway-availability", labels: of, total: []int{answered, failed}, bad: []int{failed}})
	return in
}

// litellm is what the LiteLLM proxy counts.
func litellm(job, model string) instrument {
	of := []string{"requested_model", model}
	bounds := []float64{
		0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 10, 20, 30,
		60, 120, 240, 300,
	}
	in := modelServer(job, "litellm", with(of, "model", model), [3][]float64{bounds, bounds, nil},
		[3]string{"litellm_request_total_latency_metric", "litellm_llm_api_time_to_first_token_metric", ""},
		[3]float64{0, 2.5, 0})
	in.presetSLOs = append(in.presetSLOs, presetSLO{slo: "litellm-latency", labels: of, bound: 30})
	in.counters = []counter{
		{name: "litellm_proxy_total_requests_metric_total", labels: with(of, "team", "platform"), of: all},
		{
			name:   "litellm_proxy_failed_requests_metric_total",
			labels: with(of, "team", "platform", "exception_status", "400"), of: []int{refused},
		},
		{
			name:   "litellm_proxy_failed_requests_metric_total",
			labels: with(of, "team", "platform", "exception_status", "503"), of: []int{failed},
		},
	}
	in.addSLO("litellm-availability", of)
	return in
}

// nim is what a NIM container counts, under vLLM's names without the prefix.
func nim(job, model string) instrument {
	of := []string{"model_name", model}
	in := modelServer(job, "nim", of, [3][]float64{nil, vllmFirstBounds[:16], vllmTokenBounds[:13]},
		[3]string{"", "time_to_first_token_seconds", "time_per_output_token_seconds"}, [3]float64{0, 2.5, 0.075})
	in.counters = []counter{
		{name: "request_success_total", labels: of, of: []int{answered, refused}},
		{name: "request_failure_total", labels: of, of: []int{failed}},
	}
	in.addSLO("nim-availability", of)
	return in
}
