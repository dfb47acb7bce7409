package slo

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the files of the machine
)

// Calendar is a window that starts with each week, month, quarter or year of a time zone.
type Calendar struct {
	Unit CalendarUnit
	Zone *time.Location // nil: UTC
	// Start is the start of any one period, a wall clock stored as UTC. Zero: midnight of the first
	// day of the week, month, quarter or year. Day 31 is the last day of a shorter month.
	Start time.Time
}

// CalendarUnit is the length of a calendar window.
type CalendarUnit string

// The units. A week starts on Monday.
const (
	Week    CalendarUnit = "week"
	Month   CalendarUnit = "month"
	Quarter CalendarUnit = "quarter"
	Year    CalendarUnit = "year"
)

// CalendarUnits are all units, the shortest first.
var CalendarUnits = []CalendarUnit{Week, Month, Quarter, Year}

// Longest is the longest possible period of the unit, apart from clock changes.
func (u CalendarUnit) Longest() time.Duration {
	days := map[CalendarUnit]int{Week: 7, Month: 31, Quarter: 92, Year: 366}
	return time.Duration(days[u]) * 24 * time.Hour
}

// LoadZone reads the name of an IANA time zone; "" is UTC.
func LoadZone(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") { // the zone of the machine, which is not the user's choice
		return nil, fmt.Errorf("unknown time zone %q. Give an IANA name, for example Europe/Berlin", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q. Give an IANA name, for example Europe/Berlin", name)
	}
	return zone, nil
}

// ParseStart reads the start of a period, such as 2026-01-15 or 2026-01-15 12:00.
func ParseStart(text string) (time.Time, error) {
	for _, layout := range []string{
		time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime,
		"2006-01-02T15:04:05",
	} {
		if start, err := time.Parse(layout, text); err == nil && start.Second() == 0 && start.Nanosecond() == 0 &&
			start.Year() > 0 {
			return start, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no begin of a period. Give a date and whole minutes of the time zone, for example 2026-01-15 12:00", text)
}

// Canonical returns the calendar without a start that equals the default.
func (c Calendar) Canonical() Calendar {
	s := c.Start
	own := s.Hour() == 0 && s.Minute() == 0
	switch c.Unit {
	case Week:
		own = own && s.Weekday() == time.Monday
	case Quarter:
		own = own && s.Day() == 1 && (s.Month()-1)%3 == 0
	case Year:
		own = own && s.Day() == 1 && s.Month() == time.January
	default:
		own = own && s.Day() == 1
	}
	if own {
		c.Start = time.Time{}
	}
	return c
}

// Period returns the period (start, end] that contains an instant. Both ends are instants of the
// same wall clock in the zone, so a period is an hour shorter or longer where the clock changes.
func (c Calendar) Period(at time.Time) (start, end time.Time) {
	year, month, day := at.Add(-time.Nanosecond).In(c.zone()).Date()
	n := c.number(year, month, day)
	if start = c.begin(n); !start.Before(at) { // the period starts later in that day, week or month
		n--
	}
	return c.begin(n), c.begin(n + 1)
}

// number counts the periods between the one that contains Start and the one that begins in the
// week, month, quarter or year of a day.
func (c Calendar) number(year int, month time.Month, day int) int {
	from := c.start()
	months := (year-from.Year())*12 + int(month-from.Month())
	switch c.Unit {
	case Week:
		return floor(int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(from.Truncate(24*time.Hour)).Hours()/24),
			7)
	case Quarter:
		return floor(months, 3)
	case Year:
		return floor(months, 12)
	}
	return months
}

func (c Calendar) begin(n int) time.Time {
	from := c.start()
	if c.Unit == Week {
		return c.instant(from.AddDate(0, 0, 7*n))
	}
	months := n * map[CalendarUnit]int{Month: 1, Quarter: 3, Year: 12}[c.Unit]
	first := time.Date(from.Year(), from.Month()+time.Month(months), 1, from.Hour(), from.Minute(), 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return c.instant(first.AddDate(0, 0, min(from.Day(), last)-1))
}

func (c Calendar) start() time.Time {
	if !c.Start.IsZero() {
		return c.Start
	}
	return time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC) // a Monday
}

func floor(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// Name returns the period's name: 2026-W07, 2026-02, 2026-Q1, 2026. With a start, it is
// the start: 2026-02-15 12:00. start is a result of Period.
func (c Calendar) Name(start time.Time) string {
	if !c.Start.IsZero() {
		if c.Start.Hour() == 0 && c.Start.Minute() == 0 {
			return start.In(c.zone()).Add(time.Hour).Format(time.DateOnly)
		}
		return start.In(c.zone()).Format("2006-01-02 15:04")
	}
	t := start.In(c.zone()).Add(time.Hour) // a day may start at 01:00, but none ends before that
	switch c.Unit {
	case Week:
		year, week := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	case Quarter:
		return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3)
	case Year:
		return fmt.Sprint(t.Year())
	}
	return t.Format("2006-01")
}

// String returns the unit, the zone unless it is UTC, and the start unless it is the default: month
// Europe/Berlin 2026-01-15T12:00.
func (c Calendar) String() string {
	text := string(c.Unit)
	if c.zone() != time.UTC || !c.Start.IsZero() {
		text += " " + c.zone().String()
	}
	if !c.Start.IsZero() {
		text += " " + c.Start.Format("2006-01-02T15:04")
	}
	return text
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// instant returns the first instant at which the zone's wall clock shows a time. If the clock skips
// the time, it is the moment after the jump.
func (c Calendar) instant(wall time.Time) time.Time {
	year, month, day := wall.Date()
	there := time.Date(year, month, day, wall.Hour(), wall.Minute(), 0, 0, c.zone())
	_, before := there.Add(-24 * time.Hour).Zone()
	_, after := there.Add(24 * time.Hour).Zone()
	first := wall.Add(-time.Duration(max(before, after)) * time.Second)
	for _, offset := range []int{max(before, after), min(before, after)} {
		t := wall.Add(-time.Duration(offset) * time.Second)
		if _, is := t.In(c.zone()).Zone(); is == offset {
			return t.UTC()
		}
	}
	_, change := first.In(c.zone()).ZoneBounds() // the clock jumps over the time
	return change.UTC()
}
