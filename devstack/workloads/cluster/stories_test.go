package cluster

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

const storySpan = 21 * time.Hour

// stories is a world up to ten minutes after the anchor, with the samples of namespace travel and
// of nodes by series.
type stories struct {
	*World
	sets map[string]labels.Labels
	rec  recorded
}

func newStories(t *testing.T) stories {
	t.Helper()
	from, to := testAnchor.Add(-storySpan), testAnchor.Add(10*time.Minute)
	w := newWorld(t, from)
	w.Generate(to.UnixMilli())
	rec, sets, targets := recorded{}, map[string]labels.Labels{}, map[string]*labels.Labels{}
	for u := range w.Units() {
		w.Advance(u, to.UnixMilli(), func(series []labels.Labels, index int, atMS int64, v float64) {
			l := series[index]
			switch name := l.Get(model.MetricNameLabel); {
			case strings.HasPrefix(name, "kube_node_"), l.Get("namespace") == "travel" &&
				!strings.HasPrefix(name, "container_"),
				l.Get("service_name") == "checkin" && strings.HasSuffix(name, "_count"):
				key := l.String()
				if target := targets[key]; target != nil && target != &series[0] {
					t.Fatalf("%s has two targets, which no block can hold", key)
				}
				targets[key], sets[key], rec[key] = &series[0], l, append(rec[key], point{atMS, v})
			}
		})
	}
	return stories{w, sets, rec}
}

func TestStories(t *testing.T) {
	s := newStories(t)
	t.Run("the truth of versions is what the samples hold", s.versions)
	t.Run("kube-state-metrics shows their changes", s.changes)
	t.Run("bad events begin with them", s.badEvents)
}

func (s stories) versions(t *testing.T) {
	from, upTo := testAnchor.Add(-storySpan).UnixMilli(), testAnchor.UnixMilli()
	after := from + 10*minuteMS
	truth, got := map[[2]string][2]float64{}, map[[2]string][2]float64{}
	add := func(to map[[2]string][2]float64, workload, revision string, events, bad float64) {
		sum := to[[2]string{workload, revision}]
		to[[2]string{workload, revision}] = [2]float64{sum[0] + events, sum[1] + bad}
	}
	for _, c := range s.Truth(after, upTo) {
		switch {
		case c.SLO == "travel-availability" && c.Labels["workload"] == "ledger": // pods keep their names
			add(truth, "ledger", "", c.Events, c.Bad)
		case c.SLO == "travel-availability":
			add(truth, c.Labels["workload"], c.Labels["revision"], c.Events, c.Bad)
		case c.SLO == "otel-http-availability" && c.Labels["service_name"] == "checkin":
			add(truth, "checkin", c.Labels["revision"], c.Events, c.Bad)
		}
	}
	for key, points := range s.rec {
		l := s.sets[key]
		n := increase(points, from, after, upTo)
		switch l.Get(model.MetricNameLabel) {
		case "http_requests_total":
			_, workload, _ := strings.Cut(l.Get("job"), "/")
			revision := ""
			if workload != "ledger" {
				revision = cut(l.Get("pod"), 1)
			}
			add(got, workload, revision, n, n*flag(l.Get("code") == "500"))
		case "http_server_request_duration_seconds_count":
			add(got, "checkin", l.Get("service_version"), n, n*flag(l.Get("http_response_status_code") == "500"))
		}
	}
	for key, want := range truth {
		if got[key] != want && want[0] > 0 {
			t.Errorf("%v: truth %v, the samples have %v", key, want, got[key])
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("versions without truth: %v", got)
	}
}

func (s stories) changes(t *testing.T) {
	// grown is the growth of some series by the time before the anchor.
	grown := func(name string, pairs ...string) map[string]float64 {
		out := map[string]float64{}
		for key, l := range s.sets {
			if l.Get(model.MetricNameLabel) != name {
				continue
			}
			matches := true
			for i := 0; i < len(pairs); i += 2 {
				matches = matches && l.Get(pairs[i]) == pairs[i+1]
			}
			for i, p := range s.rec[key] {
				if matches && i > 0 && !math.IsNaN(p.v) && s.rec[key][i-1].v != p.v {
					out[testAnchor.Add(-time.Minute).Sub(time.UnixMilli(p.atMS)).Round(time.Minute).String()] += p.v - s.rec[key][i-1].v
				}
			}
		}
		return out
	}
	for _, c := range []struct {
		name  string
		pairs []string
		at    string
		grown float64
	}{
		{"kube_configmap_metadata_resource_version", []string{"configmap", "offers"}, "7h59m0s", 1},
		{"kube_configmap_metadata_resource_version", []string{"configmap", "offers"}, "7h19m0s", 1},
		{"kube_node_spec_unschedulable", []string{"node", drainedNode}, "3h44m0s", 1},
		{"kube_node_spec_unschedulable", []string{"node", drainedNode}, "3h14m0s", -1},
		{
			"kube_node_status_condition",
			[]string{"node", flakyNode, "condition", "Ready", "status", "false"},
			"12h59m0s",
			1,
		},
		{"kube_deployment_status_observed_generation", []string{"deployment", "booking"}, "19h57m0s", 1},
		{"kube_deployment_status_observed_generation", []string{"deployment", "booking"}, "17h57m0s", 1},
		{"kube_replicaset_spec_replicas", []string{"replicaset", s.named("travel/booking").revision(2)}, "19h16m0s", 3},
		{"kube_pod_container_status_restarts_total", []string{"container", "images"}, "10h17m0s", 1},
	} {
		if got := grown(c.name, c.pairs...); got[c.at] != c.grown {
			t.Errorf("%s %v: changes %v, want %v at %s before the anchor", c.name, c.pairs, got, c.grown, c.at)
		}
	}
	images := map[string]bool{}
	for _, l := range s.sets {
		if l.Get(model.MetricNameLabel) == "kube_pod_container_info" && strings.HasPrefix(l.Get("pod"), "ledger-") {
			images[l.Get("image")] = true
		}
	}
	if len(images) != 2 || !images["registry.example.org/travel/ledger:1.2.0"] {
		t.Errorf("images of the stateful set: %v", images)
	}
}

func (s stories) badEvents(t *testing.T) {
	all := s.Stories()
	if len(all) != 8 {
		t.Errorf("%d stories", len(all))
	}
	for _, story := range all {
		ratio := func(after, upTo int64) float64 {
			var events, bad float64
			for _, c := range s.Truth(after, upTo) {
				if c.SLO == story.SLO &&
					(c.Labels["workload"] == story.Workload || c.Labels["service_name"] == story.Workload) {
					events, bad = events+c.Events, bad+c.Bad
				}
			}
			return bad / events
		}
		if before, after := ratio(story.AtMS-time.Hour.Milliseconds(), story.AtMS),
			ratio(story.AtMS, story.AtMS+time.Hour.Milliseconds()); !(after > 3*before) || before > 0.001 {
			t.Errorf("%s/%s: error ratio %.5f before, %.5f after", story.Namespace, story.Workload, before, after)
		}
	}
}
