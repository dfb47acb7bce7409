package catalog

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

const exampleCalendar = "{calendar: month, timezone: Europe/Berlin}"

// windows reads one window or a list of windows. The result is valid if no problem was added.
func (d reader) windows(n decode.Node) []Window {
	if !n.IsList() {
		w, ok := d.window(n)
		if !ok {
			return nil
		}
		return []Window{w}
	}
	elements, _ := d.List(n, "[30d, "+exampleCalendar+"]")
	var all []Window
	for _, at := range elements {
		w, ok := d.window(at)
		if !ok {
			continue
		}
		if slices.ContainsFunc(all, func(o Window) bool { return o.String() == w.String() }) {
			d.Report(at, "%s is given twice. Keep one", w)
			continue
		}
		all = append(all, w)
	}
	if len(elements) == 0 {
		d.Report(n, "an empty list. Give a window, for example 30d")
	}
	return all
}

// calendarText matches the text of a calendar period: 1month, 3 months, quarterly, 1M.
var calendarText = regexp.MustCompile(`^(\d*)\s*(M|mo|(?i:months?|monthly|weeks?|weekly|quarters?|quarterly|years?|yearly))$`)

var calendarWords = map[string]slo.CalendarUnit{
	"m": slo.Month, "mo": slo.Month, "month": slo.Month, "months": slo.Month, "monthly": slo.Month,
	"week": slo.Week, "weeks": slo.Week, "weekly": slo.Week, "quarter": slo.Quarter, "quarters": slo.Quarter,
	"quarterly": slo.Quarter,
	"year":      slo.Year, "years": slo.Year, "yearly": slo.Year,
}

// rollingEquivalents are rolling windows of about the length of calendar units.
var rollingEquivalents = map[slo.CalendarUnit]string{
	slo.Week: "7d", slo.Month: "30d", slo.Quarter: "90d",
	slo.Year: "365d",
}

func (d reader) window(n decode.Node) (Window, bool) {
	if n.IsMapping() {
		return d.calendar(n)
	}
	if text, isString := n.Node.(*ast.StringNode); isString {
		if found := calendarText.FindStringSubmatch(strings.TrimSpace(text.Value)); found != nil {
			unit := calendarWords[strings.ToLower(found[2])]
			d.Report(n, "%s is no duration. Write {calendar: %s} for a calendar %s, or a rolling window in days, for example %s", decode.Quote(text.Value), unit, unit, rollingEquivalents[unit])
			return Window{}, false
		}
	}
	length, ok := d.rolling(n, MinWindow, MaxWindow)
	return Window{Length: length}, ok
}

func (d reader) calendar(n decode.Node) (Window, bool) {
	before := d.Found
	o, _ := d.Object(n, "a duration or a calendar, for example 30d or "+exampleCalendar,
		[]string{"calendar", "timezone", "start"})
	c := slo.Calendar{Zone: time.UTC}
	at := o.Require("calendar", "calendar: month")
	unit, ok := d.Text(at, "month")
	if c.Unit = slo.CalendarUnit(unit); ok && !slices.Contains(slo.CalendarUnits, c.Unit) {
		d.Report(at, "unknown calendar %s. There are %s", decode.Quote(unit), decode.Join(slo.CalendarUnits))
	}
	c.Zone = d.timezone(o)
	at = o.Get("start")
	if text, ok := d.Text(at, "2026-01-15 12:00"); ok {
		start, err := slo.ParseStart(text)
		if err != nil {
			d.Report(at, "%s", err)
		}
		c.Start = start
		c = c.Canonical()
	}
	return Window{c.Unit.Longest(), &c}, d.Found == before
}

// timezone reads the field timezone. The default is UTC.
func (d reader) timezone(o decode.Object) *time.Location {
	at := o.Get("timezone")
	name, ok := d.Text(at, "Europe/Berlin")
	if !ok {
		return time.UTC
	}
	zone, err := slo.LoadZone(name)
	if err != nil {
		d.Report(at, "%s", err)
		return time.UTC
	}
	return zone
}

// rolling reads a duration of whole minutes within bounds.
func (d reader) rolling(n decode.Node, least, most time.Duration) (time.Duration, bool) {
	w, ok := d.Duration(n, "30d")
	if !ok {
		return 0, false
	}
	if w < least || w > most || w%time.Minute != 0 {
		d.Report(n, "a window of %s is not read. Give whole minutes from %s to %s, for example 30d",
			slo.FormatDuration(w), slo.FormatDuration(least), slo.FormatDuration(most))
		return 0, false
	}
	return w, true
}
