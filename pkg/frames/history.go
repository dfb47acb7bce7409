package frames

import (
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() {
	register(query.History, func(h *engine.Periods, _ query.Query) (data.Frames, error) {
		return data.Frames{Periods(h)}, nil
	})
}

// HistoryName is the name of the frame of calendar periods.
const HistoryName = "history"

// Periods returns one row for each calendar period of each group, the earliest first.
func Periods(p *engine.Periods) *data.Frame {
	groupBy := []string{}
	for _, row := range p.Rows {
		for _, l := range row.SLO.By {
			if !slices.Contains(groupBy, l) {
				groupBy = append(groupBy, l)
			}
		}
	}
	text := func(name, display string, value func(engine.PeriodRow) string) *data.Field {
		return column(p.Rows, name, display, "", value)
	}
	number := func(name, display, unit string, value func(engine.PeriodRow) *float64) *data.Field {
		return column(p.Rows, name, display, unit, func(r engine.PeriodRow) *float64 { return finiteOrNil(value(r)) })
	}
	left := func(value func(slo.Budget) float64) func(engine.PeriodRow) *float64 {
		return func(r engine.PeriodRow) *float64 {
			if r.Budget == nil {
				return nil
			}
			return numberOf(value(*r.Budget))
		}
	}
	measured := func(value func(slo.Measured) float64) func(engine.PeriodRow) *float64 {
		return func(r engine.PeriodRow) *float64 { return numberIf(value(r.Window), r.Window.Coverage > 0) }
	}
	fields := []*data.Field{text("slo", "SLO", func(r engine.PeriodRow) string { return r.SLO.Name })}
	names := columnNames(groupBy)
	for _, l := range groupBy {
		fields = append(fields, text(names[l], "", func(r engine.PeriodRow) string { return r.Labels[l] }))
	}
	fields = append(fields,
		text("period", "Period", func(r engine.PeriodRow) string { return r.Name }),
		column(p.Rows, "start", "From", "", func(r engine.PeriodRow) time.Time { return r.Start }),
		column(p.Rows, "end", "To", "", func(r engine.PeriodRow) time.Time { return r.End }),
		number("complete", "Complete", "", func(r engine.PeriodRow) *float64 { return numberOf(oneOrZero(r.Complete)) }),
		number("objective", "Objective", "percentunit", func(r engine.PeriodRow) *float64 { return numberOf(float64(r.SLO.Objective)) }),
		number("sli", "SLI", "percentunit", func(r engine.PeriodRow) *float64 { return numberIf(slo.SLI(r.Window.Counts)) }),
		number("budget", "Error budget remaining", "percentunit", left(func(b slo.Budget) float64 { return b.Left })),
		number("budget_events", "Budget left, events", "short", left(func(b slo.Budget) float64 { return b.Events })),
		number("budget_minutes", "Budget left, minutes", "m", left(func(b slo.Budget) float64 { return b.Minutes })),
		number("coverage", "Measured", "percentunit", func(r engine.PeriodRow) *float64 { return numberOf(r.Window.Coverage) }),
		number("events", "Events", "short", measured(func(m slo.Measured) float64 { return m.Total })),
		number("bad", "Bad events", "short", measured(func(m slo.Measured) float64 { return m.Bad })),
	)
	frame := data.NewFrame(HistoryName, fields...)
	frame.Meta = &data.FrameMeta{
		Type: data.FrameTypeTable, TypeVersion: data.FrameTypeVersion{0, 1}, PreferredVisualization: data.VisTypeTable,
		Notices: notices(p.Report),
		Custom: customMeta{
			Version: 1, Instant: p.Instant.UnixMilli(), GroupBy: sortedNames(groupBy), Alerts: []alertMeta{}, Windows: map[string]string{},
			Cost: costMeta{p.Cost.Queries, p.Cost.Samples, p.Cost.CellsHit, p.Cost.CellsMissed},
		},
	}
	return frame
}

func column[T any](rows []engine.PeriodRow, name, display, unit string, value func(engine.PeriodRow) T) *data.Field {
	values := make([]T, len(rows))
	for i, row := range rows {
		values[i] = value(row)
	}
	var f *data.Field
	switch vs := any(values).(type) {
	case []string:
		f = data.NewField(name, nil, vs)
	case []time.Time:
		f = data.NewField(name, nil, vs)
	case []*float64:
		f = data.NewField(name, nil, vs)
	}
	f.Config = &data.FieldConfig{DisplayNameFromDS: display, Unit: unit}
	return f
}

func oneOrZero(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
