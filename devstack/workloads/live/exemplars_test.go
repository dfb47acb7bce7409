package live

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/remote"
)

// Each exemplar is a request that its series counted: of the counter, or of the bucket that no
// smaller bucket has.
func TestExemplarsAreRequestsOfTheirSeries(t *testing.T) {
	sample := func(atMS int64, v float64, pairs ...string) remote.Sample {
		return remote.Sample{Labels: labels.FromStrings(pairs...), AtMS: atMS, V: v}
	}
	scrape := func(atMS int64, requests, small, large, inf float64) []remote.Sample {
		bucket := func(le string,
			v float64,
		) remote.Sample {
			return sample(atMS, v, "__name__", tracedBucket, "le", le)
		}
		return []remote.Sample{
			sample(atMS, requests, "__name__", tracedCounter, "code", "500"), bucket("+Inf", inf), bucket("0.1", small),
			bucket("0.3", large),
			sample(atMS, requests, "__name__", "other_total"),
		}
	}
	var tr tracer
	first := scrape(1000, 5, 1, 2, 5)
	tr.trace(first)
	for _, s := range first {
		if s.Exemplar != nil {
			t.Errorf("%s has an exemplar without an earlier sample", s.Labels)
		}
	}
	second := append(scrape(2000, 5, 2, 3, 7), scrape(3000, 6, 2, 3, 8)...)
	tr.trace(second)
	want := []float64{0, 0.6, 0.05, 0, 0, 1, 0.6, 0, 0, 0}
	seen := map[string]bool{}
	for i, s := range second {
		got := 0.0
		if s.Exemplar != nil {
			got = s.Exemplar.V
			id := s.Exemplar.Labels.Get("trace_id")
			if len(id) != 32 || seen[id] {
				t.Errorf("trace ID %q", id)
			}
			seen[id] = true
		}
		if got != want[i] {
			t.Errorf("sample %d, %s: exemplar %g, want %g", i, s.Labels, got, want[i])
		}
	}
}
