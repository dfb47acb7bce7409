package counting

import (
	"math"
	"strconv"

	"github.com/cespare/xxhash/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// seriesKey identifies a counter: its labels, with the one spelling of a bucket's
// bound. Prometheus 3 writes le="1.0" where 2 wrote le="1"; it is the same
// counter.
func seriesKey(l labels.Labels) uint64 { return hashLabels(l, nil) }

// hashLabels is a hash of the labels without those that are left out.
func hashLabels(l labels.Labels, without func(name string) bool) uint64 {
	var room [1024]byte
	b := room[:0]
	l.Range(func(l labels.Label) {
		if without != nil && without(l.Name) {
			return
		}
		value := l.Value
		if l.Name == model.BucketLabel {
			value = canonicalBound(value)
		}
		b = append(append(append(append(b, l.Name...), 0xff), value...), 0xff)
	})
	return xxhash.Sum64(b)
}

// canonicalBound spells a bucket's bound in one way.
func canonicalBound(le string) string {
	v, err := strconv.ParseFloat(le, 64)
	if err != nil {
		return le
	}
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// targetOf is the labels of what was scraped to get a series: the instance of a
// job, or the pod where the instance was dropped. It is empty where the labels do
// not show the target.
func targetOf(l labels.Labels) labels.Labels {
	if l.Get(model.JobLabel) != "" && l.Get(model.InstanceLabel) != "" {
		return labels.FromStrings(model.JobLabel, l.Get(model.JobLabel), model.InstanceLabel, l.Get(model.InstanceLabel))
	}
	if l.Get("pod") == "" {
		return labels.EmptyLabels()
	}
	b := labels.NewScratchBuilder(3)
	for _, name := range []string{model.JobLabel, "namespace", "pod"} {
		if l.Has(name) {
			b.Add(name, l.Get(name))
		}
	}
	return b.Labels()
}
