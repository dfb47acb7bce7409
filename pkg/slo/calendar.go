package slo

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones are known wherever the plugin runs
)

// Calendar is a window that begins anew with each week, month, quarter or year of a time zone.
type Calendar struct {
	Unit CalendarUnit
	Zone *time.Location // nil: UTC
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

// Longest is the longest that a period of the unit is, changes of the clock apart.
func (u CalendarUnit) Longest() time.Duration {
	days := map[CalendarUnit]int{Week: 7, Month: 31, Quarter: 92, Year: 366}
	return time.Duration(days[u]) * 24 * time.Hour
}

// LoadZone reads the name of an IANA time zone; "" is UTC.
func LoadZone(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") { // of the machine that the plugin runs on: nobody's
		return nil, fmt.Errorf("unknown time zone %q; give an IANA name, e.g. Europe/Berlin", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q; give an IANA name, e.g. Europe/Berlin", name)
	}
	return zone, nil
}

// Period is the period (start, end] that an instant lies in: at the very end of a month it is still that month, whole. Both
// are instants at which a day begins in the zone, so a period is an hour shorter or longer where the clock changes.
func (c Calendar) Period(at time.Time) (start, end time.Time) {
	year, month, day := at.Add(-time.Nanosecond).In(c.zone()).Date()
	switch c.Unit {
	case Week:
		weekday := (int(time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Weekday()) + 6) % 7 // Monday is 0
		return c.midnight(year, month, day-weekday), c.midnight(year, month, day-weekday+7)
	case Quarter:
		first := month - (month-1)%3
		return c.midnight(year, first, 1), c.midnight(year, first+3, 1)
	case Year:
		return c.midnight(year, 1, 1), c.midnight(year+1, 1, 1)
	}
	return c.midnight(year, month, 1), c.midnight(year, month+1, 1)
}

// Name is the period's name: 2026-W07, 2026-02, 2026-Q1, 2026. start is an instant that Period gave.
func (c Calendar) Name(start time.Time) string {
	t := start.In(c.zone()).Add(time.Hour) // a day may begin at 01:00, never end before
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

// String is the unit, and the zone where it is not UTC.
func (c Calendar) String() string {
	if c.zone() == time.UTC {
		return string(c.Unit)
	}
	return string(c.Unit) + " " + c.Zone.String()
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// midnight is the first instant of a day. Where the clock goes forward over midnight that is the moment after; where it goes
// back over it, midnight comes twice and the first one counts.
func (c Calendar) midnight(year int, month time.Month, day int) time.Time {
	wall := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	noon := time.Date(year, month, day, 12, 0, 0, 0, c.zone())
	_, before := noon.Add(-24 * time.Hour).Zone()
	_, after := noon.Zone()
	first := wall.Add(-time.Duration(max(before, after)) * time.Second)
	for _, offset := range []int{max(before, after), min(before, after)} {
		t := wall.Add(-time.Duration(offset) * time.Second)
		if _, is := t.In(c.zone()).Zone(); is == offset {
			return t.UTC()
		}
	}
	_, change := first.In(c.zone()).ZoneBounds() // no midnight: the clock jumps over it
	return change.UTC()
}
