// Package dashboards asks what a bundled dashboard asks, from its JSON, as Grafana would: one
// request for each panel, over the dashboard's time range, with the variables' values in the
// queries.
package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/common/model"
)

// Dashboard is what is read of a dashboard.
type Dashboard struct {
	UID         string
	Title       string
	Time        struct{ From, To string }
	Panels      []Panel
	Annotations struct{ List []Annotation }
	Templating  struct{ List []Variable }
}

// Panel is one that asks, or that shows what another one asked.
type Panel struct {
	ID            int
	Title         string
	Type          string
	GridPos       struct{ W int }
	MaxDataPoints int64
	Targets       []json.RawMessage
	FieldConfig   struct{ Defaults struct{ Unit string } }
	Panels        []Panel // of a folded row. Grafana does not send their queries before it is opened
}

// Annotation is one that asks, unless it is Grafana's own.
type Annotation struct {
	Name   string
	Target json.RawMessage
}

// Variable is a query variable with its question to the data source, or another one.
type Variable struct {
	Name  string
	Type  string
	Query json.RawMessage
}

// Read reads a dashboard's file.
func Read(file string) (*Dashboard, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d Dashboard
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &d, nil
}

// All returns the panels, and those in folded rows.
func (d *Dashboard) All() []Panel {
	var out []Panel
	for _, p := range d.Panels {
		out = append(append(out, p), p.Panels...)
	}
	return out
}

// From is where the dashboard's time range begins: "now-24h", or "now-2M/M", two months before the
// month that is.
func (d *Dashboard) From(now time.Time) (time.Time, error) {
	back, ok := strings.CutPrefix(d.Time.From, "now-")
	if !ok {
		return time.Time{}, fmt.Errorf("%s begins at %q, which is no time before now", d.Title, d.Time.From)
	}
	if months, ok := strings.CutSuffix(back, "M/M"); ok {
		n, err := strconv.Atoi(months)
		utc := now.UTC()
		return time.Date(utc.Year(), utc.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC), err
	}
	duration, err := model.ParseDuration(back)
	return now.Add(-time.Duration(duration)), err
}

// screen is the width in pixels that a dashboard is shown on; Grafana asks for a point for each
// pixel of a panel.
const (
	screen  = 1800
	columns = 24
)

// Points is how many points Grafana asks for.
func (p Panel) Points() int64 {
	if p.MaxDataPoints > 0 {
		return p.MaxDataPoints
	}
	return int64(p.GridPos.W) * screen / columns
}

// Asks tells whether the panel asks itself. Else it shows what the panel of the id asked.
func (p Panel) Asks() (asks bool, other int) {
	for _, target := range p.Targets {
		var shown struct{ PanelID int }
		if json.Unmarshal(target, &shown) == nil && shown.PanelID > 0 {
			return false, shown.PanelID
		}
	}
	return len(p.Targets) > 0, 0
}

// Queries are the targets of a panel over a time, with the values of variables.
func Queries(targets []json.RawMessage, variables map[string]string, from, to time.Time, points int64) ([]backend.DataQuery, error) {
	var out []backend.DataQuery
	for _, target := range targets {
		text := Filled(string(target), variables)
		var common struct{ RefID, QueryType string }
		if err := json.Unmarshal([]byte(text), &common); err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		out = append(out, backend.DataQuery{
			RefID: common.RefID, QueryType: common.QueryType, JSON: []byte(text), MaxDataPoints: points,
			Interval: max(time.Second, to.Sub(from)/time.Duration(points)), TimeRange: backend.TimeRange{From: from, To: to},
		})
	}
	return out, nil
}

// Filled is a query with the values of variables in it.
func Filled(text string, variables map[string]string) string {
	var pairs []string
	for name, value := range variables {
		pairs = append(pairs, "${"+name+"}", value, "$"+name, value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
