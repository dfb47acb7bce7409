// Package recording represents the samples of tests, and transfers them to real servers: as TSDB
// blocks or by remote write.
package recording

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql/parser"
)

// Sample is one scrape of a series.
type Sample struct {
	Ms int64 // Unix milliseconds
	V  float64
	H  *histogram.FloatHistogram // instead of V in a native histogram

	Start int64 // start timestamp of its counter, Unix milliseconds; 0 unknown
}

// Series is the samples of one series, in the order of time.
type Series struct {
	Labels  labels.Labels // with the metric's name
	Samples []Sample
}

// Parse reads series in the notation of Prometheus' own tests: "load 1m" and lines such as
// `x{a="b"} 0+10x60`. Time starts at the epoch, or later: "load 1m offset 7s". Lines with the same
// labels are one series. Errors contain the line.
func Parse(script string) ([]Series, error) {
	var out []Series
	at := map[uint64]int{}
	var step, offset time.Duration
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if interval, ok := strings.CutPrefix(line, "load "); ok {
			var err error
			if step, offset, err = parseLoad(interval); err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			continue
		}
		lset, values, err := parser.NewParser(parser.Options{}).ParseSeriesDesc(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		s := Series{Labels: lset}
		for i, v := range values {
			if !v.Omitted {
				s.Samples = append(s.Samples,
					Sample{Ms: int64(i)*step.Milliseconds() + offset.Milliseconds(), V: v.Value, H: v.Histogram})
			}
		}
		if i, ok := at[lset.Hash()]; ok {
			s.Samples = append(out[i].Samples, s.Samples...)
			slices.SortFunc(s.Samples, func(a, b Sample) int { return cmp.Compare(a.Ms, b.Ms) })
			out[i] = s
			continue
		}
		at[lset.Hash()] = len(out)
		out = append(out, s)
	}
	return out, nil
}

// parseLoad reads "1m" or "1m offset 7s".
func parseLoad(text string) (step, offset time.Duration, err error) {
	interval, later, _ := strings.Cut(text, " offset ")
	d, err := model.ParseDuration(interval)
	if err != nil || later == "" {
		return time.Duration(d), 0, err
	}
	o, err := model.ParseDuration(later)
	return time.Duration(d), time.Duration(o), err
}

// With adds a label to every series, or replaces it.
func With(series []Series, name, value string) []Series {
	out := slices.Clone(series)
	for i, s := range out {
		out[i].Labels = labels.NewBuilder(s.Labels).Set(name, value).Labels()
	}
	return out
}

// startTime is the metric with the start time of a process as its value, in Unix seconds.
const startTime = "process_start_time_seconds"

// Shifted moves all samples in time, and the values of start times with them.
func Shifted(series []Series, by time.Duration) []Series {
	out := slices.Clone(series)
	for i, s := range out {
		out[i].Samples = slices.Clone(s.Samples)
		message := s.Labels.Get(model.MetricNameLabel) == startTime
		for j := range out[i].Samples {
			out[i].Samples[j].Ms += by.Milliseconds()
			if v := &out[i].Samples[j].V; message && !value.IsStaleNaN(*v) {
				*v += by.Seconds()
			}
		}
	}
	return out
}

// Between returns the samples in [fromMs, toMs), without empty series.
func Between(series []Series, fromMs, toMs int64) []Series {
	var out []Series
	for _, s := range series {
		from, _ := slices.BinarySearchFunc(s.Samples, fromMs, byTime)
		to, _ := slices.BinarySearchFunc(s.Samples, toMs, byTime)
		if from < to {
			out = append(out, Series{s.Labels, s.Samples[from:to]})
		}
	}
	return out
}

func byTime(s Sample, ms int64) int {
	switch {
	case s.Ms < ms:
		return -1
	case s.Ms > ms:
		return 1
	}
	return 0
}

// Joined appends the samples of later to those of earlier, series by series.
func Joined(earlier, later []Series) []Series {
	out := slices.Clone(earlier)
	at := map[uint64]int{}
	for i, s := range out {
		at[s.Labels.Hash()] = i
	}
	for _, s := range later {
		if i, ok := at[s.Labels.Hash()]; ok {
			out[i].Samples = slices.Concat(out[i].Samples, s.Samples)
		} else {
			out = append(out, s)
		}
	}
	return out
}
