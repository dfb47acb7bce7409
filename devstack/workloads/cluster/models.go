package cluster

import "math"

// The bounds of vLLM's histograms, in seconds.
var (
	vllmRequestBounds = []float64{
		0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960,
		1920, 7680,
	}
	vllmFirstBounds = []float64{
		0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
		20, 40, 80, 160, 640, 2560,
	}
	vllmTokenBounds = []float64{
		0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20,
		40, 80,
	}
)

// Outcomes of requests to a model in vLLM. Only the web server counts rejected requests.
const (
	stopped = iota
	tooLong
	errored
	turnedAway
)

const tokensPerRequest = 180

// vllm returns the metrics of vLLM. token is the name of the time between tokens, which depends on
// the version.
func vllm(model, token, tokenSLO string) instrument {
	of := []string{"model_name", model, "engine", "0"}
	finished := []int{stopped, tooLong, errored}
	in := instrument{
		started:  true,
		outcomes: []outcome{{good, 0.8}, {good, 0.2}, {bad, 0.85}, {bad, 0.15}},
		counters: append(byStatus("vllm:request_success_total", of, "finished_reason", "stop", "length", "error"),
			// the V1 engine counts no aborts
			counter{name: "vllm:request_success_total", labels: with(of, "finished_reason", "abort")}),
		histograms: []histogram{
			{
				name: "vllm:e2e_request_latency_seconds", labels: of, of: finished, bounds: vllmRequestBounds,
				unit: inSeconds,
			},
			{
				name: "vllm:time_to_first_token_seconds", labels: of, of: finished, bounds: vllmFirstBounds,
				unit: inSeconds, factor: 0.07, spread: 0.6,
			},
			{
				name: token, labels: of, of: finished, bounds: vllmTokenBounds, unit: inSeconds, factor: 0.004,
				spread: 0.35, times: tokensPerRequest, steady: true,
			},
		},
	}
	in.counters = append(in.counters,
		counter{name: "vllm:prompt_tokens_total", labels: of, of: finished, factor: 640},
		counter{name: "vllm:generation_tokens_total", labels: of, of: finished, factor: tokensPerRequest},
		counter{
			name:   "http_requests_total",
			labels: []string{"handler", "/v1/chat/completions", "method", "POST", "status", "2xx"},
			of:     []int{stopped, tooLong},
		},
		counter{
			name:   "http_requests_total",
			labels: []string{"handler", "/v1/chat/completions", "method", "POST", "status", "5xx"},
			of:     []int{errored, turnedAway},
		})
	in.gauges = []gauge{
		{
			"vllm:num_requests_running", of,
			func(w *workload, p *Pod, atMS int64) float64 { return math.Min(queueOf(w, p, atMS), mostRunning) },
		},
		{
			"vllm:num_requests_waiting", of,
			func(w *workload, p *Pod, atMS int64) float64 { return math.Max(queueOf(w, p, atMS)-mostRunning, 0) },
		},
		{"vllm:kv_cache_usage_perc", of, func(w *workload, p *Pod, atMS int64) float64 {
			return math.Round(math.Min(0.99, queueOf(w, p, atMS)/mostRunning*0.9)*1000) / 1000
		}},
	}
	in.signals = []totalSignal{{name: "requests_aborted"}}
	in.presetSLOs = []presetSLO{
		{slo: "vllm-availability", labels: of, total: finished, bad: []int{errored}},
		{
			slo: "vllm-http-availability", total: []int{stopped, tooLong, errored, turnedAway},
			bad: []int{errored, turnedAway},
		},
		{
			slo: "fastapi-availability", total: []int{stopped, tooLong, errored, turnedAway},
			bad: []int{errored, turnedAway},
		},
		{slo: "vllm-e2e", labels: of, histogram: 0, bound: 30},
		{slo: "vllm-ttft", labels: of, histogram: 1, bound: 2.5},
		{slo: tokenSLO, labels: of, histogram: 2, bound: 0.075},
	}
	return in
}

// mostRunning is the maximum number of concurrent requests of a model server.
const mostRunning = 32

// queueOf is the number of requests in a pod, by Little's law: their rate times their duration.
func queueOf(w *workload, p *Pod, atMS int64) float64 {
	mean := math.Exp(w.LogMedianLatency(atMS) + w.spread*w.spread/2)
	return math.Round(w.Rate(atMS) * w.share(p.Slot, atMS) * mean * (0.8 + 0.4*p.dice.Unit(drawGauge, uint64(atMS))))
}

// tgiBounds are 0.0001 x 1.5^n seconds, with twelve digits.
var tgiBounds = func() []float64 {
	out := make([]float64, 36)
	for n := range out {
		b := 0.0001 * math.Pow(1.5, float64(n))
		digits := math.Pow10(11 - int(math.Floor(math.Log10(b))))
		out[n] = math.Round(b*digits) / digits
	}
	return out
}()

// tgi returns the metrics of the router in Text Generation Inference.
func tgi() instrument {
	in := instrument{
		outcomes: webOutcomes,
		counters: []counter{
			{name: "tgi_request_count", of: all, factor: 2}, // all by the OpenAI endpoints, which count twice
			{name: "tgi_request_success", of: []int{answered}},
			{name: "tgi_request_failure", labels: []string{"err", "validation"}, of: []int{refused}},
			{name: "tgi_request_failure", labels: []string{"err", "overloaded"}, of: []int{failed}},
		},
		histograms: []histogram{
			{name: "tgi_request_duration", of: []int{answered}, bounds: tgiBounds, unit: inSeconds},
			{
				name: "tgi_request_mean_time_per_token_duration", of: []int{answered}, bounds: tgiBounds,
				unit:   inSeconds,
				factor: 0.006, spread: 0.4,
			},
		},
	}
	in.addSLO("tgi-availability", nil)
	in.presetSLOs = append(in.presetSLOs, presetSLO{slo: "tgi-latency", histogram: 0, bound: 30, quantile: true},
		presetSLO{slo: "tgi-inter-token", histogram: 1, bound: 0.1, quantile: true})
	return in
}

// triton returns the metrics of one model in Triton, with the histogram of first responses.
func triton(model string) instrument {
	of := []string{"model", model, "version", "1"}
	in := instrument{
		outcomes: []outcome{{good, 1}, {bad, 1}},
		counters: []counter{
			{name: "nv_inference_request_success", labels: of, of: []int{0}},
			{name: "nv_inference_request_failure", labels: with(of, "reason", "BACKEND"), of: []int{1}},
			{name: "nv_inference_count", labels: of, of: []int{0}, factor: 4},
		},
		histograms: []histogram{{
			name: "nv_inference_first_response_histogram_ms", labels: of, of: []int{0},
			bounds: []float64{100, 500, 2000, 5000}, unit: inMilliseconds,
		}},
		summed: []summed{{name: "nv_inference_request_duration_us", labels: of, factor: 1000}},
		gauges: []gauge{{"nv_inference_pending_request_count", of, func(w *workload, p *Pod, atMS int64) float64 {
			return math.Floor(3 * p.dice.Unit(drawGauge, uint64(atMS)))
		}}},
	}
	in.presetSLOs = []presetSLO{
		{slo: "triton-availability", labels: of, total: []int{0, 1}, bad: []int{1}},
		{slo: "triton-mean-latency", labels: of, total: []int{0}, bound: 500, mean: true},
		{slo: "triton-first-response", labels: of, bound: 500},
	}
	return in
}

// kserve returns the metrics of KServe's own model server.
func kserve(model string) instrument {
	of := []string{"model_name", model}
	in := instrument{
		outcomes: []outcome{{good, 1}, {bad, 1}}, started: true,
		histograms: []histogram{{name: "request_predict_seconds", labels: of, bounds: defaultBounds, unit: inSeconds}},
	}
	in.presetSLOs = []presetSLO{{slo: "kserve-latency", labels: of, bound: 1}}
	return in
}

// rayBounds are the bounds of Ray Serve, in milliseconds.
var rayBounds = []float64{
	1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 1000, 2000, 5000, 10000, 60000, 120000, 300000,
	600000,
}

// ray returns the metrics of one application in Ray Serve.
func ray(cluster, application, deployment string) instrument {
	of := []string{"application", application, "route", "/" + application}
	in := instrument{
		outcomes: webOutcomes, labels: []string{"ray_io_cluster", cluster},
		counters: append(byStatus("ray_serve_num_http_requests_total", with(of, "method", "POST"), "status_code", "200",
			"422", "503"),
			counter{
				name:   "ray_serve_num_http_error_requests_total",
				labels: with(of, "method", "POST", "error_code", "422"), of: []int{refused},
			},
			counter{
				name:   "ray_serve_num_http_error_requests_total",
				labels: with(of, "method", "POST", "error_code", "503"), of: []int{failed},
			},
			counter{
				name:   "ray_serve_deployment_request_counter_total",
				labels: with(of, "deployment", deployment, "replica", "x7k2pq"), of: []int{answered, refused},
			},
			counter{
				name:   "ray_serve_deployment_error_counter_total",
				labels: with(of, "deployment", deployment, "replica", "x7k2pq"), of: []int{failed},
			}),
		histograms: []histogram{{
			name: "ray_serve_http_request_latency_ms", labels: with(of, "method", "POST", "status_code", "200"),
			of: []int{answered}, bounds: rayBounds, unit: inMilliseconds,
		}},
	}
	in.addSLO("ray-serve-availability", of)
	in.latency("ray-serve-latency", of, 1000)
	in.addSLO("ray-serve-deployment-availability", with(of, "deployment", deployment))
	return in
}
