package frames

import (
	"maps"
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/query"
)

func init() {
	register(query.Resources, func(r *engine.Resources, q query.Query) (data.Frames, error) {
		return Resources(r, q.Resources.OverTime), nil
	})
}

// Resources returns one numeric-long frame with a row for each workload and a column for each
// signal, or one timeseries-multi frame for each workload and signal.
func Resources(r *engine.Resources, overTime bool) []*data.Frame {
	if overTime {
		return resourceSeries(r)
	}
	g := &grid[engine.ResourceRow]{rows: r.Rows}
	for _, label := range r.By {
		g.text(label, label, func(row engine.ResourceRow) string { return row.Labels[label] })
	}
	for i, s := range r.Signals {
		f := g.number(s.Name, s.Title, s.Unit, func(row engine.ResourceRow) *float64 { return row.Values[i] })
		f.Config.Description, f.Config.Thresholds = s.About, thresholds(s)
	}
	return []*data.Frame{g.answer(query.Resources, data.FrameTypeNumericLong, r.Report, r.By)}
}

func resourceSeries(r *engine.Resources) []*data.Frame {
	out := make([]*data.Frame, 0, max(len(r.Series), 1))
	for _, s := range r.Series {
		labels := data.Labels{}
		maps.Copy(labels, s.Labels)
		maps.DeleteFunc(labels, func(_, value string) bool { return value == "" })
		f := seriesFrame(s.Signal.Name, s.Signal.Unit, labels, s.Points)
		f.Fields[1].Config.Description, f.Fields[1].Config.Thresholds = s.Signal.About, thresholds(s.Signal)
		out = append(out, f)
	}
	if len(out) == 0 {
		out = append(out, data.NewFrame("").SetMeta(seriesMeta()))
	}
	setMeta(out[0], r.Report, r.By)
	return out
}

// thresholds returns the warning thresholds of a signal; nil without any.
func thresholds(s resources.Signal) *data.ThresholdsConfig {
	type step struct {
		from  float64
		color string
	}
	calm, warn, alarm := "text", "orange", "red"
	var steps []step
	add := func(from float64, color string) { steps = append(steps, step{from, color}) }
	lowest := math.Inf(-1)
	switch {
	case s.Warn == nil && s.Alarm == nil:
		return nil
	case s.Alarm != nil && s.Alarm.Below != nil:
		add(lowest, alarm)
		add(*s.Alarm.Below, warn)
		add(*s.Warn.Below, calm)
	default:
		add(lowest, calm)
		if s.Warn != nil {
			add(*s.Warn.From, warn)
		}
		if s.Alarm != nil {
			add(*s.Alarm.From, alarm)
		}
	}
	out := &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute}
	for _, s := range steps {
		out.Steps = append(out.Steps, data.NewThreshold(s.from, s.color, ""))
	}
	return out
}
