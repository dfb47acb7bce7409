package frames

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// burnUnit shows a burn rate as "14.4×".
const burnUnit = "suffix:×"

func ptr(v float64) *float64 { return &v }

func known(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

// finite keeps NaN and infinities out of every frame.
func finite(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

func stateOf(row engine.Row) *float64 {
	return known(float64(row.Evaluation.State), row.Evaluation.State != slo.Unmeasured)
}

// stateMappings name the numbers of the state column wherever Grafana shows it.
func stateMappings() data.ValueMappings {
	mapper := data.ValueMapper{}
	for i, s := range []struct {
		state slo.State
		color string
	}{{slo.Ok, "green"}, {slo.Recovering, "blue"}, {slo.Rising, "yellow"}, {slo.Firing, "red"}, {slo.Exhausted, "orange"}} {
		mapper[strconv.Itoa(int(s.state))] = data.ValueMappingResult{Text: s.state.String(), Color: s.color, Index: i}
	}
	return data.ValueMappings{mapper, data.SpecialValueMapper{
		Match: data.SpecialValueNull, Result: data.ValueMappingResult{Text: slo.Unmeasured.String(), Color: "text", Index: len(mapper)},
	}}
}

func firing(row engine.Row, severity string) *float64 {
	fires, measured := row.Evaluation.Firing(severity)
	if !measured {
		return nil
	}
	if fires {
		return ptr(1)
	}
	return ptr(0)
}

func bounded(row engine.Row) *float64 {
	switch {
	case row.P95 == nil:
		return nil
	case row.P95Bounded:
		return ptr(1)
	}
	return ptr(0)
}

func ifBudget(value func(slo.Budget) float64) func(engine.Row) *float64 {
	return func(row engine.Row) *float64 { return known(value(row.Evaluation.Budget), row.Evaluation.HasBudget) }
}

func ifMeasured(row engine.Row, v float64) *float64 {
	return known(v, row.Window.Coverage > 0)
}

func burn(row engine.Row, window time.Duration) *float64 {
	for _, a := range row.Evaluation.Alerts {
		if a.Alert.Long == window {
			return known(a.Long.Rate, a.Long.Known)
		}
		if a.Alert.Short == window {
			return known(a.Short.Rate, a.Short.Known)
		}
	}
	return nil
}

func factor(row engine.Row, long time.Duration) *float64 {
	for _, a := range row.Evaluation.Alerts {
		if a.Alert.Long == long && a.Factor > 0 {
			return ptr(a.Factor)
		}
	}
	return nil
}

// alertsOf are the alerts of all rows' policies, each once.
func alertsOf(rows []engine.Row) []slo.Alert {
	var out []slo.Alert
	for _, row := range rows {
		for _, a := range row.SLO.Policy.Alerts {
			same := func(b slo.Alert) bool { return a.Severity == b.Severity && a.Long == b.Long && a.Short == b.Short }
			if !slices.ContainsFunc(out, same) {
				out = append(out, a)
			}
		}
	}
	return out
}

func severities(alerts []slo.Alert) []string {
	var out []string
	for _, a := range alerts {
		if !slices.Contains(out, a.Severity) {
			out = append(out, a.Severity)
		}
	}
	return out
}

type namedWindow struct {
	name   string
	window time.Duration
}

// burnWindows are the windows in the order of the alerts, long before short.
func burnWindows(alerts []slo.Alert) []namedWindow {
	var out []namedWindow
	for _, a := range alerts {
		for _, w := range []time.Duration{a.Long, a.Short} {
			if !slices.ContainsFunc(out, func(n namedWindow) bool { return n.window == w }) {
				out = append(out, namedWindow{slo.FormatDuration(w), w})
			}
		}
	}
	return out
}

func longWindows(alerts []slo.Alert) []namedWindow {
	var out []namedWindow
	for _, a := range alerts {
		if !slices.ContainsFunc(out, func(n namedWindow) bool { return n.window == a.Long }) {
			out = append(out, namedWindow{slo.FormatDuration(a.Long), a.Long})
		}
	}
	return out
}
