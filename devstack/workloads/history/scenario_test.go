package history

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/value"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

func TestSamplesShowTheScenarios(t *testing.T) {
	_, recordings := fourDays()
	t.Run("no sample lies on a whole minute, counters are whole numbers",
		func(t *testing.T) { plainSamples(t, recordings) })
	t.Run("crash loop: resets, some overtaken within the hour",
		func(t *testing.T) { resets(t, recordings["batch/importer"]) })
	t.Run("scrape outage: samples missing, counters go on",
		func(t *testing.T) { outage(t, recordings["inference/embeddings"]) })
	t.Run("lazy error series begin above 0", func(t *testing.T) { lazySeries(t, recordings["shop/cart"]) })
	t.Run("pods that end leave staleness markers", func(t *testing.T) { staleness(t, recordings["shop/search"]) })
	t.Run("night: counters flat", func(t *testing.T) { night(t, recordings["batch/invoices"]) })
	t.Run("buckets rise to the count of requests", func(t *testing.T) { buckets(t, recordings) })
}

func plainSamples(t *testing.T, recordings map[string]*recording) {
	for name, r := range recordings {
		for _, s := range r.order {
			metric := s.labels.Get("__name__")
			whole := metric != "http_request_duration_seconds_sum" && metric != "process_start_time_seconds"
			for i, at := range s.atMS {
				if at%60_000 == 0 || (i > 0 && at <= s.atMS[i-1]) {
					t.Fatalf("%s: sample at %d ms", name, at)
				}
				if v := s.v[i]; whole && !math.IsNaN(v) && v != math.Trunc(v) {
					t.Fatalf("%s: %s is %v", name, s.labels, v)
				}
			}
		}
	}
}

func resets(t *testing.T, r *recording) {
	resets, overtaken := 0, 0
	for _, s := range r.named("http_request_duration_seconds_count") {
		for i, at := range s.atMS {
			before, hasBefore := s.before(at)
			if !hasBefore || math.IsNaN(s.v[i]) || s.v[i] >= before {
				continue
			}
			resets++
			border := (at/3_600_000 + 1) * 3_600_000
			if atBorder, ok := s.before(border); ok && atBorder >= before {
				overtaken++
			}
		}
	}
	if resets < 50 || overtaken < 15 {
		t.Errorf("%d resets, %d of them overtaken by the end of the hour; want at least 50 and 15", resets, overtaken)
	}
}

func outage(t *testing.T, r *recording) {
	start := testAnchor.Add(-40 * time.Hour).UnixMilli()
	end := start + 20*60_000
	for _, s := range r.named("http_request_duration_seconds_count") {
		var inside []float64
		for i, at := range s.atMS {
			if at >= start && at < end {
				inside = append(inside, s.v[i])
			}
		}
		if s.atMS[0] > start {
			continue
		}
		if len(inside) != 1 || math.Float64bits(inside[0]) != value.StaleNaN {
			t.Errorf("%s: %v within the outage, want one staleness marker", s.labels, inside)
		}
		before, _ := s.before(start)
		after, _ := s.before(end + 60_000)
		if requests := after - before; requests < 20*60*5 {
			t.Errorf("%s: counts only %v requests over the outage", s.labels, requests)
		}
	}
	for _, s := range r.named("up") {
		down := 0
		for i, at := range s.atMS {
			if s.v[i] == 0 && at >= start && at < end {
				down++
			}
		}
		if s.atMS[0] < start && down != 20 {
			t.Errorf("%s is 0 in %d scrapes, want 20", s.labels, down)
		}
	}
}

func lazySeries(t *testing.T, r *recording) {
	born, first := 0, 0.0
	for _, s := range r.named("http_requests_total") {
		if s.labels.Get("code")[0] == '5' {
			born++
			first += s.v[0]
		}
		if s.v[0] == 0 && s.labels.Get("code")[0] == '5' {
			t.Errorf("%s begins at 0", s.labels)
		}
	}
	if born < 10 || first/float64(born) < 5 {
		t.Errorf("%d error series began at %.1f on average, want at least 10 that begin at 5 and more", born,
			first/float64(born))
	}
}

func staleness(t *testing.T, r *recording) {
	alive := 0
	for _, s := range r.named("up") {
		last := s.v[len(s.v)-1]
		if !math.IsNaN(last) {
			alive++
		}
	}
	if pods := len(r.named("up")); alive != 3 || pods < 48 {
		t.Errorf("%d of %d pods have no staleness marker at the end, want the 3 that live, of at least 48", alive, pods)
	}
}

func night(t *testing.T, r *recording) {
	dusk := time.Date(2026, 11, 17, 20, 2, 0, 0, time.UTC).UnixMilli()
	dawn := time.Date(2026, 11, 18, 4, 59, 0, 0, time.UTC).UnixMilli()
	s := r.named("http_request_duration_seconds_count")[0]
	evening, _ := s.before(dusk)
	morning, _ := s.before(dawn)
	scraped := 0
	for _, at := range s.atMS {
		if at > dusk && at < dawn {
			scraped++
		}
	}
	if evening != morning || scraped != 537 {
		t.Errorf("%v requests in the evening, %v in the morning, %d samples between; want no growth in 537 samples",
			evening, morning, scraped)
	}
}

func buckets(t *testing.T, recordings map[string]*recording) {
	for name, r := range recordings {
		byPod := map[string][]float64{}
		for _, s := range r.named("http_request_duration_seconds_bucket") {
			if v, ok := s.before(testAnchor.UnixMilli()); ok {
				byPod[s.labels.Get("pod")] = append(byPod[s.labels.Get("pod")], v)
			}
		}
		for pod, counts := range byPod {
			if len(counts) != len(sim.LatencyBounds)+1 || !slices.IsSorted(counts) {
				t.Errorf("%s: buckets of %s are %v", name, pod, counts)
			}
		}
	}
}

// before returns the last sample before a time, without stale markers.
func (s *recorded) before(atMS int64) (float64, bool) {
	i, _ := slices.BinarySearch(s.atMS, atMS)
	for i--; i >= 0; i-- {
		if !math.IsNaN(s.v[i]) {
			return s.v[i], true
		}
	}
	return 0, false
}
