package live

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/remote"
)

// Metrics of the twelve workloads that have exemplars, as client libraries attach them: the last
// request of a counter, and the last observation of each bucket, in every scrape.
const (
	tracedCounter = "http_requests_total"
	tracedBucket  = "http_request_duration_seconds_bucket"
)

// tracer attaches exemplars to samples. Trace IDs depend on the series and the time only.
type tracer struct {
	last map[uint64]float64 // by the hash of the labels
}

// trace attaches exemplars to samples, in rising order of time. A series needs an earlier sample:
// its increase shows that there was a request.
func (t *tracer) trace(samples []remote.Sample) {
	if t.last == nil {
		t.last = map[uint64]float64{}
	}
	type scrape struct {
		target uint64 // hash of the labels without le
		atMS   int64
	}
	buckets := map[scrape][]bucket{}
	for i := range samples {
		s := &samples[i]
		name := s.Labels.Get(model.MetricNameLabel)
		if name != tracedCounter && name != tracedBucket {
			continue
		}
		hash := s.Labels.Hash()
		before, known := t.last[hash]
		t.last[hash] = s.V
		if increase := s.V - before; known && name == tracedCounter && increase > 0 {
			s.Exemplar = exemplar(s, 1)
		} else if known && name == tracedBucket {
			le, err := strconv.ParseFloat(s.Labels.Get(model.BucketLabel), 64)
			if err == nil {
				at := scrape{labels.NewBuilder(s.Labels).Del(model.BucketLabel).Labels().Hash(), s.AtMS}
				buckets[at] = append(buckets[at], bucket{s, le, increase})
			}
		}
	}
	for _, all := range buckets {
		traceBuckets(all)
	}
}

type bucket struct {
	sample   *remote.Sample
	le       float64
	increase float64 // cumulative
}

// traceBuckets attaches an observation to each bucket that has its own ones.
func traceBuckets(all []bucket) {
	slices.SortFunc(all, func(a, b bucket) int { return cmp.Compare(a.le, b.le) })
	lower, counted := 0.0, 0.0
	for _, b := range all {
		if b.increase > counted {
			value := (lower + b.le) / 2
			if math.IsInf(b.le, 1) {
				value = 2 * lower
			}
			b.sample.Exemplar = exemplar(b.sample, value)
		}
		lower, counted = b.le, b.increase
	}
}

func exemplar(s *remote.Sample, value float64) *remote.Exemplar {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.Labels, s.AtMS))
	return &remote.Exemplar{Labels: labels.FromStrings("trace_id", hex.EncodeToString(sum[:16])), V: value}
}
