package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// reportRow is one row of a report. Unmeasured numbers are null.
type reportRow struct {
	SLO          string            `json:"slo"`
	Labels       map[string]string `json:"labels"`
	Window       string            `json:"window"`
	Objective    float64           `json:"objective"` // percent
	State        string            `json:"state"`
	Firing       []string          `json:"firing"` // severities
	Budget       *float64          `json:"budget"` // remaining share
	BudgetEvents *float64          `json:"budgetEvents"`
	SLI          *float64          `json:"sli"`
	Burn         []burn            `json:"burn"`
	ExhaustedIn  *float64          `json:"exhaustedInSeconds"`
	Coverage     float64           `json:"coverage"` // measured share of the window
	Events       float64           `json:"events"`
	Bad          float64           `json:"bad"`

	exhaustedIn *time.Duration
}

type burn struct {
	Severity    string   `json:"severity"`
	LongWindow  string   `json:"long"`
	ShortWindow string   `json:"short"`
	Long        *float64 `json:"burnLong"`
	Short       *float64 `json:"burnShort"`
	Factor      float64  `json:"factor"`
}

func (p program) report(ctx context.Context, args []string) error {
	var a serverFlags
	names, err := p.flags("report", args, a.define)
	if err != nil {
		return err
	}
	q, err := p.newServerQuery(a, names)
	if err != nil {
		return err
	}
	ctx, cancel := a.withTimeout(ctx)
	defer cancel()
	r, err := q.engine.Summary(ctx, q.slos, q.at)
	if err != nil {
		return timeoutOr(ctx, err)
	}
	p.warn(r.Warnings)
	rows := make([]reportRow, len(r.Rows))
	t := table{header: []string{
		"SLO", "Group", "State", "Budget left", "Events left", "Burn long | short (factor)",
		"Exhausted in", "Measured",
	}}
	for i, row := range r.Rows {
		rows[i] = reportOf(row)
		t.rows = append(t.rows, rows[i].cells())
	}
	return errors.Join(write(p.out, a.format, t, map[string]any{"instant": r.Instant, "rows": rows}), p.printUnread(r))
}

func reportOf(row engine.Row) reportRow {
	e := row.Evaluation
	r := reportRow{
		SLO: row.SLO.Name, Labels: row.Labels, Window: row.SLO.WindowText(), Objective: row.SLO.Objective.Percent(),
		State:  e.State.String(),
		Firing: []string{}, Burn: []burn{}, ExhaustedIn: seconds(row.ExhaustedIn), exhaustedIn: row.ExhaustedIn,
		Coverage: row.Window.Coverage, Events: row.Window.Total, Bad: row.Window.Bad,
	}
	if e.HasBudget {
		r.Budget, r.BudgetEvents = &e.Budget.Left, &e.Budget.Events
	}
	if share, ok := slo.SLI(row.Window.Counts); ok {
		r.SLI = &share
	}
	for _, severity := range row.SLO.Policy.Severities() {
		if fires, _ := e.Firing(severity); fires {
			r.Firing = append(r.Firing, severity)
		}
	}
	for _, alert := range e.Alerts {
		b := burn{
			Severity: alert.Alert.Severity, Factor: alert.Factor,
			LongWindow: slo.FormatDuration(alert.Alert.Long), ShortWindow: slo.FormatDuration(alert.Alert.Short),
		}
		if alert.Long.Known {
			b.Long = &alert.Long.Rate
		}
		if alert.Short.Known {
			b.Short = &alert.Short.Rate
		}
		r.Burn = append(r.Burn, b)
	}
	return r
}

func (r reportRow) cells() []string {
	var burns []string
	for _, b := range r.Burn {
		burns = append(burns, fmt.Sprintf("%s %s | %s (%.3g)", b.LongWindow, times(b.Long), times(b.Short), b.Factor))
	}
	state := r.State
	if len(r.Firing) > 0 {
		state += " (" + strings.Join(r.Firing, ", ") + ")"
	}
	left := unknown
	if r.BudgetEvents != nil {
		left = fmt.Sprintf("%.0f", *r.BudgetEvents)
	}
	return []string{
		r.SLO, group(r.Labels), state, percent(r.Budget), left, strings.Join(burns, ", "), duration(r.exhaustedIn),
		percent(&r.Coverage),
	}
}

// group formats the values of the labels, sorted by label.
func group(labels map[string]string) string {
	var values []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		values = append(values, labels[name])
	}
	return cmp.Or(strings.Join(values, "/"), unknown)
}
