package frames

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// burnUnit formats a burn rate as "14.4×".
const burnUnit = "suffix:×"

func numberOf(v float64) *float64 { return &v }

// maxDecimals bounds the digits of an SLI: more are noise of a float64.
const maxDecimals = 8

// percentDecimals are the digits of an objective as people write it: 2 of 99.95%.
func percentDecimals(o slo.Objective) uint16 {
	_, digits, _ := strings.Cut(strconv.FormatFloat(o.Percent(), 'f', -1, 64), ".")
	return uint16(min(len(digits), maxDecimals))
}

// sliDecimals are the digits of an SLI that show a hundredth of the error budget of an objective
// with so many digits.
func sliDecimals(objective uint16) *uint16 {
	d := min(objective+2, maxDecimals)
	return &d
}

func numberIf(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

func finiteOrNil(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

func stateOf(row engine.Row) *float64 {
	return numberIf(float64(row.Evaluation.State), row.Evaluation.State != slo.Unmeasured)
}

// stateMappings name the numbers of the state column in all visualizations.
func stateMappings() data.ValueMappings {
	mapper := data.ValueMapper{}
	for i, s := range []struct {
		state slo.State
		color string
	}{
		{slo.Ok, "green"},
		{slo.Recovering, "blue"},
		{slo.Rising, "yellow"},
		{slo.Firing, "red"},
		{slo.Exhausted, "red"},
	} {
		mapper[strconv.Itoa(int(s.state))] = data.ValueMappingResult{Text: s.state.String(), Color: s.color, Index: i}
	}
	return data.ValueMappings{mapper, data.SpecialValueMapper{
		Match:  data.SpecialValueNull,
		Result: data.ValueMappingResult{Text: slo.Unmeasured.String(), Color: "text", Index: len(mapper)},
	}}
}

func firingValue(row engine.Row, severity string) *float64 {
	fires, measured := row.Evaluation.Firing(severity)
	for _, other := range row.OtherRows { // a row for several SLOs fires if any of them fires
		f, m := other.Evaluation.Firing(severity)
		fires, measured = fires || f, measured || m
	}
	return numberIf(oneOrZero(fires), measured)
}

func isP95Bounded(row engine.Row) *float64 {
	return numberIf(oneOrZero(row.P95Bounded), row.P95 != nil)
}

func ifBudget(value func(slo.Budget) float64) func(engine.Row) *float64 {
	return func(row engine.Row) *float64 { return numberIf(value(row.Evaluation.Budget), row.Evaluation.HasBudget) }
}

func ifMeasured(row engine.Row, v float64) *float64 {
	return numberIf(v, row.Window.Coverage > 0)
}

func burnValue(row engine.Row, window time.Duration) *float64 {
	for _, a := range row.Evaluation.Alerts {
		if a.Alert.Long == window {
			return numberIf(a.Long.Rate, a.Long.Known)
		}
		if a.Alert.Short == window {
			return numberIf(a.Short.Rate, a.Short.Known)
		}
	}
	return nil
}

// factorValue returns the factor of the nth alert (from 0) with the long window.
func factorValue(row engine.Row, long time.Duration, nth int) *float64 {
	for _, a := range row.Evaluation.Alerts {
		if a.Alert.Long != long {
			continue
		}
		if nth == 0 {
			return numberIf(a.Factor, a.Factor > 0)
		}
		nth--
	}
	return nil
}

// alertColumn is an alert and its index (from 0) among its policy's alerts with the same long window.
type alertColumn struct {
	slo.Alert
	nth int
}

// factorName returns factor_1h, and factor_1h_2 for the second alert with that window.
func (c alertColumn) factorName() string {
	if c.nth == 0 {
		return "factor_" + slo.FormatDuration(c.Long)
	}
	return fmt.Sprintf("factor_%s_%d", slo.FormatDuration(c.Long), c.nth+1)
}

func (c alertColumn) factorWords() string {
	if c.nth == 0 {
		return slo.FormatDuration(c.Long)
	}
	return fmt.Sprintf("%s (%d)", slo.FormatDuration(c.Long), c.nth+1)
}

func alertsOf(rows []engine.Row) []alertColumn {
	var out []alertColumn
	for _, row := range rows {
		nth := map[time.Duration]int{}
		for _, a := range row.SLO.Policy.Alerts {
			c := alertColumn{a, nth[a.Long]}
			nth[a.Long]++
			same := func(b alertColumn) bool {
				return c.Severity == b.Severity && c.Long == b.Long && c.Short == b.Short && c.nth == b.nth
			}
			if !slices.ContainsFunc(out, same) {
				out = append(out, c)
			}
		}
	}
	return out
}

// severities returns those of all SLOs, including the other SLOs of a row.
func severities(rows []engine.Row) []string {
	var out []string
	add := func(p slo.Policy) {
		for _, s := range p.Severities() {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	for _, row := range rows {
		add(row.SLO.Policy)
	}
	for _, row := range rows {
		for _, other := range row.OtherRows {
			add(other.SLO.Policy)
		}
	}
	return out
}

type namedWindow struct {
	name   string
	window time.Duration
}

// burnWindows returns the windows in the order of the alerts, long before short.
func burnWindows(alerts []alertColumn) []namedWindow {
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

func factorColumns(alerts []alertColumn) []alertColumn {
	var out []alertColumn
	for _, a := range alerts {
		if !slices.ContainsFunc(out, func(b alertColumn) bool { return a.factorName() == b.factorName() }) {
			out = append(out, a)
		}
	}
	return out
}
