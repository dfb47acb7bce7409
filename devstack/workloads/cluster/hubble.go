package cluster

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
)

// defaultBounds are the default buckets of most client libraries, in seconds.
var defaultBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// hubble adds Hubble's series of the calls to a workload. One agent exports each pair of workloads.
func (w *World) hubble(wl *workload) {
	if len(wl.http)+len(wl.tcp) == 0 {
		return
	}
	u := w.unit(nil)
	var all []*seen
	watch := func(name string, share float64, in *instrument) {
		all = append(all, w.watch(u, wl, name, share, in))
	}
	for _, c := range wl.http {
		for _, reporter := range reporters(wl, c) {
			watch("http/"+reporter+"/"+c.namespace+"/"+c.name, c.share, hubbleHTTP(wl, c, reporter))
		}
	}
	for _, c := range append(wl.http[:len(wl.http):len(wl.http)], wl.tcp...) {
		calls := c.share
		if len(wl.http) > 0 {
			calls /= 5 // connections are reused for a while
		}
		watch("tcp/"+c.namespace+"/"+c.name, calls, hubbleTCP(wl, c))
	}
	watch("flows", 1.5, hubbleFlows(wl))
	watch("dns", 0.1, hubbleDNS(wl))
	if callers := append(wl.http[:len(wl.http):len(wl.http)], wl.tcp...); wl.namespace == "data" {
		watch("obi", 1, obiTCP("obi", wl, callers[0]))
		watch("netobserv", 1, netobserv(wl, callers[0]))
		watch("retina", 1, retina(wl))
	}
	if wl.fullName() == "platform/sessions" {
		watch("beyla", 1, obiTCP("beyla", wl, wl.tcp[0]))
	}
	u.run = func(_ *unit, fromMS, untilMS int64, sink Sink) {
		for _, s := range all {
			s.emit(fromMS, untilMS, sink)
		}
	}
}

// reporters returns the sides that report HTTP calls: the server, and also the client if it has an
// L7 policy for its calls. Only its own proxy reports the calls of a gateway.
func reporters(wl *workload, c caller) []string {
	if c.name == "envoy-gateway" {
		return []string{"client"}
	}
	if c.name == "frontend" && wl.name == "reviews" {
		return []string{"server", "client"}
	}
	return []string{"server"}
}

// seen is a count of a workload's requests by another program, in one stream that never ends.
type seen struct {
	target   target
	stream   *stream
	readings []reading
}

// watch makes an agent count a share of a workload's requests.
func (w *World) watch(u *unit, wl *workload, name string, share float64, in *instrument) *seen {
	key := "hubble/" + wl.fullName() + "/" + name
	g := grid(wl.phaseMS)
	r := newRequests(in, wl, g, key, func(atMS int64) float64 {
		if atMS < wl.bornMS {
			return 0
		}
		return wl.Rate(atMS-minuteMS/2) * share
	})
	agent := w.agent(key)
	s := &seen{
		target: target{grid: g, startMS: wl.bornMS},
		stream: u.stream(key, in.width(), g.first(w.fromMS), r.grow),
	}
	s.readings = in.series(func(name string,
		own []string,
	) {
		s.target.series = append(s.target.series, named(name, agent, own...))
	})
	for _, p := range in.presetSLOs {
		w.addTruth(p, in, g, []*stream{s.stream}, labels.FromStrings(p.labels...).Map())
	}
	w.addSignals(wl, in, g, s.stream,
		func(_ int64, show func(startMS, endMS int64, base []float64)) { show(max(wl.bornMS, w.fromMS), 0, nil) })
	return s
}

func (s *seen) emit(fromMS, untilMS int64, sink Sink) {
	first, end := s.target.ticks(fromMS, untilMS)
	s.stream.walk(first, end, func(tick int64, totals []float64) {
		at := s.target.grid.at(tick)
		for i, r := range s.readings {
			sink(s.target.series, i, at, r.value(totals))
		}
	})
}

// agent returns the labels of one of Cilium's agents, on a node that does not fail.
func (w *World) agent(key string) []string {
	n := nodeNamed(steady[len(key)%len(steady)])
	cilium := w.named("kube-system/cilium")
	pod := cilium.bySlot[indexIn(every, n.name)][0]
	return []string{
		"job", "hubble-metrics", "service", "hubble-metrics", "endpoint", "hubble-metrics", "namespace", "kube-system",
		"pod", pod.Name, "container", "cilium-agent", "node", n.name, "instance", n.ip + ":9965",
	}
}

func (w *World) named(fullName string) *workload {
	for _, wl := range w.workloads {
		if wl.fullName() == fullName {
			return wl
		}
	}
	panic("cluster: there is no workload " + fullName)
}

func hubbleHTTP(wl *workload, c caller, reporter string) *instrument {
	ends := []string{
		"source_namespace", c.namespace, "source_workload", c.name, "destination_namespace", wl.namespace,
		"destination_workload", wl.name,
	}
	with := func(more ...string) []string {
		return append(append([]string{"reporter", reporter, "method", "GET"}, ends...), more...)
	}
	in := &instrument{
		outcomes: []outcome{{good, 1}, {client, 1}, {bad, 1}},
		histograms: []histogram{{
			name: "hubble_http_request_duration_seconds", labels: with(), bounds: defaultBounds,
			unit: 1,
		}},
	}
	for i, status := range []string{"200", "404", "503"} {
		in.counters = append(in.counters,
			counter{
				name: "hubble_http_requests_total", labels: with("protocol", "HTTP/1.1", "status", status),
				of: []int{i},
			})
	}
	if reporter == "server" {
		in.presetSLOs = []presetSLO{
			{slo: "hubble-http-availability", labels: ends, total: []int{0, 1, 2}, bad: []int{2}},
			{slo: "hubble-http-latency", labels: ends, bound: 0.5},
		}
	} else {
		in.presetSLOs = []presetSLO{{
			slo: "hubble-http-client-availability", labels: ends, total: []int{0, 1, 2},
			bad: []int{2},
		}}
	}
	return in
}

// hubbleTCP counts segments by their flags. Segments of a response have the called workload as
// their source.
func hubbleTCP(wl *workload, c caller) *instrument {
	there := []string{
		"source_namespace", c.namespace, "source_workload", c.name, "destination_namespace", wl.namespace,
		"destination_workload", wl.name,
	}
	back := []string{
		"source_namespace", wl.namespace, "source_workload", wl.name, "destination_namespace", c.namespace,
		"destination_workload", c.name,
	}
	const answered, unanswered, reset = 0, 1, 2
	in := &instrument{outcomes: []outcome{{good, 1}, {bad, 0.3}, {bad, 0.7}}, failing: 0.4}
	segments := func(flags string, ends []string, of ...int) {
		in.counters = append(in.counters, counter{
			name:   "hubble_tcp_flags_total",
			labels: append([]string{"family", "IPv4", "flag", flags}, ends...), of: of,
		})
	}
	segments("SYN", there, answered, unanswered, reset)
	segments("SYN-ACK", back, answered, reset)
	segments("RST", back, reset)
	in.signals = []totalSignal{
		{name: "tcp_resets", value: reading{of: []int{reset}, factor: 1}, counted: true},
		{name: "tcp_resets", of: c.namespace + "/" + c.name, counted: true}, // it sends none
	}
	in.presetSLOs = []presetSLO{
		{slo: "hubble-tcp-connect", labels: there, total: []int{0, 1, 2}, bad: []int{unanswered}},
		{slo: "hubble-tcp-resets", labels: there, total: []int{0, 1, 2}, bad: []int{reset}},
	}
	return in
}

func hubbleFlows(wl *workload) *instrument {
	to := []string{"destination_namespace", wl.namespace, "destination_workload", wl.name, "protocol", "TCP"}
	const forwarded, denied, dropped = 0, 1, 2
	in := &instrument{outcomes: []outcome{{good, 1}, {client, 1}, {bad, 1}}, failing: 0.2}
	add := func(name string, of []int, more ...string) {
		in.counters = append(in.counters,
			counter{name: name, labels: append(append([]string{}, to...), more...), of: of})
	}
	add("hubble_flows_processed_total", []int{forwarded}, "type", "Trace", "subtype", "to-endpoint", "verdict",
		"FORWARDED")
	// the same flows, at another point
	add("hubble_flows_processed_total", []int{forwarded}, "type", "Trace", "subtype", "to-network", "verdict",
		"FORWARDED")
	add("hubble_flows_processed_total", []int{denied, dropped}, "type", "Drop", "subtype", "Drop", "verdict", "DROPPED")
	add("hubble_drop_total", []int{denied}, "reason", "POLICY_DENIED")
	add("hubble_drop_total", []int{dropped}, "reason", "CT_MAP_INSERTION_FAILED")
	in.signals = []totalSignal{{name: "drops", value: reading{of: []int{dropped}, factor: 1}, counted: true}}
	in.presetSLOs = []presetSLO{{slo: "hubble-drops", labels: to, total: []int{0, 1, 2}, bad: []int{dropped}}}
	return in
}

// replicas adds the truth of a workload's replicas.
func (w *World) replicas(wl *workload) {
	labelsOf := map[string]string{"namespace": wl.namespace, wl.kind: wl.name}
	slo := map[string]string{
		"deployment": "deployment-replicas", "statefulset": "statefulset-replicas",
		"daemonset": "daemonset-replicas",
	}[wl.kind]
	if slo == "" {
		return
	}
	w.truths = append(w.truths, &group{slo, Slices, labelsOf, func(afterMS, upToMS int64) (events, bad float64) {
		return minutes(stateGrid, func(atMS int64) bool { return atMS >= wl.bornMS && !w.stateAway(atMS) }, afterMS,
			upToMS, func(atMS int64) bool { return wl.readyPods(atMS) < wl.desired(atMS) })
	}})
}

func indexIn(all []string, one string) int {
	for i, s := range all {
		if s == one {
			return i
		}
	}
	panic(fmt.Sprintf("cluster: %s is none of %v", one, all))
}
