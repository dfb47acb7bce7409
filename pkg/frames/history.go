package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() { registerFrame(query.History, Periods) }

// Periods returns one row for each calendar period of each group, the earliest first.
func Periods(p *engine.Periods) *data.Frame {
	groupBy := groupLabels(p.Rows, func(r engine.PeriodRow) []string { return r.SLO.By })
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
	g := &grid[engine.PeriodRow]{rows: p.Rows}
	g.groups(groupBy, func(r engine.PeriodRow) (string, map[string]string) { return r.SLO.Name, r.Labels })
	g.text("period", "Period", func(r engine.PeriodRow) string { return r.Name })
	g.flag("complete", "Complete", "", func(r engine.PeriodRow) *float64 { return yesNo(r.Complete) })
	g.sli(func(r engine.PeriodRow) slo.Objective { return r.SLO.Objective },
		func(r engine.PeriodRow) *float64 { return numberIf(slo.SLI(r.Window.Counts)) })
	g.number("budget", "Error budget remaining", "percentunit", left(func(b slo.Budget) float64 { return b.Left }))
	g.number("budget_events", "Budget left, events", "short", left(func(b slo.Budget) float64 { return b.Events }))
	g.number("budget_minutes", "Budget left, minutes", "m", left(func(b slo.Budget) float64 { return b.Minutes }))
	g.number("coverage", "Measured", "percentunit",
		func(r engine.PeriodRow) *float64 { return numberOf(r.Window.Coverage) })
	g.number("events", "Events", "short", measured(func(m slo.Measured) float64 { return m.Total }))
	g.number("bad", "Bad events", "short", measured(func(m slo.Measured) float64 { return m.Bad }))
	g.time("start", "From", func(r engine.PeriodRow) time.Time { return r.Start })
	g.time("end", "To", func(r engine.PeriodRow) time.Time { return r.End })
	f := g.answer(query.History, data.FrameTypeTable, p.Report, groupBy)
	f.Meta.TypeVersion = data.FrameTypeVersion{0, 1}
	return f
}
