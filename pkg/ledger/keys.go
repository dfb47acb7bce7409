package ledger

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// between separates the parts of a key: it is not valid in UTF-8, so no name or
// value holds it.
const between = 0xff

// seriesKey identifies a counter by its labels without the metric name, which
// functions drop, and with the one spelling of a bucket's bound: Prometheus 3
// writes le="1.0" where 2 wrote le="1", and it is the same counter.
func seriesKey(m model.Metric) string {
	var room [16]model.LabelName
	names, size := room[:0], 0
	for name, value := range m {
		if name != model.MetricNameLabel {
			names = append(names, name)
			size += len(name) + len(value) + 2
		}
	}
	slices.Sort(names)
	key := make([]byte, 0, size)
	for _, name := range names {
		value := string(m[name])
		if name == model.BucketLabel {
			value = canonicalBound(value)
		}
		key = append(append(append(append(key, name...), between), value...), between)
	}
	return string(key)
}

// withoutName are the labels of a counter as seriesKey has them.
func withoutName(m model.Metric) model.Metric {
	m = m.Clone()
	delete(m, model.MetricNameLabel)
	if le, isBucket := m[model.BucketLabel]; isBucket {
		m[model.BucketLabel] = model.LabelValue(canonicalBound(string(le)))
	}
	return m
}

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

// groupKey identifies a group by its labels, of which a missing one is "".
func groupKey(by []string, value func(label string) string) string {
	var b strings.Builder
	for _, l := range by {
		b.WriteString(value(l))
		b.WriteByte(between)
	}
	return b.String()
}

func labelsOf(m model.Metric, names []string) map[string]string {
	out := make(map[string]string, len(names))
	for _, l := range names {
		out[l] = string(m[model.LabelName(l)])
	}
	return out
}
