package frames

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() {
	register(query.TimeSeries, func(h *engine.TimeSeriesReport, _ query.Query) (data.Frames, error) {
		return TimeSeries(h), nil
	})
}

var metricUnits = map[engine.Metric]string{
	engine.MetricSLI: "percentunit", engine.MetricBudget: "percentunit", engine.MetricBurn: burnUnit,
	engine.MetricEvents: "short", engine.MetricBad: "short", engine.MetricP95: "s", engine.MetricThroughput: "reqps",
}

// TimeSeries returns one timeseries-multi frame for each series. Labels are the SLO, the group and,
// for a burn rate, its window. Without series, it returns one empty frame with the notices.
func TimeSeries(h *engine.TimeSeriesReport) []*data.Frame {
	frames := make([]*data.Frame, 0, max(len(h.Series), 1))
	several := slices.ContainsFunc(h.Series, func(s engine.Series) bool { return s.Metric != h.Series[0].Metric })
	for _, s := range h.Series {
		labels := data.Labels{"slo": s.SLO.Name}
		maps.Copy(labels, seriesLabels(s.SLO.By, s.Labels))
		if s.Window > 0 {
			labels["window"] = slo.FormatDuration(s.Window)
		}
		if s.Period != "" {
			labels["window"] = s.Period
		}
		f := seriesFrame(string(s.Metric), metricUnits[s.Metric], labels, s.Points)
		prefix := ""
		if several {
			prefix = string(s.Metric)
		}
		name := seriesName(prefix, s.SLO.Name, s.SLO.By, s.Labels)
		if labels["window"] != "" {
			name += ", " + labels["window"]
		}
		f.Fields[1].Config.DisplayNameFromDS = name
		if s.Metric == engine.MetricSLI {
			f.Fields[1].Config.Decimals = sliDecimals(percentDecimals(s.SLO.Objective))
		}
		f.Fields[1].Config.Thresholds = limits(s, h.Instant)
		frames = append(frames, f)
	}
	if len(frames) == 0 {
		frames = append(frames, data.NewFrame("").SetMeta(seriesMeta()))
	}
	setMeta(frames[0], h.Report, nil)
	return frames
}

// limits returns the thresholds of a series: the burn rates at which the policy of the SLO fires
// over its window, red for the most severe, and the target of a p95; nil without any. Grafana draws
// a base of minus infinity at 0: it is null in JSON.
func limits(s engine.Series, at time.Time) *data.ThresholdsConfig {
	out := &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute}
	out.Steps = append(out.Steps, data.NewThreshold(-math.MaxFloat64, "green", ""))
	switch {
	case s.Metric == engine.MetricP95 && s.SLO.P95 != nil:
		out.Steps = append(out.Steps, data.NewThreshold(s.SLO.P95.Threshold.Seconds(), "red", ""))
	case s.Metric == engine.MetricBurn && s.SLO.Objective.ErrorBudget() > 0:
		start, end := s.SLO.Period(at)
		for _, a := range s.SLO.Policy.Alerts {
			color := "orange"
			if a.Severity == s.SLO.Policy.Severities()[0] {
				color = "red"
			}
			if a.Long == s.Window || a.Short == s.Window {
				out.Steps = append(out.Steps, data.NewThreshold(a.Factor(end.Sub(start), s.SLO.Objective), color, ""))
			}
		}
		slices.SortStableFunc(out.Steps, func(x, y data.Threshold) int { return cmp.Compare(x.Value, y.Value) })
	}
	if len(out.Steps) == 1 {
		return nil
	}
	return out
}

// seriesName is what legends show: the SLO and the values of its group, after what distinguishes
// the series of one group.
func seriesName(prefix, name string, by []string, labels map[string]string) string {
	parts := []string{name}
	for _, label := range by {
		if value := labels[label]; value != "" {
			parts = append(parts, value)
		}
	}
	if prefix != "" {
		prefix += ": "
	}
	return prefix + strings.Join(parts, ", ")
}

func seriesFrame(name, unit string, labels data.Labels, points []engine.Point) *data.Frame {
	times := make([]time.Time, len(points))
	values := make([]*float64, len(points))
	for i, p := range points {
		times[i], values[i] = p.Time, finiteOrNil(p.Value)
	}
	value := data.NewField(name, labels, values)
	value.Config = &data.FieldConfig{Unit: unit}
	return data.NewFrame(name, data.NewField("time", nil, times), value).SetMeta(seriesMeta())
}

func seriesMeta() *data.FrameMeta {
	return &data.FrameMeta{
		Type: data.FrameTypeTimeSeriesMulti, TypeVersion: data.FrameTypeVersion{0, 1},
		PreferredVisualization: data.VisTypeGraph,
	}
}
