package frames

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/sli"
)

func init() { registerFrame(query.Exemplars, Exemplars) }

// exemplarColumns are the columns of exemplars, in addition to the reserved ones.
var exemplarColumns = []string{"value", "trace_id", "labels"}

// Exemplars returns a table with a row for each bad event, the latest first.
func Exemplars(x *engine.Exemplars) *data.Frame {
	groupBy := groupLabels(x.Rows, func(row engine.Exemplar) []string { return row.SLO.By })
	names := freeName(groupBy,
		func(name string) bool { return isReserved(name) || slices.Contains(exemplarColumns, name) })
	g := &grid[engine.Exemplar]{rows: x.Rows}
	g.time("time", "Time", func(row engine.Exemplar) time.Time { return row.Time })
	g.text("slo", "SLO", func(row engine.Exemplar) string { return row.SLO.Name })
	columns := make([]string, len(groupBy))
	for i, label := range groupBy {
		columns[i] = names[label]
		g.text(names[label], names[label], func(row engine.Exemplar) string { return row.Labels[label] })
	}
	g.number("value", "Value", exemplarUnit(x.Rows), func(row engine.Exemplar) *float64 { return numberOf(row.Value) })
	g.text("trace_id", "Trace ID", func(row engine.Exemplar) string { return row.TraceID })
	g.text("labels", "Labels", exemplarLabels)

	f := g.frame(string(query.Exemplars), data.FrameTypeTable)
	custom := setMeta(f, x.Report, groupBy)
	custom.GroupBy = columns
	f.Meta.Custom = custom
	return f
}

// exemplarUnit returns the unit of the values: that of the histogram if every row is of a latency
// SLO, else that of a count.
func exemplarUnit(rows []engine.Exemplar) string {
	unit := ""
	for _, row := range rows {
		p95 := row.SLO.P95
		if p95 == nil || row.SLO.Kind() != sli.KindLatency || unit != "" && p95.Unit != unit {
			return "short"
		}
		unit = p95.Unit
	}
	return cmp.Or(unit, "short")
}

// exemplarLabels returns the labels of the series and of the exemplar as a JSON object. A label of
// the exemplar wins.
func exemplarLabels(row engine.Exemplar) string {
	all := maps.Clone(row.Series)
	delete(all, model.MetricNameLabel)
	maps.Copy(all, row.Own)
	return jsonObject(all)
}

func jsonObject(labels map[string]string) string {
	if labels == nil {
		return "{}"
	}
	text, err := json.Marshal(labels) // a map of strings is always valid
	if err != nil {
		return "{}"
	}
	return string(text)
}
