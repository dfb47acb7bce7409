// Package frames converts the engine's results to Grafana data frames. Names, types and units of
// fields are a contract with the panel, dashboards and alert rules: docs/frames.md. It contains
// formats only, and must not compute numbers. Start reading at Of (registry.go) and Summary.
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
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

func init() {
	register(query.Summary, func(r *engine.Report, q query.Query) (data.Frames, error) {
		f := Summary(query.Summary, r)
		setPart(f, q)
		if q.Value == "" {
			return data.Frames{f}, nil
		}
		f, err := SelectNumber(f, q.Value)
		return data.Frames{f}, err
	})
}

// Summary returns the rows of a report as one numeric-long frame, which Grafana Alerting can read:
// text columns are labels, unmeasured numbers are null.
func Summary(t query.Type, r *engine.Report) *data.Frame {
	groupBy, alerts := groupLabels(r.Rows, rowLabels), alertsOf(r.Rows)
	g := &grid[engine.Row]{rows: r.Rows}

	g.groups(groupBy, func(row engine.Row) (string, map[string]string) { return row.SLO.Name, row.Labels })
	if severalWindows(r.Rows) {
		g.text("window", "Window", func(row engine.Row) string { return row.SLO.WindowText() })
	}
	g.state(stateOf)
	g.number("budget", "Error budget remaining", "percentunit", ifBudget(func(b slo.Budget) float64 { return b.Left }))
	for _, severity := range severities(r.Rows) {
		g.flag("firing_"+severity, "Firing "+severity, "red",
			func(row engine.Row) *float64 { return firingValue(row, severity) })
	}
	if hasLowTraffic(r.Rows) {
		g.flag("low_traffic", "Held back by low traffic", "",
			func(row engine.Row) *float64 { return numberIf(oneOrZero(row.IsHeldBack()), !row.Unread) })
	}
	g.sli(func(row engine.Row) slo.Objective { return row.SLO.Objective },
		func(row engine.Row) *float64 { return numberIf(slo.SLI(row.Window.Counts)) })
	g.number("budget_events", "Budget left, events", "short", ifBudget(func(b slo.Budget) float64 { return b.Events }))
	g.number("budget_minutes", "Budget left, minutes", "m", ifBudget(func(b slo.Budget) float64 { return b.Minutes }))
	g.number("budget_ago", "Budget 24 h ago", "percentunit", func(row engine.Row) *float64 { return row.BudgetAgo })
	for _, w := range burnWindows(alerts) {
		g.number("burn_"+w.name, "Burn "+w.name, burnUnit,
			func(row engine.Row) *float64 { return burnValue(row, w.window) })
	}
	for _, c := range factorColumns(alerts) {
		g.number(c.factorName(), "Burn factor "+c.factorWords(), burnUnit,
			func(row engine.Row) *float64 { return factorValue(row, c.Long, c.nth) })
	}
	g.number("exhausted_in", "Exhausted in", "s", func(row engine.Row) *float64 { return seconds(row.ExhaustedIn) })
	g.number("p95", "p95", "s", func(row engine.Row) *float64 { return row.P95 })
	g.flag("p95_bounded", "p95 is a lower bound", "", isP95Bounded)
	g.number("p95_target", "p95 target", "s", func(row engine.Row) *float64 {
		if row.SLO.P95 == nil {
			return nil
		}
		return numberOf(row.SLO.P95.Threshold.Seconds())
	})
	g.number("throughput", "Throughput", "reqps", func(row engine.Row) *float64 { return row.Throughput })
	g.number("coverage", "Measured", "percentunit",
		func(row engine.Row) *float64 { return numberIf(row.Window.Coverage, !row.Unread) })
	g.number("events", "Events", "short", func(row engine.Row) *float64 { return ifMeasured(row, row.Window.Total) })
	g.number("bad", "Bad events", "short", func(row engine.Row) *float64 { return ifMeasured(row, row.Window.Bad) })

	f := g.frame(string(t), data.FrameTypeNumericLong)
	custom := setMeta(f, *r, groupBy)
	custom.addAlerts(alerts)
	custom.addWindows(r.Rows)
	custom.addSplitLabels(r.Rows)
	f.Meta.Custom = custom
	f.Meta.Notices = slices.Concat(f.Meta.Notices, lowTrafficNotices(r.Rows), coverageNotices(r.Rows))
	return f
}

// noticedBudget is the share of an error budget that missing data must be able to change for a notice.
const noticedBudget = 0.01

// coverageNotices is one notice for all rows with data gaps that matter to their budget.
func coverageNotices(rows []engine.Row) []data.Notice {
	n, lowest := 0, 1.0
	for _, row := range rows {
		if 1-row.Window.Coverage > noticedBudget*row.SLO.Objective.ErrorBudget() && !row.Unread {
			n++
			lowest = min(lowest, row.Window.Coverage)
		}
	}
	if n == 0 {
		return nil
	}
	text := fmt.Sprintf("%d of %d rows have no data for a part of their window (lowest coverage %s%%). Their budgets cover only the time with data.",
		n, len(rows), strconv.FormatFloat(math.Floor(1e5*lowest)/1e3, 'f', -1, 64))
	return []data.Notice{{Severity: data.NoticeSeverityInfo, Text: text}}
}

func hasLowTraffic(rows []engine.Row) bool {
	return slices.ContainsFunc(rows, func(row engine.Row) bool { return row.SLO.LowTraffic != slo.LowTraffic{} })
}

// lowTrafficNotices is one notice, if alerts do not fire because of low traffic.
func lowTrafficNotices(rows []engine.Row) []data.Notice {
	n := 0
	for _, row := range rows {
		if row.IsHeldBack() {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	text := fmt.Sprintf("%d of %d rows would alert, but have fewer events than lowTraffic requires. See the column low_traffic.", n, len(rows))
	return []data.Notice{{Severity: data.NoticeSeverityInfo, Text: text}}
}

// SelectNumber returns a frame with the text columns and one number column: an alert rule can read
// only one.
func SelectNumber(f *data.Frame, value string) (*data.Frame, error) {
	var names []string
	kept := f.Fields[:0:0]
	found := false
	for _, field := range f.Fields {
		switch {
		case field.Type() == data.FieldTypeString:
			kept = append(kept, field)
		case field.Name == value:
			kept, found = append(kept, field), true
		default:
			names = append(names, field.Name)
		}
	}
	// A severity or window that no row has now may have existed before.
	if !found && f.Rows() > 0 && !hasPolicyPrefix(value) && value != "low_traffic" {
		return nil, fault.UserErrorf("value", "there is no number %s in a summary. There are %s", value,
			strings.Join(names, ", "))
	}
	out := *f
	out.Fields = kept
	return &out, nil
}

// customMeta is what the panel and links need besides the columns.
//
// SplitBy are the labels by which the bad events of the SLOs can be split.
type customMeta struct {
	Version int               `json:"burnline"`
	Instant int64             `json:"instant"` // Unix milliseconds
	GroupBy []string          `json:"groupBy"`
	Alerts  []alertMeta       `json:"alerts"`
	Windows map[string]string `json:"windows"`         // by SLO
	About   map[string]about  `json:"about,omitempty"` // by SLO
	SplitBy []string          `json:"splitBy,omitempty"`
	Cost    costMeta          `json:"cost"`
	Part    *partMeta         `json:"part,omitempty"`
}

// about is what a definition has for people, and whether it counts slices and not single events.
type about struct {
	Description string `json:"description,omitempty"`
	Runbook     string `json:"runbook,omitempty"`
	Slices      bool   `json:"slices,omitempty"`
}

type alertMeta struct {
	Severity string `json:"severity"`
	Long     string `json:"long"`
	Short    string `json:"short"`
	Factor   string `json:"factor,omitempty"` // column of its burn-rate threshold, unless it is factor_<long>
}

// partMeta is which SLOs the rows are of.
type partMeta struct {
	From  int `json:"from"`
	Count int `json:"count"`
	Of    int `json:"of"`
}

func setPart(f *data.Frame, q query.Query) {
	custom, ok := f.Meta.Custom.(customMeta)
	if ok && q.Part != nil {
		custom.Part = &partMeta{q.Part.From, q.Part.Count, q.Part.Of}
		f.Meta.Custom = custom
	}
}

type costMeta struct {
	Queries     int `json:"queries"`
	Samples     int `json:"samples"`
	CellsHit    int `json:"cellsHit"`
	CellsMissed int `json:"cellsMissed"`
}

func (m *customMeta) addAlerts(alerts []alertColumn) {
	for _, a := range alerts {
		named := alertMeta{Severity: a.Severity, Long: slo.FormatDuration(a.Long), Short: slo.FormatDuration(a.Short)}
		if a.nth > 0 {
			named.Factor = a.factorName()
		}
		m.Alerts = append(m.Alerts, named)
	}
}

// addWindows adds the windows of each SLO, sorted whatever the order of the rows, and what it has
// for people.
func (m *customMeta) addWindows(rows []engine.Row) {
	for _, row := range rows {
		if a := (about{row.SLO.Description, row.SLO.Runbook, row.SLO.Composite() != nil ||
			row.SLO.Slice() > 0}); a != (about{}) {
			if m.About == nil {
				m.About = map[string]about{}
			}
			m.About[row.SLO.Name] = a
		}
		switch w, text := m.Windows[row.SLO.Name], row.SLO.WindowText(); {
		case w == "":
			m.Windows[row.SLO.Name] = text
		case !slices.Contains(strings.Split(w, ", "), text):
			all := append(strings.Split(w, ", "), text)
			slices.Sort(all)
			m.Windows[row.SLO.Name] = strings.Join(all, ", ")
		}
	}
}

// addSplitLabels adds the labels of each SLO that distinguish its bad events, except group labels.
func (m *customMeta) addSplitLabels(rows []engine.Row) {
	seen := map[string]bool{}
	for _, row := range rows {
		if seen[row.SLO.Name] {
			continue
		}
		seen[row.SLO.Name] = true
		for _, label := range sli.SplitLabels(row.SLO.SLI, row.SLO.By) {
			if !slices.Contains(m.SplitBy, label) && !slices.Contains(m.GroupBy, label) {
				m.SplitBy = append(m.SplitBy, label)
			}
		}
	}
	slices.Sort(m.SplitBy)
}

// severalWindows reports whether rows of one SLO and group differ by their window.
func severalWindows(rows []engine.Row) bool {
	first := map[string]string{}
	for _, row := range rows {
		text := row.SLO.WindowText()
		if w, ok := first[row.SLO.Name]; ok && w != text {
			return true
		}
		first[row.SLO.Name] = text
	}
	return false
}

// groupLabels are the group labels of all rows, in the SLOs' order.
func groupLabels[R any](rows []R, of func(R) []string) []string {
	out := []string{}
	for _, row := range rows {
		for _, l := range of(row) {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}

func rowLabels(row engine.Row) []string { return row.SLO.By }

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	return numberOf(d.Seconds())
}
