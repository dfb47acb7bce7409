package cluster

import (
	"slices"
	"time"
)

const (
	mi = float64(1 << 20)
	gi = float64(1 << 30)
	kb = 1000.0
)

const (
	ms = time.Millisecond
	s1 = time.Second
)

// Workloads that call others.
var (
	ingress  = caller{"edge", "ingress-nginx-controller", 1}
	frontend = caller{"shop", "frontend", 1}
	gateway  = caller{"platform", "gateway", 1}
)

func (c caller) of(share float64) caller {
	c.share = share
	return c
}

// specs returns the workloads besides those of package sim.
func specs() []*spec {
	return slices.Concat(shop(), platform(), batch(), inference(), data(), edge(), system(), travel())
}

func shop() []*spec {
	waiting := []trouble{}
	for _, n := range noise {
		waiting = append(waiting, trouble{Span: n, slowdown: 2.6, errors: 0.004})
	}
	return []*spec{
		{
			namespace: "shop", name: "frontend", kind: "deployment", scenario: "autoscaled with the day",
			replicas: 2, most: 4, perPod: 55, rolloutEvery: 3 * day, startup: 25 * s1, nodes: workers,
			rate: 130, swing: 0.6, weekend: 0.1, p95: 180 * ms, sigma: 0.5, errors: 0.0006, payload: 40 * kb, cpu: 0.5,
			cores: 1, memory: 512 * mi,
			exporters: []instrument{istioClient(frontend, caller{"shop", "pricing", 0.5})}, http: []caller{ingress},
		},
		{
			namespace: "shop", name: "pricing", kind: "deployment", scenario: "neighbour of a noisy batch job",
			replicas: 2, rolloutEvery: 8 * day, startup: 20 * s1, nodes: noisy,
			rate: 65, swing: 0.6, weekend: 0.1, p95: 130 * ms, sigma: 0.5, errors: 0.0004, trouble: waiting,
			payload: 6 * kb, cpu: 0.4, cores: 0.8, memory: 384 * mi,
			exporters: istio("shop", "pricing", frontend), http: []caller{frontend},
		},
		{
			namespace: "shop", name: "reviews", kind: "deployment", scenario: "neighbour of a noisy batch job",
			replicas: 2, rolloutEvery: 6 * day, startup: 15 * s1, nodes: noisy,
			rate: 32, swing: 0.5, weekend: 0, p95: 210 * ms, sigma: 0.5, errors: 0.0005, trouble: waiting,
			payload: 15 * kb, cpu: 0.3, cores: 0.6, memory: 256 * mi,
			exporters: []instrument{goHTTP()}, http: []caller{frontend},
		},
		{
			namespace: "shop", name: "orders", kind: "deployment", scenario: "slow on two evenings",
			replicas: 1, rolloutEvery: 7 * day, startup: 55 * s1, nodes: steady,
			rate: 22, swing: 0.4, weekend: 0.1, p95: 340 * ms, sigma: 0.35, errors: 0.0007, payload: 9 * kb, cpu: 0.7,
			cores: 2, memory: 1.5 * gi,
			trouble: []trouble{
				{Span: span(3*day+4*time.Hour, 3*time.Hour), slowdown: 2},
				{Span: span(10*day+4*time.Hour, 2*time.Hour), slowdown: 2.4, errors: 0.01},
			},
			exporters: []instrument{spring("orders", "/orders/{id}")},
			http:      []caller{frontend.of(0.7), {"edge", "envoy-gateway", 0.3}},
		},
		{
			namespace: "shop", name: "inventory", kind: "deployment", scenario: "half of it on the node that failed",
			replicas: 2, rolloutEvery: 5 * day, startup: 12 * s1, nodes: pool{failingNode, "worker-2"},
			rate: 48, swing: 0.45, weekend: 0.05, p95: 90 * ms, sigma: 0.5, errors: 0.0004, payload: 3 * kb, cpu: 0.25,
			cores: 1, memory: 256 * mi,
			trouble: []trouble{{Span: span(5*time.Hour+20*time.Minute, 4*time.Minute), errors: 0.3}},
			exporters: []instrument{
				grpc("shop.Inventory", "Reserve"),
				grpcOtel("shop/inventory-otel", "shop.Inventory/Reserve"),
			},
			http: []caller{frontend.of(0.6), {"shop", "checkout", 0.4}},
		},
		{
			namespace: "shop", name: "notifications", kind: "deployment", scenario: "steady", replicas: 2,
			rolloutEvery: 9 * day, startup: 15 * s1,
			nodes: steady, rate: 12, swing: 0.4, weekend: 0.1, p95: 260 * ms, sigma: 0.5, errors: 0.0009,
			payload: 4 * kb, cpu: 0.15, memory: 192 * mi,
			exporters: []instrument{otelHTTP("shop", "notifications")}, tcp: []caller{{"shop", "orders", 1}},
		},
		{
			namespace: "shop", name: "wishlist", kind: "deployment", scenario: "steady", replicas: 2,
			rolloutEvery: 11 * day, startup: 10 * s1,
			nodes: workers, rate: 9, swing: 0.5, weekend: -0.1, p95: 110 * ms, sigma: 0.6, errors: 0.0006,
			payload: 5 * kb, cpu: 0.1, memory: 128 * mi,
			exporters: []instrument{linkerd("deployment", "wishlist")}, tcp: []caller{frontend},
		},
		{
			namespace: "shop", name: "returns", kind: "deployment", scenario: "older instrumentation", replicas: 1,
			rolloutEvery: 20 * day, startup: 30 * s1,
			nodes: steady, rate: 3, swing: 0.3, weekend: 0.2, p95: 400 * ms, sigma: 0.5, errors: 0.001, payload: 6 * kb,
			cpu: 0.1, memory: 256 * mi,
			exporters: []instrument{oldOtelHTTP("shop", "returns")}, tcp: []caller{frontend},
		},
	}
}

func platform() []*spec {
	return []*spec{
		{
			namespace: "platform", name: "sessions", kind: "statefulset", scenario: "steady", replicas: 2,
			rolloutEvery: 13 * day, startup: 20 * s1,
			nodes: steady, rate: 60, swing: 0.5, weekend: 0.2, p95: 8 * ms, sigma: 0.5, errors: 0.0002, payload: 2 * kb,
			cpu: 0.2, cores: 1, memory: 768 * mi,
			exporters: []instrument{linkerd("statefulset", "sessions")},
			tcp:       []caller{gateway.of(0.7), {"platform", "auth", 0.3}},
		},
		{
			namespace: "platform", name: "scheduler", kind: "deployment", scenario: "steady", replicas: 2,
			rolloutEvery: 10 * day, startup: 15 * s1,
			nodes: workers, rate: 18, swing: 0.1, weekend: 0, p95: 120 * ms, sigma: 0.45, errors: 0.0005,
			payload: 3 * kb, cpu: 0.2, memory: 256 * mi,
			exporters: []instrument{otelRPC("platform", "scheduler", "platform.Scheduler/Enqueue")},
			http:      []caller{gateway},
		},
		{
			namespace: "platform", name: "feature-flags", kind: "deployment", scenario: "older instrumentation",
			replicas: 1, startup: 8 * s1,
			nodes: steady, rate: 40, swing: 0.5, weekend: 0.1, p95: 20 * ms, sigma: 0.5, errors: 0.0003,
			payload: 1 * kb, cpu: 0.1, memory: 128 * mi,
			exporters: []instrument{oldOtelRPC("platform", "feature-flags", "platform.Flags")}, tcp: []caller{gateway},
		},
		{
			namespace: "platform", name: "registry", kind: "deployment", scenario: "bursts of downloads", replicas: 2,
			rolloutEvery: 15 * day, startup: 10 * s1,
			nodes: steady, rate: 6, swing: 0.2, weekend: 0.4, bursty: true, p95: 420 * ms, sigma: 0.6, errors: 0.0008,
			payload: 900 * kb, cpu: 0.2, cores: 1, memory: 512 * mi,
			exporters: []instrument{goHTTP()}, http: []caller{ingress},
		},
		{
			namespace: "platform", name: "docs", kind: "deployment", scenario: "behind an ambient mesh", replicas: 1,
			rolloutEvery: 4 * day, startup: 8 * s1,
			nodes: steady, rate: 5, swing: 0.5, weekend: 0.5, p95: 60 * ms, sigma: 0.5, errors: 0.0004,
			payload: 60 * kb, cpu: 0.05, memory: 96 * mi,
			exporters: []instrument{waypoint("platform", "docs"), ztunnel("platform", "docs"), fastAPI("/search")},
			tcp:       []caller{ingress},
		},
	}
}

func batch() []*spec {
	return []*spec{
		{
			namespace: "batch", name: "report-builder", kind: "deployment", scenario: "noisy neighbour", replicas: 1,
			startup: 10 * s1,
			nodes:   noisy, cpu: 11, memory: 6 * gi,
			busy: func(atMS, anchorMS int64) float64 { return 0.03 + 0.97*flag(noisyAt(atMS, anchorMS)) },
		},
		{
			namespace: "batch", name: "cleanup", kind: "cronjob", scenario: "every hour, not started for a while",
			runEvery: time.Hour, replicas: 1, nodes: steady, cpu: 0.3, cores: 1, memory: 256 * mi,
		},
		{
			namespace: "batch", name: "nightly-export", kind: "cronjob", scenario: "once a night", replicas: 1,
			nodes: steady, cpu: 1.5, cores: 2, memory: 2 * gi,
		},
		{
			namespace: "batch", name: "thumbnails", kind: "deployment", scenario: "autoscaled with bursts of uploads",
			replicas: 1, most: 4, perPod: 6,
			rolloutEvery: 6 * day, startup: 12 * s1, nodes: workers, rate: 5, swing: 0.5, weekend: -0.1, bursty: true,
			p95: 900 * ms, sigma: 0.5, errors: 0.0012,
			payload: 250 * kb, cpu: 0.8, cores: 1.5, memory: 768 * mi,
			exporters: []instrument{goHTTP(), knative("batch/thumbnails-00007")},
			http:      []caller{{"shop", "catalog", 1}},
		},
	}
}

// Models stream responses for many seconds. They have no L7 policy, so that Hubble exports
// connections only.
func inference() []*spec {
	tooMuch := trouble{Span: overload, load: 2.6, slowdown: 5, errors: 0.09}
	return []*spec{
		{
			namespace: "inference", name: "chat-8b", kind: "deployment", scenario: "bursty, autoscaled on GPUs",
			replicas: 2, most: 3, perPod: 2.6,
			startup: 150 * s1, nodes: gpuNodes, gpus: 1, weights: 16 * gi, rate: 3, swing: 0.5, weekend: 0.3,
			bursty: true,
			p95:    9 * s1, sigma: 0.5, errors: 0.0025, payload: 6 * kb, cpu: 2, cores: 8, memory: 24 * gi,
			exporters: []instrument{vllm("meta-llama/Llama-3.1-8B-Instruct", "vllm:inter_token_latency_seconds",
				"vllm-inter-token")}, tcp: []caller{gateway},
		},
		{
			namespace: "inference", name: "chat-70b", kind: "deployment", scenario: "overloaded four hours ago",
			replicas: 1,
			startup:  420 * s1, nodes: pool{"gpu-1"}, gpus: 2, weights: 140 * gi, rate: 0.8, swing: 0.4, weekend: 0.3,
			bursty: true,
			p95:    17 * s1, sigma: 0.45, errors: 0.002, trouble: []trouble{tooMuch}, payload: 8 * kb, cpu: 3,
			cores:  16,
			memory: 96 * gi,
			exporters: []instrument{
				vllm("meta-llama/Llama-3.3-70B-Instruct", "vllm:inter_token_latency_seconds", "vllm-inter-token"),
				llmd("inference/chat-70b-epp", "meta-llama/Llama-3.3-70B-Instruct"),
				aiGateway("edge/envoy-ai-gateway", "chat-large"),
			}, tcp: []caller{gateway},
		},
		{
			namespace: "inference", name: "completions", kind: "deployment", scenario: "older vLLM", replicas: 1,
			startup: 120 * s1, nodes: pool{"gpu-2"}, gpus: 1,
			weights: 7 * gi, rate: 1.2, swing: 0.3, weekend: 0.2, p95: 6 * s1, sigma: 0.5, errors: 0.003,
			payload: 4 * kb, cpu: 1, cores: 4, memory: 12 * gi,
			exporters: []instrument{
				vllm("mistralai/Mistral-7B-v0.3", "vllm:time_per_output_token_seconds", "vllm-inter-token-old"),
				nim("inference/nim", "mistralai/mistral-7b-instruct"), litellm("platform/litellm", "completions"),
			}, tcp: []caller{gateway},
		},
		{
			namespace: "inference", name: "reranker", kind: "deployment", scenario: "steady", replicas: 1,
			startup: 60 * s1, nodes: pool{"gpu-2"}, gpus: 1,
			weights: 2 * gi, rate: 4, swing: 0.4, weekend: 0.1, p95: 14 * s1, sigma: 0.4, errors: 0.001,
			payload: 5 * kb, cpu: 1, cores: 4, memory: 8 * gi,
			trouble: []trouble{{Span: span(2*day+3*time.Hour, 80*time.Minute), slowdown: 3.2}},
			exporters: []instrument{
				tgi(), sglang("inference/sglang", "bge-reranker"),
				dynamo("inference/dynamo-frontend", "bge-reranker"),
			}, tcp: []caller{{"shop", "search", 1}},
		},
		{
			namespace: "inference", name: "vision", kind: "deployment", scenario: "its GPU has fallen off the bus",
			replicas: 1, startup: 40 * s1, rolloutEvery: 9 * day, nodes: pool{"gpu-2"}, gpus: 1,
			weights: 12 * gi, rate: 14, swing: 0.4, weekend: 0.1, p95: 230 * ms, sigma: 0.5, errors: 0.0004,
			payload: 120 * kb, cpu: 1, cores: 4, memory: 8 * gi,
			trouble:   []trouble{{Span: xid, errors: 0.7, slowdown: 4}},
			exporters: []instrument{triton("resnet50")}, http: []caller{{"batch", "thumbnails", 1}},
		},
		{
			namespace: "inference", name: "fraud-predictor", kind: "deployment", scenario: "steady", replicas: 2,
			rolloutEvery: 12 * day, startup: 20 * s1, nodes: workers,
			rate: 11, swing: 0.4, weekend: 0.1, p95: 380 * ms, sigma: 0.5, errors: 0.0005, payload: 3 * kb, cpu: 0.6,
			cores: 2, memory: 1 * gi,
			exporters: []instrument{kserve("fraud")}, http: []caller{{"shop", "payments", 1}},
		},
		{
			namespace: "inference", name: "agents", kind: "RayCluster",
			scenario: "Ray Serve, pods of a custom resource", replicas: 1, rolloutEvery: 16 * day, startup: 45 * s1,
			nodes: steady,
			rate:  4, swing: 0.4, weekend: 0.3, p95: 780 * ms, sigma: 0.5, errors: 0.002, payload: 6 * kb, cpu: 1.5,
			cores: 4, memory: 6 * gi,
			exporters: []instrument{ray("agents", "assistant", "Assistant")}, http: []caller{gateway},
		},
	}
}

func data() []*spec {
	stateful := func(name string, replicas int, rate float64, payload, cpu, memory float64, nodes pool,
		callers ...caller,
	) *spec {
		return &spec{
			namespace: "data", name: name, kind: "statefulset", scenario: "steady", replicas: replicas,
			rolloutEvery: 17 * day, startup: 35 * s1,
			nodes: nodes, rate: rate, swing: 0.4, weekend: 0.1, errors: 0.0005, payload: payload, cpu: cpu,
			cores: cpu * 4, memory: memory, tcp: callers,
		}
	}
	postgres := stateful("postgres", 2, 25, 30*kb, 1.5, 8*gi, steady, caller{"shop", "orders", 0.5},
		caller{"shop", "checkout", 0.3}, caller{"shop", "payments", 0.2})
	kafka := stateful("kafka", 2, 12, 200*kb, 1.2, 6*gi, pool{"worker-4", failingNode}, caller{"shop", "orders", 0.6},
		caller{"batch", "importer", 0.4})
	kafka.scenario = "a broker on the node that failed"
	kafka.exporters = []instrument{kafkaLag("orders", "orders")}
	kafka.trouble = []trouble{
		{Span: lossy, errors: 0.05},
		{Span: span(5*time.Hour+20*time.Minute, 6*time.Minute), errors: 0.4},
	}
	clickhouse := stateful("clickhouse", 2, 3, 500*kb, 2, 16*gi, pool{"worker-4", "worker-2"},
		caller{"batch", "report-builder", 1})
	clickhouse.trouble = []trouble{{Span: lossy, errors: 0.05}}
	store := stateful("object-store", 1, 4, 2000*kb, 0.5, 2*gi, steady)
	store.http, store.p95, store.sigma = []caller{{"batch", "thumbnails", 0.8}, {"batch", "invoices", 0.2}}, 350*ms, 0.6
	return []*spec{
		postgres, kafka, store, clickhouse,
		stateful("redis", 1, 60, 2*kb, 0.6, 3*gi, steady, caller{"shop", "cart", 0.7},
			caller{"platform", "sessions", 0.3}),
	}
}

func edge() []*spec {
	return []*spec{
		{
			namespace: "edge", name: "ingress-nginx-controller", kind: "deployment", scenario: "the way in",
			replicas: 1, rolloutEvery: 21 * day, startup: 10 * s1,
			nodes: pool{"worker-1", "worker-4"}, rate: 190, swing: 0.5, weekend: 0.1, p95: 320 * ms, sigma: 0.5,
			errors: 0.0005, payload: 45 * kb, cpu: 0.8, cores: 2, memory: 768 * mi,
			exporters: []instrument{
				nginx("shop", "shop", "frontend", 0.7),
				nginx("platform", "registry", "registry", 0.3),
			},
		},
		{
			namespace: "edge", name: "traefik", kind: "deployment", scenario: "partners' way in", replicas: 1,
			rolloutEvery: 19 * day, startup: 8 * s1,
			nodes: steady, rate: 26, swing: 0.3, weekend: 0.3, p95: 240 * ms, sigma: 0.5, errors: 0.0007,
			payload: 12 * kb, cpu: 0.2, memory: 256 * mi,
			exporters: []instrument{
				traefik("platform-docs-80@kubernetes", 0.3),
				traefik("shop-returns-80@kubernetes", 0.7), kong("partners", 0.4), haproxy("partners", 0.2),
			},
		},
		{
			namespace: "edge", name: "envoy-gateway", kind: "deployment", scenario: "errors of one backend",
			replicas: 1, rolloutEvery: 18 * day, startup: 8 * s1,
			nodes: steady, rate: 30, swing: 0.4, weekend: 0.1, p95: 280 * ms, sigma: 0.5, errors: 0.0004,
			payload: 10 * kb, cpu: 0.3, memory: 384 * mi,
			trouble: []trouble{
				{Span: span(26*time.Hour, 40*time.Minute), errors: 0.05},
				{Span: brokenStreams, errors: 0.04},
				{Span: slowHandshake, slowdown: 9},
			},
			exporters: []instrument{
				envoy("httproute/shop/orders/rule/0", 0.6), envoy("httproute/shop/inventory/rule/0", 0.4),
				envoyDownstream(),
				istioClient(caller{"edge", "envoy-gateway", 1}, caller{"shop", "orders", 0.3}),
			},
		}, // as in the gateway of a mesh
	}
}

func system() []*spec {
	return []*spec{
		{
			namespace: "kube-system", name: "kube-apiserver", kind: "staticpod", scenario: "slow lists on one morning",
			replicas: 1, nodes: control,
			rate: 48, swing: 0.1, weekend: 0, p95: 90 * ms, sigma: 0.9, errors: 0.0003, payload: 8 * kb, cpu: 1.2,
			memory:  3 * gi,
			trouble: []trouble{{Span: span(4*day+7*time.Hour, 50*time.Minute), slowdown: 6, errors: 0.004}},
			exporters: []instrument{
				apiserver("GET", "resource", "pods", 0.5, 0, "apiserver-read-latency", 1),
				apiserver("LIST", "cluster", "pods", 0.06, 6, "apiserver-list-latency", 30),
				apiserver("POST", "resource", "events", 0.15, 1.5, "apiserver-write-latency", 1),
				apiserver("PUT", "resource", "leases", 0.25, 0, "", 0),
				apiserver("WATCH", "cluster", "pods", 0.04, 0, "", 0), etcd(), scheduler(),
			},
		},
		{
			namespace: "kube-system", name: "coredns", kind: "deployment", scenario: "steady", replicas: 2,
			startup: 8 * s1, nodes: pool{"worker-1", "worker-2"},
			rate: 150, swing: 0.4, errors: 0.0001, payload: 0.3 * kb, cpu: 0.1, memory: 170 * mi, p95: 8 * ms,
			sigma: 0.9, exporters: []instrument{coredns()}, tcp: []caller{frontend.of(0.02), gateway.of(0.02)},
		},
		{
			namespace: "kube-system", name: "cilium", kind: "daemonset", scenario: "one on every node",
			replicas: len(every), nodes: every,
			rate: 6000, swing: 0.4, weekend: 0.1, errors: 0.00002, payload: 0.04 * kb, cpu: 0.2, memory: 512 * mi,
			exporters: []instrument{ciliumAgent(), ciliumHealth(), podStarts()},
		},
		{
			namespace: "monitoring", name: "node-exporter", kind: "daemonset", scenario: "one on every node",
			replicas: len(every), nodes: every, cpu: 0.03, cores: 0.25, memory: 48 * mi,
		},
		{
			namespace: "monitoring", name: "dcgm-exporter", kind: "daemonset", scenario: "one on every node with GPUs",
			replicas: len(gpuNodes), nodes: gpuNodes, cpu: 0.05, memory: 192 * mi,
		},
		{
			namespace: "monitoring", name: "kube-state-metrics", kind: "statefulset", scenario: "steady", replicas: 1,
			nodes: steady, cpu: 0.05, memory: 128 * mi,
		},
		{
			namespace: "monitoring", name: "prometheus", kind: "statefulset", scenario: "steady", replicas: 1,
			nodes: steady, rate: 4, errors: 0.0003, cpu: 0.8, cores: 4, memory: 6 * gi,
			exporters: []instrument{rules(), notifications(), certificates("shop", "shop-example-org")},
		},
		{
			namespace: "monitoring", name: "blackbox-exporter", kind: "deployment", scenario: "steady", replicas: 1,
			nodes: steady, cpu: 0.02, memory: 32 * mi,
		},
	}
}

// adoptedSpecs supplement the workloads of package sim: their nodes, requirements and callers.
func adoptedSpecs() map[string]*spec {
	one := func(nodes pool, cpu, cores, memory, payload float64, callers ...caller) *spec {
		return &spec{nodes: nodes, cpu: cpu, cores: cores, memory: memory, payload: payload, http: callers}
	}
	return map[string]*spec{
		"shop/checkout":          one(steady, 0.5, 1.5, 512*mi, 8*kb, frontend),
		"shop/payments":          one(steady, 0.4, 1.2, 768*mi, 5*kb, caller{"shop", "checkout", 1}),
		"shop/catalog":           one(steady, 1.2, 3, 1*gi, 30*kb, frontend),
		"shop/cart":              one(steady, 0.3, 1, 384*mi, 4*kb, frontend),
		"shop/search":            one(steady, 0.9, 2, 2*gi, 20*kb, frontend),
		"shop/recommendations":   one(steady, 0.8, 2, 1.5*gi, 12*kb, frontend),
		"batch/invoices":         one(steady, 0.3, 1, 512*mi, 90*kb, caller{"shop", "orders", 1}),
		"batch/importer":         one(steady, 0.6, 1, 1*gi, 60*kb, gateway),
		"inference/embeddings":   one(steady, 2, 4, 4*gi, 16*kb, caller{"shop", "search", 1}),
		"inference/llama-server": one(steady, 6, 12, 10*gi, 8*kb, gateway),
		"platform/auth":          one(steady, 0.4, 1.2, 384*mi, 3*kb, gateway),
		"platform/gateway":       one(steady, 1, 2.5, 768*mi, 14*kb, ingress),
	}
}
