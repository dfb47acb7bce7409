package frames

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func init() {
	register(query.Annotations, func(a *engine.Events, q query.Query) (data.Frames, error) {
		return data.Frames{Annotations(a, q)}, nil
	})
}

// Annotations returns a table with the columns of Grafana's annotations (time, timeEnd, title,
// text, tags). Grafana finds them by name, so they have no display names. It has the severities of
// the query; none: all. An event that covers the whole time range is an instant at its beginning:
// as a region, it would cover all of a panel.
func Annotations(a *engine.Events, q query.Query) *data.Frame {
	events := slices.DeleteFunc(slices.Clone(a.Events), func(e engine.Event) bool {
		return e.Severity != "" && len(q.Severities) > 0 && !slices.Contains(q.Severities, e.Severity)
	})
	ends := make([]*time.Time, len(events))
	for i, e := range events {
		switch {
		case e.To.IsZero():
		case !e.From.After(q.From) && !e.To.Before(q.To):
			events[i].From = q.From
		default:
			end := e.To.UTC()
			ends[i] = &end
		}
	}
	g := &grid[engine.Event]{rows: events}
	g.time("time", "", func(e engine.Event) time.Time { return e.From })
	g.add(data.NewField("timeEnd", nil, ends), "", "")
	g.text("title", "", func(e engine.Event) string { return e.Title })
	g.text("text", "", eventText)
	g.text("tags", "", eventTags)
	g.text("kind", "", func(e engine.Event) string { return string(e.Kind) })
	g.text("slo", "", func(e engine.Event) string { return e.SLO })
	g.text("severity", "", func(e engine.Event) string { return e.Severity })
	g.text("labels", "", func(e engine.Event) string { return jsonObject(e.Labels) })
	g.number("open", "", "", func(e engine.Event) *float64 { return yesNo(e.Open) })
	return g.answer(query.Annotations, data.FrameTypeTable, a.Report, []string{})
}

func eventText(e engine.Event) string {
	subject := e.SLO
	if values := groupValues(e.Labels); subject != "" && len(values) > 0 {
		subject += " of " + strings.Join(values, "/")
	}
	if subject == "" {
		return e.Text
	}
	return subject + ": " + e.Text
}

// eventTags returns the tags for filters of annotations. Grafana splits tags at commas.
func eventTags(e engine.Event) string {
	all := []string{string(e.Kind)}
	if e.SLO != "" {
		all = append(all, e.SLO)
	}
	if e.Severity != "" {
		all = append(all, e.Severity)
	}
	all = append(all, groupValues(e.Labels)...)
	for i, t := range all {
		all[i] = strings.ReplaceAll(t, ",", " ")
	}
	return strings.Join(all, ",")
}

// groupValues returns the values of the labels, sorted by label.
func groupValues(labels map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if labels[name] != "" {
			out = append(out, labels[name])
		}
	}
	return out
}
