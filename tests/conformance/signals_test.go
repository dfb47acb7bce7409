//go:build suite

package conformance

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/tests/signalcases"
)

// ask runs all queries of a case with its first sample at an instant.
func (c signalCase) ask(ctx context.Context, a *querier, d *differences, first time.Time) error {
	for _, l := range c.Lines {
		resources := map[string]any{"signals": []string{l.Signal}}
		q := question{
			JSON: map[string]any{"queryType": "resources", "groupBy": l.By, "resources": resources},
			To:   first.Add(l.At),
		}
		q.From = q.To.Add(-l.Back)
		if l.Step > 0 {
			resources["format"] = "timeseries"
			q.Points = int64(l.Back / l.Step)
		}
		frames, err := a.ask(ctx, a.source, q)
		if err != nil {
			return err
		}
		if wrong := l.Difference(numbersOf(frames, l), noticesOf(frames[0])); wrong != "" {
			d.add("%s", wrong)
		}
	}
	return nil
}

// numbersOf returns the last numbers of a signal, by the labels of groups.
func numbersOf(frames data.Frames, l signalcases.Line) map[string]float64 {
	out := map[string]float64{}
	for _, f := range frames {
		column, i := f.FieldByName(l.Signal)
		if i < 0 && len(f.Fields) > 1 {
			column = f.Fields[1]
		}
		if column == nil {
			continue
		}
		for row := range f.Rows() {
			v, err := column.FloatAt(row)
			if err != nil || math.IsNaN(v) {
				continue
			}
			words := make([]string, len(l.By))
			for k, label := range l.By {
				if words[k] = column.Labels[label]; column.Labels == nil {
					if field, at := f.FieldByName(label); at >= 0 {
						if text, ok := field.ConcreteAt(row); ok {
							words[k], _ = text.(string)
						}
					}
				}
			}
			out[strings.Join(words, "/")] = v
		}
	}
	return out
}
