package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/slo"
)

var shorthand = regexp.MustCompile(`^(\d+)([mhdwMQY])$`)

// openSLOUnits are the units of durations. A month outside a calendar is 30 days.
var openSLOUnits = map[string]time.Duration{
	"m": time.Minute, "h": hour, "d": day, "w": 7 * day, "M": 30 * day, "Q": 90 * day, "Y": 365 * day,
}

// openSLOCalendars are calendar periods by duration, in all spellings.
var openSLOCalendars = map[string]slo.CalendarUnit{
	"1w": slo.Week, "7d": slo.Week, "1M": slo.Month, "1Q": slo.Quarter, "3M": slo.Quarter, "1Y": slo.Year,
	"4Q": slo.Year, "12M": slo.Year,
}

// openSLODuration reads 5m, 4w, 1M; a number alone is minutes.
func openSLODuration(text string) (d time.Duration, count int, unit string, ok bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Minute, n, "m", n > 0
	}
	parts := shorthand.FindStringSubmatch(text)
	if parts == nil {
		return 0, 0, "", false
	}
	n, err := strconv.Atoi(parts[1])
	return time.Duration(n) * openSLOUnits[parts[2]], n, parts[2], err == nil && n > 0 && n < 1e6
}

// openSLOWindow reads the only element of timeWindow and returns its length.
func (im *importer) openSLOWindow(at *value, s *definition) time.Duration {
	window, ok := im.firstWindow(at, s)
	if !ok {
		return 30 * day
	}
	duration := window.get("duration")
	length, count, unit, ok := openSLODuration(duration.string())
	if !ok {
		im.warn(duration, "%q is no duration of OpenSLO, such as 4w or 1M: 30d was taken", duration.string())
		length, unit = 30*day, "d"
	}
	rolling := window.get("isRolling").bool()
	return im.window(window, window.get("calendar"), length, count, unit, rolling, s)
}

// firstWindow returns the only element of a list of windows; without one it is 30d, with a note.
func (im *importer) firstWindow(at *value, s *definition) (*value, bool) {
	windows := at.list()
	if len(windows) == 0 {
		im.warn(at, "no time window: 30d was taken")
		s.window = "30d"
		return nil, false
	}
	for _, more := range windows[1:] {
		more.used = false // to be reported
	}
	return windows[0], true
}

// window sets the SLO's window. A calendar window starts with each period of a calendar; others
// roll.
func (im *importer) window(at, calendar *value, length time.Duration, count int, unit string, rolling bool,
	s *definition,
) time.Duration {
	s.window = slo.FormatDuration(length)
	if rolling || calendar.isEmpty() {
		if set := at.get("isRolling"); !rolling && !set.isEmpty() {
			im.change(set, "the window is not rolling, but has no calendar. Burnline takes a rolling window")
		}
		if strings.Contains("MQY", unit) {
			im.change(at, "a rolling window has a fixed length in Burnline: %s", s.window)
		}
		return length
	}
	zone := calendar.get("timeZone").string()
	if unit == "m" { // the letter means minutes, which are no calendar unit
		im.change(at, "%dm are minutes, which no calendar has. It was read as a month (1M)", count)
		unit, length = "M", 30*day
	}
	name, ok := openSLOCalendars[strconv.Itoa(count)+unit]
	if !ok {
		im.change(at, "calendar windows are one week, month, quarter or year. This one became the rolling %s", s.window)
		return length
	}
	fields := yaml.MapSlice{{Key: "calendar", Value: string(name)}}
	if zone != "" {
		fields = append(fields, yaml.MapItem{Key: "timezone", Value: zone})
	}
	if at := calendar.get("startTime"); !at.isEmpty() {
		start, err := slo.ParseStart(strings.TrimSuffix(at.string(), "Z"))
		if err != nil {
			im.change(at, "%v. The %s begins at midnight of its first day", err, name)
		}
		if c := (slo.Calendar{Unit: name, Start: start}).Canonical(); !c.Start.IsZero() {
			fields = append(fields, yaml.MapItem{Key: "start", Value: c.Start.Format("2006-01-02 15:04")})
		}
	}
	s.window = fields
	return length
}

// openSLOPeriod is the longest possible length of a window.
func openSLOPeriod(window any) time.Duration {
	fields, ok := window.(yaml.MapSlice)
	if !ok || len(fields) == 0 {
		return 0
	}
	name, _ := fields[0].Value.(string)
	return slo.CalendarUnit(name).Longest()
}
