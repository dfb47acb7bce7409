package cluster

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// version is what the first pods of a workload run from a time on.
type version struct {
	before time.Duration // the anchor
	number int64         // the first version is 1
	pods   int           // 0: all
}

// versionsOfStory is the number of versions of a workload.
const versionsOfStory = 2

// rollStaggerMS is the time between the pods of a rollout in a story.
const rollStaggerMS = 20_000

// badCanary is a bad version for 10%, 50% and 100% of ten pods, until the version before is
// rolled out again.
func badCanary(before, step time.Duration) []version {
	return []version{{before, 2, 1}, {before - step, 2, 5}, {before - 2*step, 2, 0}, {before - 3*step, 1, 0}}
}

// versionAt is the number of a slot's version.
func (w *workload) versionAt(slot int, atMS int64) int64 {
	number := int64(1)
	for _, v := range w.versions {
		if (v.pods == 0 || slot < v.pods) && atMS >= changeMS(w.anchorMS, v.before)+int64(slot)*rollStaggerMS {
			number = v.number
		}
	}
	return number
}

// rollouts is the generation of a deployment: the number of its changes.
func (w *workload) rollouts(atMS int64) int64 {
	if len(w.versions) == 0 {
		return w.newestGeneration(atMS)
	}
	n := int64(1)
	for _, v := range w.versions {
		if atMS >= changeMS(w.anchorMS, v.before) {
			n++
		}
	}
	return n
}

// tag is the tag of a version's image.
func tag(number int64) string { return fmt.Sprintf("1.%d.0", number) }

// revision is the name of a version's ReplicaSet or ControllerRevision.
func (w *workload) revision(number int64) string { return w.replicaSet(number) }

// versionSeries adds the series of a pod's version in kube-state-metrics, and returns their number.
func (w *workload) versionSeries(p *Pod, add func(name string, own ...string)) int {
	if len(w.versions) == 0 {
		return 0
	}
	image := "registry.example.org/" + w.fullName() + ":" + tag(p.generation)
	add("kube_pod_container_info", "container", w.container(), "image", image, "image_spec", image)
	if w.kind != "statefulset" {
		return 1
	}
	add("kube_pod_labels", "label_controller_revision_hash", w.revision(p.generation))
	return 2
}

// emitRevisions emits the revision to which a stateful set is updated.
func (w *workload) emitRevisions(fromMS, untilMS int64, sink Sink) {
	t := newStateTarget(w.anchorMS, w.bornMS, 0)
	if len(w.versions) == 0 || !t.live(fromMS, untilMS) {
		return
	}
	for number := int64(1); number <= versionsOfStory; number++ {
		t.series = append(t.series,
			named("kube_statefulset_status_update_revision", stateTarget, "namespace", w.namespace, "statefulset",
				w.name,
				"revision", w.revision(number)))
	}
	t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
		for i := range out {
			if out[i] = 1; w.versionAt(0, atMS) != int64(i+1) {
				out[i] = staleMarker
			}
		}
	})
}

// nodeTrouble is a node that is not ready or drained for a time. Its pods fail a share of their
// requests until they leave it, after a time.
type nodeTrouble struct {
	sim.Span
	node      string
	isDrained bool // else it is not ready, again and again
	errors    float64
	leave     time.Duration
}

// Nodes with pods of stories alone.
const (
	flakyNode   = "worker-6"
	drainedNode = "worker-7"
)

var nodeTroubles = []nodeTrouble{
	{Span: span(13*time.Hour, 40*time.Minute), node: flakyNode, errors: 0.2, leave: 40 * time.Minute},
	{
		Span: span(3*time.Hour+45*time.Minute, 30*time.Minute), node: drainedNode, isDrained: true, errors: 0.25,
		leave: 6 * time.Minute,
	},
}

func (t nodeTrouble) leftMS(anchorMS int64) int64 {
	return (startOf(t.Span, anchorMS) + t.leave.Milliseconds()) / minuteMS * minuteMS
}

// isLeft reports whether pods leave a node in the minute from a time on.
func isLeft(node string, atMS, anchorMS int64) bool {
	for _, t := range nodeTroubles {
		if t.node == node && t.leftMS(anchorMS) == atMS {
			return true
		}
	}
	return false
}

// isNotReady reports whether a flaky node is not ready: three of five minutes.
func isNotReady(node string, atMS, anchorMS int64) bool {
	t := nodeTroubles[0]
	return t.node == node && t.Within(atMS, anchorMS) && (atMS-startOf(t.Span, anchorMS))%(5*minuteMS) < 3*minuteMS
}

// isUnready reports whether a node is not ready, or known to be down.
func isUnready(node string, atMS, anchorMS int64) bool {
	return isNotReady(node, atMS, anchorMS) || isUnreachable(node, atMS, anchorMS)
}

func isDrained(node string, atMS, anchorMS int64) bool {
	return nodeTroubles[1].node == node && nodeTroubles[1].Within(atMS, anchorMS)
}

// outOfMemory is a time in which containers are killed at an interval. From a minute after each
// start, so that its counters are lower than before, they fail a share of their requests.
type outOfMemory struct {
	sim.Span
	every  time.Duration
	fails  time.Duration
	errors float64
}

// kills is the number of times that a pod's container was killed up to a time. The pods take turns.
func (w *workload) kills(p *Pod, atMS int64) int {
	k, start := w.killed, max(p.ReadyMS, startOf(w.killed.Span, w.anchorMS))+int64(p.Slot)*45_000
	if atMS = min(atMS, endOf(k.Span, w.anchorMS)); atMS <= start {
		return 0
	}
	return int((atMS - start) / k.every.Milliseconds())
}

// lifeOf is the start of a pod's container that runs at a time.
func (w *workload) lifeOf(p *Pod, atMS int64) int64 {
	if w.killed == nil || w.kills(p, atMS) == 0 {
		return p.ReadyMS
	}
	start := max(p.ReadyMS, startOf(w.killed.Span, w.anchorMS)) + int64(p.Slot)*45_000
	return start + int64(w.kills(p, atMS))*w.killed.every.Milliseconds()
}

// ownErrors is the share of requests that the pod of a slot fails in the minute before a time, in
// addition to those of its workload: for its version, its node and its memory.
func (w *workload) ownErrors(slot int, atMS int64) float64 {
	if w.born == 0 {
		return 0
	}
	p := w.serving(slot, atMS)
	if p == nil {
		return 0
	}
	share, middle := w.failing[p.generation], atMS-minuteMS/2
	for _, t := range nodeTroubles {
		if t.node == p.Node && t.Within(middle, w.anchorMS) {
			share += t.errors
		}
	}
	if k := w.killed; k != nil && w.kills(p, middle-minuteMS) > w.kills(p, middle-minuteMS-k.fails.Milliseconds()) {
		share += k.errors
	}
	return share
}

// addVersions adds the truth of an SLO for each version of a workload.
func (in *instance) addVersions(w *World, p presetSLO) {
	total, wrong := reading{of: p.total, factor: 1}, reading{of: p.bad, factor: 1}
	for number := int64(1); number <= versionsOfStory; number++ {
		labels := in.groupLabels(p)
		labels["revision"] = in.revision(number)
		if in.in.version != "" {
			labels["revision"] = tag(number)
		}
		w.truths = append(w.truths, &group{p.slo, Events, labels, func(afterMS, upToMS int64) (float64, float64) {
			sum := make([]float64, in.in.width())
			for _, pod := range in.pods {
				s, g := in.streams[pod.Slot], in.grid()
				after, last := max(g.first(pod.ReadyMS)-1, g.last(afterMS)), g.last(upToMS)
				if pod.DoneMS > 0 {
					last = min(last, g.first(pod.DoneMS)-1)
				}
				if pod.generation != number || last <= after {
					continue
				}
				from, to := s.after(after), s.after(last)
				for i := range sum {
					sum[i] += to[i] - from[i]
				}
			}
			return total.value(sum), wrong.value(sum)
		}})
	}
}

// Story is a change of a workload, or of its surroundings, that made requests fail.
type Story struct {
	Namespace string `json:"namespace"`
	Workload  string `json:"workload"`
	Scenario  string `json:"scenario"`
	SLO       string `json:"slo"`
	Kind      string `json:"kind"`     // of the change; "": no change caused the failures
	Revision  string `json:"revision"` // of a rollout
	AtMS      int64  `json:"atMS"`
}

// Stories are the changes that made requests of namespace travel fail.
func (w *World) Stories() []Story {
	var out []Story
	for _, wl := range w.workloads {
		if wl.cause == nil {
			continue
		}
		s := Story{
			wl.namespace, wl.name, wl.scenario, "travel-availability", wl.cause.kind, "",
			w.anchorMS - wl.cause.before.Milliseconds(),
		}
		if s.Kind == "rollout" {
			s.Revision = wl.revision(2)
		}
		if wl.exporters[0].version != "" {
			s.SLO = "otel-http-availability"
		}
		out = append(out, s)
	}
	return out
}

// cause is the kind of a change that made requests fail.
type cause struct {
	kind   string
	before time.Duration // the anchor
}

// travel is the workloads of stories about changes. They exist for eight days.
func travel() []*spec {
	story := func(name, kind, scenario string, replicas int, nodes pool, c cause) *spec {
		return &spec{
			namespace: "travel", name: name, kind: kind, scenario: scenario, replicas: replicas, nodes: nodes,
			born: 8 * day, cause: &c,
			startup: 15 * s1, rate: 5 * float64(replicas), swing: 0.4, weekend: 0.1, errors: 0.0004, payload: 4 * kb,
			cpu: 0.1, memory: 128 * mi,
			versions: []version{{ever, 1, 0}}, exporters: []instrument{travelHTTP()},
		}
	}
	booking := story("booking", "deployment", "a bad version for 10%, 50% and 100% of its pods, then rolled back", 10,
		steady, cause{"rollout", 20 * time.Hour})
	booking.versions, booking.failing = badCanary(20*time.Hour, 40*time.Minute), map[int64]float64{2: 0.04}
	search := story("search", "deployment", "an upstream fails while a good version is rolled out", 6, steady,
		cause{"", 15*time.Hour + 30*time.Minute})
	search.versions = []version{{15*time.Hour + 26*time.Minute, 2, 0}}
	search.trouble = []trouble{{Span: span(15*time.Hour+30*time.Minute, 45*time.Minute), errors: 0.06}}
	fares := story("fares", "deployment", "half of it on a node that is not ready, again and again", 6,
		pool{flakyNode, "worker-1"}, cause{"node", nodeTroubles[0].Before})
	images := story("images", "deployment", "killed for its memory every 12 minutes", 4, steady,
		cause{"oom", 10*time.Hour + 18*time.Minute})
	images.killed = &outOfMemory{
		span(10*time.Hour+30*time.Minute, 90*time.Minute), 12 * time.Minute, 2 * time.Minute,
		0.3,
	}
	offers := story("offers", "deployment", "a wrong ConfigMap, changed back after 40 minutes", 3, steady,
		cause{"config", 8 * time.Hour})
	offers.config = []time.Duration{8 * time.Hour, 7*time.Hour + 20*time.Minute}
	offers.trouble = []trouble{{Span: span(8*time.Hour, 40*time.Minute), errors: 0.05}}
	ledger := story("ledger", "statefulset", "a bad version of a StatefulSet, rolled back", 4, steady,
		cause{"rollout", 6 * time.Hour})
	ledger.versions, ledger.failing = []version{{6 * time.Hour, 2, 0}, {5*time.Hour + 20*time.Minute, 1, 0}},
		map[int64]float64{2: 0.05}
	seats := story("seats", "deployment", "half of it on a node that is drained", 6, pool{drainedNode, "worker-2"},
		cause{"node", nodeTroubles[1].Before})
	checkin := story("checkin", "deployment", "a bad version that its metrics name", 4, steady,
		cause{"rollout", 110 * time.Minute})
	checkin.versions, checkin.failing = []version{{110 * time.Minute, 2, 2}, {65 * time.Minute, 1, 0}},
		map[int64]float64{2: 0.06}
	checkin.exporters = []instrument{otelHTTP("travel", "checkin")}
	checkin.exporters[0].version = "service_version"
	return []*spec{booking, search, fares, images, offers, ledger, seats, checkin}
}

// travelHTTP returns the counters of a Go program with promhttp's handlers.
func travelHTTP() instrument {
	in := instrument{
		outcomes: webOutcomes,
		counters: byStatus("http_requests_total", []string{"method", "get"}, "code", "200", "404", "500"),
	}
	in.addSLO("http-availability", nil)
	in.addSLO("travel-availability", nil)
	return in
}
