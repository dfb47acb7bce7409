package frames

import (
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func init() { registerFrame(query.Changes, Changes) }

// Changes returns a table with a row for each change of each group, the likeliest cause first.
func Changes(c *engine.Changes) *data.Frame {
	groupBy := groupLabels(c.Rows, func(row engine.ChangeRow) []string { return row.SLO.By })
	g := &grid[engine.ChangeRow]{rows: c.Rows}
	g.time("time", "Time", func(row engine.ChangeRow) time.Time { return row.From })
	g.text("change", "Change", func(row engine.ChangeRow) string { return row.Title })
	g.text("likelihood", "Likely cause", func(row engine.ChangeRow) string { return string(row.Likelihood) })
	g.number("explained", "Bad events explained", "short",
		func(row engine.ChangeRow) *float64 { return numberOf(row.Explained) })
	details := g.text("change_text", "Details", func(row engine.ChangeRow) string { return row.Text })
	details.Config.Custom["minWidth"], details.Config.Custom["wrapText"] = 240, true
	g.groups(groupBy, func(row engine.ChangeRow) (string, map[string]string) { return row.SLO.Name, row.Labels })
	g.number("excess", "Above the hour before", "short", func(row engine.ChangeRow) *float64 { return row.Excess })
	g.number("excess_week", "Above a week before", "short",
		func(row engine.ChangeRow) *float64 { return row.ExcessWeek })
	g.number("bad", "Bad events", "short", func(row engine.ChangeRow) *float64 { return numberOf(row.Bad) })
	g.number("spent_since", "Budget spent since", "percentunit",
		func(row engine.ChangeRow) *float64 { return row.SpentSince })
	ends := make([]*time.Time, len(c.Rows))
	for i, row := range c.Rows {
		if !row.To.IsZero() {
			end := row.To.UTC()
			ends[i] = &end
		}
	}
	g.add(data.NewField("time_end", nil, ends), "End", "")
	g.text("change_kind", "Kind", func(row engine.ChangeRow) string { return string(row.Kind) })
	if !slices.Contains(groupBy, catalog.LabelRevision) {
		g.text(catalog.LabelRevision, "Revision", func(row engine.ChangeRow) string { return row.Revision })
	}
	if !slices.Contains(groupBy, imageColumn) {
		g.text(imageColumn, "Image", func(row engine.ChangeRow) string { return row.Image })
	}
	g.number("revision_spent", "Budget spent by the revision", "percentunit",
		func(row engine.ChangeRow) *float64 { return row.RevisionSpent })
	return g.answer(query.Changes, data.FrameTypeTable, c.Report, groupBy)
}
