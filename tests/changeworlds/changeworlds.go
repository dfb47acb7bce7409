// Package changeworlds makes up incidents of a workload with known causes: bad rollouts, or failures
// of an upstream, a node, the memory, a configuration or the load, with innocent rollouts around
// them. The same seed makes the same incident.
package changeworlds

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/burnline/burnline/tests/recording"
)

// SLO is the definition of the SLO over the incidents.
const SLO = `{name: requests, objective: 99.5, window: 1d, by: [namespace, workload], identity: kubernetes,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}`

// Workload is the name of the workload that has the incident.
const Workload = "web"

// Length is how long an incident's history is. It ends some time after the incident began.
const Length = 8 * time.Hour

// The causes of incidents.
const (
	CauseRollout  = "rollout"
	CauseUpstream = "upstream"
	CauseNode     = "node"
	CauseMemory   = "memory"
	CauseConfig   = "config"
	CauseLoad     = "load"
)

var otherCauses = []string{CauseUpstream, CauseNode, CauseMemory, CauseConfig, CauseLoad}

// Incident is a history and its cause.
type Incident struct {
	Seed      uint64
	Namespace string
	Cause     string
	Revision  string // of a bad rollout
	Series    map[string][]recording.Sample
}

// pod is a pod of a workload in [from, to).
type pod struct {
	name, workload, set, node string
	from, to                  int
	good, bad                 float64
	restarts                  float64
}

// maker makes one incident.
type maker struct {
	*rand.Rand
	*Incident
	beginMs int64
	pods    []*pod
	active  map[string][]bool // by ReplicaSet: has pods, by minute
	owner   map[string]string
	made    int
	minutes int // length of the history
}

// Bad returns an incident by a bad rollout.
func Bad(seed uint64, begin time.Time) *Incident { return generate(seed, begin, CauseRollout, Length) }

// Month returns thirty days with a rollout on every second one. The last one is bad.
func Month(begin time.Time) *Incident { return generate(1, begin, CauseRollout, MonthLength) }

// MonthLength is the length of Month.
const MonthLength = 30 * 24 * time.Hour

// Other returns an incident without a bad rollout.
func Other(seed uint64, begin time.Time) *Incident {
	return generate(seed, begin, otherCauses[seed%uint64(len(otherCauses))], Length)
}

func generate(seed uint64, begin time.Time, cause string, length time.Duration) *Incident {
	m := &maker{
		Rand: rand.New(rand.NewPCG(seed, 21)), // #nosec G404 - made up on purpose
		Incident: &Incident{
			Seed: seed, Namespace: fmt.Sprintf("%s-%d", cause, seed), Cause: cause,
			Series: map[string][]recording.Sample{},
		},
		beginMs: begin.UnixMilli(), active: map[string][]bool{}, owner: map[string]string{},
		minutes: int(length / time.Minute),
	}
	if length == MonthLength {
		m.Namespace = "month"
	}
	m.make()
	return m.Incident
}

func (m *maker) between(low, high int) int { return low + m.IntN(high-low+1) }

func (m *maker) sample(name string, minute int, v float64) {
	m.Series[name] = append(m.Series[name], recording.Sample{Ms: m.beginMs + int64(minute)*60_000, V: v})
}

// rollout replaces the pods of a workload, one after the other or as a canary.
func (m *maker) rollout(workload, set string, at, replicas int) {
	var old []*pod
	for _, p := range m.pods {
		if p.workload == workload && p.to > at {
			old = append(old, p)
		}
	}
	var offsets []int
	switch m.IntN(4) {
	case 0: // a canary at 10%, 50% and 100%
		for i := range replicas {
			offsets = append(offsets, []int{0, 20, 40}[min((i*10/replicas+4)/5, 2)])
		}
	default:
		each := m.between(1, 3)
		for i := range replicas {
			offsets = append(offsets, i*each)
		}
	}
	for i, offset := range offsets {
		m.pod(workload, set, at+offset, m.minutes)
		if i < len(old) {
			old[i].to = min(old[i].to, at+offset+1)
		}
	}
	for _, p := range old[min(len(offsets), len(old)):] {
		p.to = min(p.to, at+offsets[len(offsets)-1]+1)
	}
}

func (m *maker) pod(workload, set string, from, to int) *pod {
	m.made++
	p := &pod{
		name: fmt.Sprintf("%s-%05d", set, m.made), workload: workload, set: set, node: m.node(m.IntN(4)),
		from: from, to: to,
	}
	m.pods = append(m.pods, p)
	m.owner[set] = workload
	return p
}

// node returns the name of a node. Incidents without a failing node share theirs.
func (m *maker) node(i int) string {
	if m.Cause == CauseNode {
		return fmt.Sprintf("%s-%d", m.Namespace, i)
	}
	return fmt.Sprintf("shared-%d", i)
}

// failure is the additional error ratio of pods over time.
type failure struct {
	from, to int
	share    float64
	ramp     int // minutes until the share is reached
	of       func(*pod) bool
}

func (f failure) at(p *pod, minute int) float64 {
	if minute < f.from || minute >= f.to || !f.of(p) {
		return 0
	}
	if f.ramp > 0 {
		return f.share * min(float64(minute-f.from+1)/float64(f.ramp), 1)
	}
	return f.share
}

func (m *maker) make() {
	replicas, base := m.between(4, 10), 0.002*m.Float64()
	perMinute := map[string]float64{}
	for _, w := range []string{Workload, "cart"} {
		perMinute[w] = float64(m.between(30, 300))
		for range replicas {
			m.pod(w, w+"-1", 0, m.minutes)
		}
	}
	start := m.minutes - m.between(70, 110) // of the incident
	end := start + m.between(30, 100)
	f := failure{from: start, to: end, share: 0.05 + 0.5*m.Float64()}
	if m.IntN(3) == 0 {
		f.ramp = m.between(3, 12)
	}
	load := func(int) float64 { return 1 }
	var notReady string
	var oom []*pod
	config := -1
	m.rollout("cart", "cart-2", m.between(120, m.minutes-30), replicas) // of another workload
	if m.IntN(2) == 0 {
		m.rollout(Workload, "web-2", m.between(30, 180), replicas)
	}
	for day := 2; day*24*60 < start-24*60; day += 2 {
		m.rollout(Workload, fmt.Sprintf("web-1%02d", day), day*24*60, replicas)
	}
	if m.Cause == CauseRollout {
		m.Revision = "web-3"
		m.rollout(Workload, m.Revision, start, replicas)
		f.of, f.to, f.ramp = func(p *pod) bool { return p.set == m.Revision }, m.minutes, 0
		if m.IntN(2) == 0 { // rolled back
			m.rollout(Workload, "web-1", m.between(start+15, end), replicas)
		}
		if m.IntN(3) == 0 {
			config = start + m.between(-90, 60)
		}
	} else if m.IntN(10) < 8 { // an innocent rollout near the incident
		m.rollout(Workload, "web-3", start+m.between(-75, 40), replicas)
	}
	switch m.Cause {
	case CauseUpstream:
		f.of = func(p *pod) bool { return p.workload == Workload }
	case CauseNode:
		notReady = m.node(m.IntN(4))
		m.pod(Workload, "web-1", 0, m.minutes).node = notReady // at least one
		f.of, f.share = func(p *pod) bool { return p.workload == Workload && p.node == notReady }, 0.5+0.5*f.share
	case CauseMemory:
		for _, p := range m.pods {
			if p.workload == Workload && p.from < start && p.to > end && len(oom) < 2 {
				oom = append(oom, p)
			}
		}
		for len(oom) < 1 {
			oom = append(oom, m.pod(Workload, "web-1", 0, m.minutes))
		}
		f.of, f.share = func(p *pod) bool { return p == oom[0] || len(oom) > 1 && p == oom[1] }, 0.5+0.5*f.share
	case CauseConfig:
		config = start - 1
		f.of = func(p *pod) bool { return p.workload == Workload }
	case CauseLoad:
		f.of = func(p *pod) bool { return p.workload == Workload }
		load = func(minute int) float64 {
			if minute >= start-5 && minute < end {
				return 2.5
			}
			return 1
		}
	}
	for minute := range m.minutes + 1 {
		for _, p := range m.pods {
			if minute >= p.from && minute < p.to {
				m.serve(p, minute, perMinute[p.workload]*load(minute), base+f.at(p, minute))
			}
		}
		m.state(minute, start, end, notReady, oom, config)
	}
}

// serve records a minute of a pod, and its rows of kube-state-metrics.
func (m *maker) serve(p *pod, minute int, events, share float64) {
	share = min(share, 1)
	n := math.Round(max(events+math.Sqrt(events)*m.NormFloat64(), 0))
	bad := math.Round(min(max(n*share+math.Sqrt(n*share*(1-share))*m.NormFloat64(), 0), n))
	if minute > p.from {
		p.good, p.bad = p.good+n-bad, p.bad+bad
	}
	place := fmt.Sprintf(`namespace=%q,pod=%q`, m.Namespace, p.name)
	m.sample(`requests_total{`+place+`,code="200"}`, minute, p.good)
	m.sample(`requests_total{`+place+`,code="500"}`, minute, p.bad)
	m.sample(fmt.Sprintf(`kube_pod_owner{%s,owner_kind="ReplicaSet",owner_name=%q,owner_is_controller="true"}`, place,
		p.set), minute, 1)
	m.sample(fmt.Sprintf(`kube_pod_info{%s,node=%q}`, place, p.node), minute, 1)
	m.sample(fmt.Sprintf(`kube_pod_container_info{%s,container="app",image="registry.example/%s"}`, place, p.set),
		minute, 1)
	if m.active[p.set] == nil {
		m.active[p.set] = make([]bool, m.minutes+1)
	}
	m.active[p.set][minute] = true
}

// state records what is not about single pods, and restarts.
func (m *maker) state(minute, start, end int, notReady string, oom []*pod, config int) {
	for set, workload := range m.owner {
		replicas := 0.0
		if a := m.active[set]; a != nil && a[minute] {
			replicas = 1
		}
		object := fmt.Sprintf(`namespace=%q,replicaset=%q`, m.Namespace, set)
		m.sample(`kube_replicaset_spec_replicas{`+object+`}`, minute, replicas)
		m.sample(fmt.Sprintf(`kube_replicaset_owner{%s,owner_kind="Deployment",owner_name=%q,owner_is_controller="true"}`,
			object, workload), minute, 1)
	}
	for i := range 4 {
		if m.Cause != CauseNode {
			break
		}
		node := m.node(i)
		isDown := node == notReady && minute >= start && minute < end
		status := map[bool]float64{true: 1}
		m.sample(fmt.Sprintf(`kube_node_status_condition{node=%q,condition="Ready",status="false"}`, node), minute,
			status[isDown])
	}
	for i, p := range m.pods {
		if minute < p.from || minute >= p.to {
			continue
		}
		place := fmt.Sprintf(`namespace=%q,pod=%q,container="app"`, m.Namespace, p.name)
		isKilled := false
		for _, o := range oom {
			isKilled = isKilled || o == p && minute >= start && minute < end
		}
		if isKilled && (minute-start)%5 == 0 || i == 0 && minute == 200 { // one restart without a consequence
			p.restarts++
		}
		if isKilled {
			m.sample(`kube_pod_container_status_last_terminated_reason{`+place+`,reason="OOMKilled"}`, minute, 1)
		}
		m.sample(`kube_pod_container_status_restarts_total{`+place+`}`, minute, p.restarts)
	}
	version := 100.0
	if config >= 0 && minute >= config {
		version = 101
	}
	m.sample(fmt.Sprintf(`kube_configmap_metadata_resource_version{namespace=%q,configmap="web-config"}`, m.Namespace),
		minute, version)
	replicas := 5.0
	if m.Cause == CauseLoad && minute >= start-3 && minute < end {
		replicas = 10
	}
	hpa := fmt.Sprintf(`namespace=%q,horizontalpodautoscaler="web"`, m.Namespace)
	m.sample(`kube_horizontalpodautoscaler_status_current_replicas{`+hpa+`}`, minute, replicas)
	m.sample(`kube_horizontalpodautoscaler_spec_max_replicas{`+hpa+`}`, minute, 10)
	m.sample(`kube_horizontalpodautoscaler_info{`+hpa+`,scaletargetref_kind="Deployment",scaletargetref_name="web"}`,
		minute, 1)
}
