package counting

import (
	"math"
	"strconv"

	"github.com/cespare/xxhash/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// seriesKey returns a key of a counter: its labels with a canonical bound of a bucket. Prometheus 3
// exports le="1.0" where 2 exported le="1"; both are the same counter.
func seriesKey(l labels.Labels) uint64 { return hashLabels(l, nil) }

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

// canonicalBound returns the canonical spelling of a bucket's bound.
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

// targetOf returns the labels that identify the scrape target of a series: job and instance, or the
// pod if there is no instance. It is empty if the labels do not identify the target.
func targetOf(l labels.Labels) labels.Labels {
	if l.Get(model.JobLabel) != "" && l.Get(model.InstanceLabel) != "" {
		return labels.FromStrings(model.JobLabel, l.Get(model.JobLabel), model.InstanceLabel,
			l.Get(model.InstanceLabel))
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
