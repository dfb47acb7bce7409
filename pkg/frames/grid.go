package frames

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// grid collects the columns of a frame over the same rows.
type grid[R any] struct {
	rows   []R
	fields []*data.Field
}

func (g *grid[R]) text(name, display string, value func(R) string) *data.Field {
	values := make([]string, len(g.rows))
	for i, row := range g.rows {
		values[i] = value(row)
	}
	return g.add(data.NewField(name, nil, values), display, "")
}

func (g *grid[R]) number(name, display, unit string, value func(R) *float64) *data.Field {
	values := make([]*float64, len(g.rows))
	for i, row := range g.rows {
		values[i] = finiteOrNil(value(row))
	}
	return g.add(data.NewField(name, nil, values), display, unit)
}

func (g *grid[R]) time(name, display string, value func(R) time.Time) {
	values := make([]time.Time, len(g.rows))
	for i, row := range g.rows {
		values[i] = value(row).UTC()
	}
	g.add(data.NewField(name, nil, values), display, "")
}

// json adds a column of JSON for the panel, hidden in Grafana's visualizations. nil is no value.
func (g *grid[R]) json(name, display, unit string, value func(R) any) {
	values := make([]*json.RawMessage, len(g.rows))
	for i, row := range g.rows {
		if v := value(row); v != nil {
			if text, err := json.Marshal(v); err == nil {
				raw := json.RawMessage(text)
				values[i] = &raw
			}
		}
	}
	custom := g.add(data.NewField(name, nil, values), display, unit).Config.Custom
	custom["hidden"], custom["hideFrom"] = true, map[string]bool{"viz": true, "legend": true, "tooltip": true}
}

func (g *grid[R]) groups(labels []string, of func(R) (slo string, labels map[string]string)) {
	g.text("slo", "SLO", func(row R) string { name, _ := of(row); return name })
	names := columnNames(labels)
	for _, label := range labels {
		g.text(names[label], names[label], func(row R) string { _, values := of(row); return values[label] })
	}
}

func (g *grid[R]) add(f *data.Field, display, unit string) *data.Field {
	f.Config = &data.FieldConfig{
		DisplayNameFromDS: display, Unit: unit,
		Custom: map[string]any{"minWidth": columnWidth(f.Type().NonNullableType()), "wrapHeaderText": true},
	}
	g.fields = append(g.fields, f)
	return f
}

// columnWidth is the smallest width of a column in Grafana's table, in pixels. Grafana's default of
// 150 pixels moves most columns out of sight in Explore.
func columnWidth(t data.FieldType) int {
	switch t {
	case data.FieldTypeTime:
		return 160
	case data.FieldTypeString:
		return 132
	default:
		return 90
	}
}

func (g *grid[R]) frame(name string, kind data.FrameType) *data.Frame {
	meta := &data.FrameMeta{Type: kind, PreferredVisualization: data.VisTypeTable}
	if kind == data.FrameTypeNumericLong {
		meta.TypeVersion = data.FrameTypeVersion{0, 1}
	}
	return data.NewFrame(name, g.fields...).SetMeta(meta)
}

func (g *grid[R]) answer(t query.Type, kind data.FrameType, r engine.Report, groupBy []string) *data.Frame {
	f := g.frame(string(t), kind)
	setMeta(f, r, groupBy)
	return f
}

// setMeta adds the metadata of a report and returns its custom part.
func setMeta(f *data.Frame, r engine.Report, groupBy []string) customMeta {
	custom := customMeta{
		Version: 1, Instant: r.Instant.UnixMilli(), GroupBy: sortedNames(groupBy), Alerts: []alertMeta{},
		Windows: map[string]string{},
		Cost:    costMeta{r.Cost.Queries, r.Cost.Samples, r.Cost.CellsHit, r.Cost.CellsMissed},
	}
	f.Meta.Custom = custom
	f.Meta.Notices = append(f.Meta.Notices, notices(r)...)
	return custom
}

func yesNo(yes bool) *float64 { return numberOf(oneOrZero(yes)) }

func oneOrZero(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// flag is a column of 0 and 1, which Grafana shows as words. yes is the color of 1, "" for none.
func (g *grid[R]) flag(name, display, yes string, value func(R) *float64) {
	g.number(name, display, "", value).Config.Mappings = flagMappings(yes)
}

func flagMappings(yes string) data.ValueMappings {
	return data.ValueMappings{data.ValueMapper{"0": {Text: "no", Index: 0}, "1": {Text: "yes", Color: yes, Index: 1}}}
}

func (g *grid[R]) state(value func(R) *float64) {
	f := g.number("state", "State", "", value)
	f.Config.Mappings = stateMappings()
	colorCells(f)
}

func colorCells(f *data.Field) {
	f.Config.Custom["cellOptions"] = map[string]any{"type": "color-text"}
}

// sli is the column of an SLI next to objectives. It has the digits that show a hundredth of the
// smallest error budget.
func (g *grid[R]) sli(objective func(R) slo.Objective, value func(R) *float64) {
	written := uint16(0)
	for _, row := range g.rows {
		written = max(written, percentDecimals(objective(row)))
	}
	g.number("objective", "Objective", "percentunit",
		func(row R) *float64 { return numberOf(float64(objective(row))) }).Config.Decimals = &written
	g.number("sli", "SLI", "percentunit", value).Config.Decimals = sliDecimals(written)
}

func count(n int) *float64 { return numberOf(float64(n)) }

func notices(r engine.Report) []data.Notice {
	out := make([]data.Notice, 0, len(r.Failed)+len(r.Warnings))
	add := func(severity data.NoticeSeverity, text string) {
		n := data.Notice{Severity: severity, Text: strings.ToValidUTF8(text, "\uFFFD")}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, f := range r.Failed {
		add(data.NoticeSeverityError, f.Error())
	}
	for _, w := range r.Warnings {
		add(data.NoticeSeverityWarning, w)
	}
	return out
}
