package frames

import (
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() { registerFrame(query.WhatIf, WhatIf) }

// WhatIf returns one numeric-long frame with a row for each SLO, group, window and objective.
func WhatIf(w *engine.WhatIf) *data.Frame {
	rows := make([]engine.Row, len(w.Variants))
	for i, v := range w.Variants {
		rows[i] = v.Row
	}
	groupBy := groupLabels(rows, rowLabels)
	g := &grid[engine.Variant]{rows: w.Variants}
	of := func(value func(engine.Row) *float64) func(engine.Variant) *float64 {
		return func(v engine.Variant) *float64 { return value(v.Row) }
	}

	g.groups(groupBy, func(v engine.Variant) (string, map[string]string) { return v.SLO.Name, v.Labels })
	g.text("variant", "Variant", func(v engine.Variant) string { // alert rules distinguish rows by text columns only
		return strconv.FormatFloat(v.SLO.Objective.Percent(), 'f', -1, 64) + "% over " +
			slo.FormatDuration(v.SLO.Window)
	})
	g.text("window", "Window", func(v engine.Variant) string { return slo.FormatDuration(v.SLO.Window) })
	g.flag("own", "The SLO's own", "", func(v engine.Variant) *float64 { return yesNo(v.Own) })
	g.state(of(stateOf))
	g.sli(func(v engine.Variant) slo.Objective { return v.SLO.Objective },
		func(v engine.Variant) *float64 { return numberIf(slo.SLI(v.Window.Counts)) })
	g.number("budget", "Error budget remaining", "percentunit",
		of(ifBudget(func(b slo.Budget) float64 { return b.Left })))
	g.number("budget_events", "Budget left, events", "short",
		of(ifBudget(func(b slo.Budget) float64 { return b.Events })))
	g.number("budget_minutes", "Budget left, minutes", "m",
		of(ifBudget(func(b slo.Budget) float64 { return b.Minutes })))
	g.number("exhausted_in", "Exhausted in", "s", func(v engine.Variant) *float64 { return seconds(v.ExhaustedIn) })
	g.number("events", "Events", "short",
		of(func(row engine.Row) *float64 { return ifMeasured(row, row.Window.Total) }))
	g.number("bad", "Bad events", "short", of(func(row engine.Row) *float64 { return ifMeasured(row, row.Window.Bad) }))
	g.number("coverage", "Measured", "percentunit",
		func(v engine.Variant) *float64 { return numberOf(v.Window.Coverage) })
	g.number("span", "Time summed", "s", func(v engine.Variant) *float64 { return numberOf(v.Span.Seconds()) })

	f := g.answer(query.WhatIf, data.FrameTypeNumericLong, w.Report, groupBy)
	f.Meta.Notices = append(f.Meta.Notices, coverageNotices(rows)...)
	return f
}
