package benchdata

import (
	"fmt"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Days of the large sets before the day of their generation. They continue for AheadDays after it,
// so that they include the present for a week.
const (
	AheadDays    = 8
	upstreamDays = 62
	scaleDays    = 86 // 12 weeks, the 24 h before and a reserve
	serversDays  = 33 // 30 d, the 24 h before and a reserve
	fleetDays    = 33
	// ServersAhead is the number of days that the set servers continues. VictoriaMetrics rejects
	// samples of later days.
	ServersAhead = 2
)

// longLived is a workload of 25 pods with 4 counters that never restart.
func longLived(seed uint64, workload string, everyMS, fromMS, endMS int64) []*target {
	var out []*target
	for pod := range 25 {
		out = append(out, fleetPod(seed, fleetSpec{
			workload: workload, pod: fmt.Sprintf("%s-%d", workload, pod), everyMS: everyMS, fromMS: fromMS,
			endMS: endMS, traffic: waves(20, 0.001),
			codes: []string{"200", "204", "404", "500"}, methods: []string{"GET"},
		}))
	}
	return out
}

// churning returns a workload of 3 replicas that are replaced every 6 h. Each has one counter, and
// a second one after its first error.
func churning(seed uint64, workload string, everySecond, fromMS, endMS int64) []*target {
	w := &world{name: workload, fromMS: fromMS, endMS: endMS, dice: newDice(seed, workload)}
	w.churn(everySecond, 6*hourMS)
	for _, t := range w.targets {
		t.counters, t.truth = t.counters[:2], nil
	}
	return w.targets
}

// services returns workloads of one pod. Each has one counter of good and one of failed requests,
// at 60 s.
func services(seed uint64, workloads int, fromMS, endMS int64) []*target {
	var out []*target
	for n := range workloads {
		out = append(out, fleetPod(seed, fleetSpec{
			workload: fmt.Sprintf("service-%d-%d", n/groupsPerSLO, n%groupsPerSLO),
			pod:      fmt.Sprintf("service-%d-%d-0", n/groupsPerSLO, n%groupsPerSLO), everyMS: 60_000,
			fromMS: fromMS, endMS: endMS, traffic: waves(20, 0.001), codes: []string{"200", "500"},
			methods: []string{"GET"}, restarts: n%4 == 0,
		}))
	}
	return out
}

// groupsPerSLO is the number of workloads of an SLO in the set fleet. fleetWorkloads is the number
// of all workloads.
const (
	groupsPerSLO   = 4
	fleetWorkloads = 2000
)

// mesh returns the request counters of a service mesh: long-lived series at 60 s, in pods of 24 and
// some of 25, three pods a workload. Every pod restarts once, in place, as in a rollout of a
// stateful set.
func mesh(seed uint64, series int, fromMS, endMS int64) []*target {
	var out []*target
	for pod := 0; series > 0; pod++ {
		s := fleetSpec{
			workload: fmt.Sprintf("mesh-%d", pod/3), pod: fmt.Sprintf("mesh-%d-%d", pod/3, pod%3), everyMS: 60_000,
			fromMS: fromMS, endMS: endMS,
			traffic: waves(30, 0.002), codes: []string{"200", "201", "301", "404", "500", "503"},
			methods:  []string{"GET", "POST", "PUT", "DELETE"},
			restarts: true,
		}
		t := fleetPod(seed, s)
		if series < len(t.counters) {
			t.counters = t.counters[:series]
		}
		series -= len(t.counters)
		out = append(out, t)
	}
	return out
}

type fleetSpec struct {
	workload, pod  string
	everyMS        int64
	fromMS, endMS  int64
	traffic        func(int64) load
	codes, methods []string
	restarts       bool
}

func fleetPod(seed uint64, s fleetSpec) *target {
	d := newDice(seed, s.pod)
	t := &target{
		everyMS: s.everyMS, phaseMS: d.ms(1, 0, s.everyMS), seen: span{s.fromMS, s.endMS}, traffic: s.traffic, dice: d,
		lives: []life{{startMS: s.fromMS, endMS: s.endMS + dayMS}},
	}
	if s.restarts {
		at := d.ms(2, s.fromMS, s.endMS)
		t.lives = []life{{startMS: s.fromMS, endMS: at}, {startMS: at + 40_000, endMS: s.endMS + dayMS}}
	}
	bad := 0
	for _, code := range s.codes {
		if code[0] == '5' {
			bad += len(s.methods)
		}
	}
	for _, code := range s.codes {
		for _, method := range s.methods {
			c := counter{
				bad: code[0] == '5',
				labels: labels.FromStrings(model.MetricNameLabel, "http_requests_total", "code", code,
					"job", "bench", "method", method, "namespace", "bench", "pod", s.pod, "workload", s.workload),
			}
			c.share = 1 / float64(len(s.codes)*len(s.methods)-bad)
			if c.bad {
				c.share = 1 / float64(bad)
			}
			t.counters = append(t.counters, c)
		}
	}
	return t
}
