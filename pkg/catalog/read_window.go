package catalog

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/burnline/burnline/pkg/slo"
)

const exampleCalendar = "{calendar: month, timezone: Europe/Berlin}"

// windows reads one window or a list of them. They are of use when no problem was added.
func (d *decoder) windows(n node) []Window {
	if kind := n.kind(); kind != "a list" {
		w, ok := d.window(n)
		if !ok {
			return nil
		}
		return []Window{w}
	}
	elements, _ := d.list(n, "[30d, "+exampleCalendar+"]")
	var all []Window
	for _, at := range elements {
		w, ok := d.window(at)
		if !ok {
			continue
		}
		if slices.ContainsFunc(all, func(o Window) bool { return o.String() == w.String() }) {
			d.problem(at, "%s is given twice; keep one", w)
			continue
		}
		all = append(all, w)
	}
	if len(elements) == 0 {
		d.problem(n, "an empty list; give a window, e.g. 30d")
	}
	return all
}

// calendarText is a window that names a period of the calendar: 1month, 3 months, quarterly, 1M.
var calendarText = regexp.MustCompile(`^(\d*)\s*(M|mo|(?i:months?|monthly|weeks?|weekly|quarters?|quarterly|years?|yearly))$`)

var calendarWords = map[string]slo.CalendarUnit{
	"m": slo.Month, "mo": slo.Month, "month": slo.Month, "months": slo.Month, "monthly": slo.Month,
	"week": slo.Week, "weeks": slo.Week, "weekly": slo.Week, "quarter": slo.Quarter, "quarters": slo.Quarter, "quarterly": slo.Quarter,
	"year": slo.Year, "years": slo.Year, "yearly": slo.Year,
}

// rollingLike is about as long.
var rollingLike = map[slo.CalendarUnit]string{slo.Week: "7d", slo.Month: "30d", slo.Quarter: "90d", slo.Year: "365d"}

func (d *decoder) window(n node) (Window, bool) {
	if _, isMapping := pairs(n.Node); isMapping {
		return d.calendar(n)
	}
	if text, isString := n.Node.(*ast.StringNode); isString {
		if found := calendarText.FindStringSubmatch(strings.TrimSpace(text.Value)); found != nil {
			unit := calendarWords[strings.ToLower(found[2])]
			d.problem(n, "%s is no duration; write {calendar: %s} for a calendar %s, or a rolling window in days, e.g. %s", quote(text.Value), unit, unit, rollingLike[unit])
			return Window{}, false
		}
	}
	length, ok := d.rolling(n, MinWindow, MaxWindow)
	return Window{Length: length}, ok
}

func (d *decoder) calendar(n node) (Window, bool) {
	before := d.found
	o, _ := d.object(n, "a duration or a calendar, e.g. 30d or "+exampleCalendar, []string{"calendar", "timezone", "start"})
	c := slo.Calendar{Zone: time.UTC}
	if at, ok := o.require("calendar", "calendar: month"); ok {
		unit, ok := d.text(at, "month")
		if c.Unit = slo.CalendarUnit(unit); ok && !slices.Contains(slo.CalendarUnits, c.Unit) {
			d.problem(at, "unknown calendar %s; there are %s", quote(unit), calendarUnits())
		}
	}
	c.Zone = d.timezone(o)
	if at, ok := o.get("start"); ok {
		if text, ok := d.text(at, "2026-01-15 12:00"); ok {
			start, err := slo.ParseStart(text)
			if err != nil {
				d.problem(at, "%s", err)
			}
			c.Start = start
			c = c.Canonical()
		}
	}
	return Window{c.Unit.Longest(), &c}, d.found == before
}

// timezone reads the field timezone; UTC when there is none.
func (d *decoder) timezone(o object) *time.Location {
	at, ok := o.get("timezone")
	if !ok {
		return time.UTC
	}
	name, ok := d.text(at, "Europe/Berlin")
	if !ok {
		return time.UTC
	}
	zone, err := slo.LoadZone(name)
	if err != nil {
		d.problem(at, "%s", err)
		return time.UTC
	}
	return zone
}

func calendarUnits() string {
	names := make([]string, len(slo.CalendarUnits))
	for i, u := range slo.CalendarUnits {
		names[i] = string(u)
	}
	return strings.Join(names, ", ")
}

// rolling reads a duration of whole minutes within bounds.
func (d *decoder) rolling(n node, least, most time.Duration) (time.Duration, bool) {
	w, ok := d.duration(n, "30d")
	if !ok {
		return 0, false
	}
	if w < least || w > most || w%time.Minute != 0 {
		d.problem(n, "a window of %s is not read; give whole minutes from %s to %s, e.g. 30d", format(w), format(least), format(most))
		return 0, false
	}
	return w, true
}
