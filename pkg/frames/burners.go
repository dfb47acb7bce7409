package frames

import (
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func init() { registerFrame(query.Burners, Burners) }

// OtherValue is the label value of the row that sums all other label values.
const OtherValue = "(other)"

const imageColumn = "image"

// Burners returns one numeric-long frame with a row for each SLO, group and combination of label values.
func Burners(b *engine.Breakdown) *data.Frame {
	groupBy := groupLabels(b.Rows, func(row engine.Burner) []string { return row.SLO.By })
	g := &grid[engine.Burner]{rows: b.Rows}
	g.groups(groupBy, func(row engine.Burner) (string, map[string]string) { return row.SLO.Name, row.Labels })
	names := columnNames(slices.Concat(groupBy, b.By))
	for _, label := range b.By {
		if slices.Contains(groupBy, label) {
			continue // a group of another SLO
		}
		g.text(names[label], names[label], func(row engine.Burner) string {
			if row.Values == nil {
				return OtherValue
			}
			return row.Values[label]
		}).Config.Mappings = noneMappings()
	}
	if b.HasImages && !slices.Contains(slices.Concat(groupBy, b.By), imageColumn) {
		g.text(imageColumn, "Image", func(row engine.Burner) string { return row.Image })
	}
	g.number("bad", "Bad events", "short", func(row engine.Burner) *float64 { return numberOf(row.Bad) })
	g.number("share", "Share of bad events", "percentunit", func(row engine.Burner) *float64 { return row.Share })
	g.number("budget_spent", "Budget spent", "percentunit", func(row engine.Burner) *float64 { return row.Spent })
	g.number("events", "Events", "short", func(row engine.Burner) *float64 { return numberOf(row.Total) })
	g.number("error_ratio", "Error ratio", "percentunit", func(row engine.Burner) *float64 { return row.ErrorRatio })
	g.number("others", "Values in this row", "", func(row engine.Burner) *float64 { return count(row.Others) })
	return g.answer(query.Burners, data.FrameTypeNumericLong, b.Report, groupBy)
}

// noneMappings names the row of series without the label.
func noneMappings() data.ValueMappings {
	return data.ValueMappings{data.SpecialValueMapper{
		Match: data.SpecialValueEmpty, Result: data.ValueMappingResult{Text: "(none)"},
	}}
}
