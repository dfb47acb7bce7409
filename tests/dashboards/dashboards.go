// Package dashboards sends the queries of a bundled dashboard, read from its JSON, as Grafana does:
// one request per panel, over the dashboard's time range, with the values of variables.
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

// Dashboard is the part of a dashboard's JSON that is read.
type Dashboard struct {
	UID         string
	Title       string
	Time        struct{ From, To string }
	Panels      []Panel
	Annotations struct{ List []Annotation }
	Templating  struct{ List []Variable }
}

// Panel is a panel with queries, or with the result of another panel.
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

// Annotation is an annotation with a query, unless it is Grafana's own.
type Annotation struct {
	Name   string
	Target json.RawMessage
}

// Variable is a query variable of the data source, or another one.
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

// From returns the start of the dashboard's time range: "now-24h", or "now-2M/M", two months before
// the start of the current month.
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

// Grafana requests one point per pixel of a panel. screen is the width of a dashboard in pixels.
const (
	screen  = 1800
	columns = 24
)

// Points returns the number of points that Grafana requests.
func (p Panel) Points() int64 {
	if p.MaxDataPoints > 0 {
		return p.MaxDataPoints
	}
	return int64(p.GridPos.W) * screen / columns
}

// HasQueries reports whether the panel has queries. Otherwise it shows the result of the panel with the
// id.
func (p Panel) HasQueries() (hasQueries bool, other int) {
	for _, target := range p.Targets {
		var shown struct{ PanelID int }
		if json.Unmarshal(target, &shown) == nil && shown.PanelID > 0 {
			return false, shown.PanelID
		}
	}
	return len(p.Targets) > 0, 0
}

// Queries returns the queries of targets over a time range, with the values of variables.
func Queries(targets []json.RawMessage, variables map[string]string, from, to time.Time,
	points int64,
) ([]backend.DataQuery, error) {
	var out []backend.DataQuery
	for _, target := range targets {
		text := Filled(string(target), variables)
		var common struct{ RefID, QueryType string }
		if err := json.Unmarshal([]byte(text), &common); err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		out = append(out, backend.DataQuery{
			RefID: common.RefID, QueryType: common.QueryType, JSON: []byte(text), MaxDataPoints: points,
			Interval:  max(time.Second, to.Sub(from)/time.Duration(points)),
			TimeRange: backend.TimeRange{From: from, To: to},
		})
	}
	return out, nil
}

// Filled returns a query with the values of variables.
func Filled(text string, variables map[string]string) string {
	var pairs []string
	for name, value := range variables {
		pairs = append(pairs, "${"+name+"}", value, "$"+name, value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
