package cluster

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

var (
	testAnchor = time.Date(2026, 11, 18, 16, 25, 0, 0, time.UTC) // a Wednesday
	testSpan   = 8 * time.Hour
)

type point struct {
	atMS int64
	v    float64
}

// recorded is all samples by series.
type recorded map[string][]point

func newWorld(t testing.TB, from time.Time) *World {
	t.Helper()
	var fleet []*sim.Behaviour
	for _, w := range sim.Fleet() {
		b, err := sim.Behave(w, 1, testAnchor.UnixMilli())
		if err != nil {
			t.Fatal(err)
		}
		fleet = append(fleet, b)
	}
	w, err := New(fleet, 1, testAnchor.UnixMilli(), from.UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// run records a world in steps of some minutes.
func run(w *World, from, to time.Time, step time.Duration) (recorded, map[string]labels.Labels) {
	rec, sets := recorded{}, map[string]labels.Labels{}
	var target *labels.Labels // the current one; all of its samples are consecutive
	var keys []string
	for at := from; at.Before(to); {
		at = at.Add(step)
		if at.After(to) {
			at = to
		}
		w.Generate(at.UnixMilli())
		for u := range w.Units() {
			w.Advance(u, at.UnixMilli(), func(series []labels.Labels, index int, atMS int64, v float64) {
				if target != &series[0] {
					target, keys = &series[0], make([]string, len(series))
					for i, l := range series {
						keys[i] = l.String()
						sets[keys[i]] = l
					}
				}
				rec[keys[index]] = append(rec[keys[index]], point{atMS, v})
			})
		}
	}
	return rec, sets
}

// increase returns the increase in a series' samples in (after, upTo]. The first sample at the
// start of the record counts nothing.
func increase(points []point, fromMS, afterMS, upToMS int64) float64 {
	sum, last, seen := 0.0, 0.0, false
	for _, p := range points {
		if math.IsNaN(p.v) {
			continue
		}
		grown := p.v
		if seen && p.v >= last {
			grown = p.v - last
		}
		if !seen && p.atMS < fromMS+minuteMS {
			grown = 0
		}
		if p.atMS > afterMS && p.atMS <= upToMS {
			sum += grown
		}
		last, seen = p.v, true
	}
	return sum
}

func TestTruthIsWhatTheSamplesHold(t *testing.T) {
	from := testAnchor.Add(-testSpan)
	w := newWorld(t, from)
	rec, sets := run(w, from, testAnchor.Add(time.Hour), 3*time.Hour+13*time.Second)
	counted := map[string]struct{ total, bad string }{
		"http-availability":        {`http_requests_total{code!=""}`, `code=5`},
		"hubble-http-availability": {`hubble_http_requests_total`, `status=5`},
		"vllm-http-availability":   {`http_requests_total{status!=""}`, `status=5`},
		"istio-availability":       {`istio_requests_total`, `response_code=5`},
	}
	for _, window := range []time.Duration{time.Hour, 7 * time.Hour} {
		upTo := testAnchor.Add(40 * time.Minute)
		after := upTo.Add(-window)
		truth := map[string][2]float64{}
		for _, c := range w.Truth(after.UnixMilli(), upTo.UnixMilli()) {
			sum := truth[c.SLO]
			truth[c.SLO] = [2]float64{sum[0] + c.Events, sum[1] + c.Bad}
		}
		got := map[string][2]float64{}
		for key, points := range rec {
			l := sets[key]
			add := func(slo string, bad bool) {
				n := increase(points, from.UnixMilli(), after.UnixMilli(), upTo.UnixMilli())
				sum := got[slo]
				sum[0] += n
				if bad {
					sum[1] += n
				}
				got[slo] = sum
			}
			switch name := l.Get(model.MetricNameLabel); {
			case name == "http_requests_total" && l.Get("code") != "":
				add("http-availability", l.Get("code")[0] == '5')
			case name == "http_requests_total" && strings.HasPrefix(l.Get("handler"), "/v1/"):
				add("vllm-http-availability", l.Get("status")[0] == '5')
			case name == "hubble_http_requests_total" && l.Get("reporter") == "server":
				add("hubble-http-availability", l.Get("status")[0] == '5')
			case name == "istio_requests_total" && l.Get("reporter") == "destination":
				add("istio-availability", l.Get("response_code")[0] == '5')
			}
		}
		for slo := range counted {
			if got[slo] != truth[slo] || got[slo][0] == 0 {
				t.Errorf("%s over %s: truth %v, the samples hold %v", slo, window, truth[slo], got[slo])
			}
		}
	}
}

func TestStepsAndSavingChangeNothing(t *testing.T) {
	from, to := testAnchor.Add(-6*time.Hour), testAnchor.Add(30*time.Minute)
	whole, _ := run(newWorld(t, from), from, to, 24*time.Hour)
	first := newWorld(t, from)
	parts, _ := run(first, from, testAnchor.Add(-2*time.Hour), 17*time.Minute)
	second := newWorld(t, from)
	if err := second.Resume(testAnchor.Add(-2*time.Hour).UnixMilli(), first.Totals()); err != nil {
		t.Fatal(err)
	}
	for _, in := range second.units {
		for key, stream := range in.streams {
			if stream.next == stream.first {
				t.Errorf("%s begins anew after it was resumed", key)
			}
		}
	}
	rest, _ := run(second, testAnchor.Add(-2*time.Hour), to, 61*time.Second)
	for key, points := range rest {
		parts[key] = append(parts[key], points...)
	}
	if len(whole) != len(parts) {
		t.Errorf("%d series at once, %d in parts", len(whole), len(parts))
	}
	different := 0
	for key, points := range whole {
		if fmt.Sprint(points) != fmt.Sprint(parts[key]) && different < 5 {
			different++
			t.Errorf("%s:\nat once  %d samples\nin parts %d samples", key, len(points), len(parts[key]))
			for i := range points {
				if i >= len(parts[key]) || fmt.Sprint(points[i]) != fmt.Sprint(parts[key][i]) {
					t.Errorf("first difference at %d: %v", i, points[i])
					break
				}
			}
		}
	}
	for key, points := range whole {
		for i, p := range points {
			if i > 0 && p.atMS <= points[i-1].atMS || p.atMS%minuteMS == 0 {
				t.Fatalf("%s: sample %d at %d", key, i, p.atMS)
			}
		}
	}
}

func TestEveryPodThatServesHasAnOwner(t *testing.T) {
	w := newWorld(t, testAnchor.Add(-testSpan))
	w.Generate(testAnchor.UnixMilli())
	pods := 0
	for _, wl := range w.workloads {
		for slot := range wl.bySlot {
			for i, p := range wl.bySlot[slot] {
				pods++
				if i > 0 && p.StartMS < wl.bySlot[slot][i-1].StartMS {
					t.Errorf("%s: %s starts before %s", wl.fullName(), p.Name, wl.bySlot[slot][i-1].Name)
				}
			}
		}
		if wl.kind != "cronjob" && wl.most == 0 && wl.available(testAnchor.UnixMilli()-1) != wl.replicas {
			t.Errorf("%s: %d pods serve, want %d", wl.fullName(), wl.available(testAnchor.UnixMilli()-1), wl.replicas)
		}
	}
	if pods < 100 {
		t.Errorf("%d pods", pods)
	}
}
