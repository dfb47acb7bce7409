package slo

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		unit            CalendarUnit
		zone, at        string
		start, end      string
		hours           float64
		name            string
		whatMattersHere string
	}{
		{
			Month, "", "2026-02-10T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 28 * 24, "2026-02",
			"a short month",
		},
		{
			Month, "", "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", 29 * 24, "2024-02",
			"a leap year",
		},
		{
			Month, "", "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 28 * 24, "2026-02",
			"the end belongs to the month",
		},
		{
			Month, "", "2026-03-01T00:01:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", 31 * 24, "2026-03",
			"and a minute later the next began",
		},
		{
			Month, "Europe/Berlin", "2026-03-15T00:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 31*24 - 1,
			"2026-03", "a day of 23 hours",
		},
		{
			Month, "Europe/Berlin", "2026-10-15T00:00:00Z", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", 31*24 + 1,
			"2026-10", "a day of 25 hours",
		},
		{
			Week, "Europe/Berlin", "2026-03-25T00:00:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", 7*24 - 1,
			"2026-W13", "from Monday",
		},
		{
			Week, "", "2027-01-01T12:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z", 7 * 24, "2026-W53",
			"over the year",
		},
		{
			Quarter, "America/New_York", "2026-02-10T00:00:00Z", "2026-01-01T05:00:00Z", "2026-04-01T04:00:00Z",
			90*24 - 1,
			"2026-Q1", "",
		},
		{
			Year, "Asia/Kolkata", "2026-02-10T00:00:00Z", "2025-12-31T18:30:00Z", "2026-12-31T18:30:00Z", 365 * 24,
			"2026",
			"half an hour",
		},
		{
			Month, "Asia/Kathmandu", "2026-02-10T00:00:00Z", "2026-01-31T18:15:00Z", "2026-02-28T18:15:00Z", 28 * 24,
			"2026-02", "a quarter of one",
		},
		{
			Week, "Australia/Lord_Howe", "2026-04-03T00:00:00Z", "2026-03-29T13:00:00Z", "2026-04-05T13:30:00Z",
			7*24 + 0.5, "2026-W14", "30 minutes of summer time",
		},
		{
			Month, "America/Havana", "2026-03-05T00:00:00Z", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z", 31*24 - 1,
			"2026-03", "clock changes at midnight",
		},
		{
			Month, "America/Asuncion", "2017-10-01T12:00:00Z", "2017-10-01T04:00:00Z", "2017-11-01T03:00:00Z",
			31*24 - 1,
			"2017-10", "no midnight on the first",
		},
		{
			Month, "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z", 30*24 + 1,
			"2026-11", "two midnights on the first",
		},
	} {
		zone, err := LoadZone(c.zone)
		require.NoError(t, err)
		at, err := time.Parse(time.RFC3339, c.at)
		require.NoError(t, err)
		calendar := Calendar{Unit: c.unit, Zone: zone}
		start, end := calendar.Period(at)
		about := c.at + " " + c.zone + " " + c.whatMattersHere
		assert.Equal(t, c.start, start.Format(time.RFC3339), about)
		assert.Equal(t, c.end, end.Format(time.RFC3339), about)
		assert.InDelta(t, c.hours, end.Sub(start).Hours(), 1e-9, about)
		assert.Equal(t, c.name, calendar.Name(start), about)
		again, _ := calendar.Period(end)
		assert.Equal(t, start, again, about)
	}
}

// Periods are contiguous, also in time zones with unusual clock changes.
func TestPeriodsAreSeamless(t *testing.T) {
	for _, name := range []string{
		"Europe/Berlin", "America/Havana", "America/Asuncion", "Asia/Beirut", "Africa/Cairo", "America/Sao_Paulo",
		"Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Apia", "America/Scoresbysund", "Asia/Kathmandu",
	} {
		zone, err := LoadZone(name)
		require.NoError(t, err)
		for _, unit := range CalendarUnits {
			c := Calendar{Unit: unit, Zone: zone}
			_, at := c.Period(time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC))
			for at.Year() < 2027 {
				start, end := c.Period(at.Add(time.Minute))
				require.Equal(t, at, start, "%s %s", name, unit)
				require.True(t, end.After(start))
				local := start.In(zone)
				require.Less(t, local.Hour(), 2, "%s %s %s", name, unit, local)
				_, at = c.Period(start.Add(time.Minute))
			}
		}
	}
}

func TestZones(t *testing.T) {
	for _, name := range []string{"Europe/Berln", "local", "CEST+1"} {
		_, err := LoadZone(name)
		assert.EqualError(t, err, `unknown time zone "`+name+`". Give an IANA name, for example Europe/Berlin`)
	}
	assert.Equal(t, "month", Calendar{Unit: Month}.String())
	berlin, _ := LoadZone("Europe/Berlin")
	assert.Equal(t, "quarter Europe/Berlin", Calendar{Unit: Quarter, Zone: berlin}.String())
}

// Periods with a start that differs from the calendar's.
func TestPeriodsWithAStart(t *testing.T) {
	for _, c := range []struct {
		unit                       CalendarUnit
		zone, from, at, start, end string
		name                       string
	}{
		{
			Month, "", "2022-01-15 12:00", "2026-02-10T00:00:00Z", "2026-01-15T12:00:00Z", "2026-02-15T12:00:00Z",
			"2026-01-15 12:00",
		},
		{
			Month, "", "2022-01-15 12:00", "2026-02-15T12:00:00Z", "2026-01-15T12:00:00Z", "2026-02-15T12:00:00Z",
			"2026-01-15 12:00",
		},
		{
			Month, "", "2022-01-15 12:00", "2026-02-15T12:01:00Z", "2026-02-15T12:00:00Z", "2026-03-15T12:00:00Z",
			"2026-02-15 12:00",
		},
		{Month, "", "2030-06-15", "2026-02-15T12:01:00Z", "2026-02-15T00:00:00Z", "2026-03-15T00:00:00Z", "2026-02-15"},
		{Month, "", "2022-01-31", "2026-02-10T00:00:00Z", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-01-31"},
		{Month, "", "2022-01-31", "2024-03-01T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z", "2024-02-29"},
		{Month, "", "2022-01-30", "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-30T00:00:00Z", "2026-02-28"},
		{
			Week, "America/New_York", "2022-01-01 12:00", "2026-03-09T00:00:00Z", "2026-03-07T17:00:00Z",
			"2026-03-14T16:00:00Z", "2026-03-07 12:00",
		},
		{Week, "", "2022-01-01", "2026-02-10T00:00:00Z", "2026-02-07T00:00:00Z", "2026-02-14T00:00:00Z", "2026-02-07"},
		{Week, "", "2027-01-02", "2026-02-10T00:00:00Z", "2026-02-07T00:00:00Z", "2026-02-14T00:00:00Z", "2026-02-07"},
		{
			Quarter, "", "2025-02-01", "2026-01-10T00:00:00Z", "2025-11-01T00:00:00Z", "2026-02-01T00:00:00Z",
			"2025-11-01",
		},
		{
			Quarter, "", "2025-02-01", "2026-02-10T00:00:00Z", "2026-02-01T00:00:00Z", "2026-05-01T00:00:00Z",
			"2026-02-01",
		},
		{
			Year, "Asia/Tokyo", "2020-04-01", "2026-02-10T00:00:00Z", "2025-03-31T15:00:00Z", "2026-03-31T15:00:00Z",
			"2025-04-01",
		},
		{Year, "", "2024-02-29", "2026-02-10T00:00:00Z", "2025-02-28T00:00:00Z", "2026-02-28T00:00:00Z", "2025-02-28"},
		// 02:30 is skipped
		{
			Month, "Europe/Berlin", "2022-01-29 02:30", "2026-04-01T00:00:00Z", "2026-03-29T01:00:00Z",
			"2026-04-29T00:30:00Z", "2026-03-29 03:00",
		},
		// 02:30 comes twice
		{
			Month, "Europe/Berlin", "2022-01-25 02:30", "2026-11-01T00:00:00Z", "2026-10-25T00:30:00Z",
			"2026-11-25T01:30:00Z", "2026-10-25 02:30",
		},
	} {
		zone, err := LoadZone(c.zone)
		require.NoError(t, err)
		from, err := ParseStart(c.from)
		require.NoError(t, err)
		at, err := time.Parse(time.RFC3339, c.at)
		require.NoError(t, err)
		calendar := Calendar{c.unit, zone, from}
		start, end := calendar.Period(at)
		assert.Equal(t, c.start, start.Format(time.RFC3339), c.at+" "+c.from)
		assert.Equal(t, c.end, end.Format(time.RFC3339), c.at+" "+c.from)
		assert.Equal(t, c.name, calendar.Name(start), c.at+" "+c.from)
	}
}

// For any start, periods are contiguous, and none is longer than the longest of the unit plus a
// clock change.
func TestPeriodsWithAStartAreSeamless(t *testing.T) {
	for _, name := range []string{"", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"} {
		zone, err := LoadZone(name)
		require.NoError(t, err)
		for _, from := range []string{
			"2022-01-31 23:59", "2024-02-29 02:30", "2019-12-30 00:00", "2031-07-04 12:00",
			"2001-01-01",
		} {
			for _, unit := range CalendarUnits {
				start, err := ParseStart(from)
				require.NoError(t, err)
				c := Calendar{unit, zone, start}
				_, at := c.Period(time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC))
				for at.Year() < 2027 {
					begin, end := c.Period(at.Add(time.Minute))
					require.Equal(t, at, begin, "%s %s %s", name, unit, from)
					require.LessOrEqual(t, end.Sub(begin), unit.Longest()+24*time.Hour)
					last, _ := c.Period(end)
					require.Equal(t, begin, last)
					at = end
				}
			}
		}
	}
}

// A start equal to the calendar's own is dropped.
func TestCanonicalStart(t *testing.T) {
	for from, own := range map[string][]CalendarUnit{
		"2022-01-01": {Month, Quarter, Year}, "2024-01-01": {Week, Month, Quarter, Year},
		"2022-04-01": {Month, Quarter}, "2022-05-01": {Month},
		"2022-01-03": {Week}, "2022-01-01 12:00": nil, "2022-01-02": nil,
	} {
		start, err := ParseStart(from)
		require.NoError(t, err)
		at := time.Date(2026, 5, 17, 13, 0, 0, 0, time.UTC)
		for _, unit := range CalendarUnits {
			c := Calendar{Unit: unit, Start: start}
			assert.Equal(t, slices.Contains(own, unit), c.Canonical().Start.IsZero(), "%s %s", from, unit)
			begin, end := c.Period(at)
			canonicalBegin, canonicalEnd := c.Canonical().Period(at)
			assert.Equal(t, canonicalBegin, begin)
			assert.Equal(t, canonicalEnd, end)
		}
	}
	for _, text := range []string{"", "15", "2022-02-30", "2022-01-15 12:00:30", "2022-01-15T12:00:00Z", "noon"} {
		_, err := ParseStart(text)
		assert.ErrorContains(t, err,
			"is no begin of a period. Give a date and whole minutes of the time zone, for example 2026-01-15 12:00",
			text)
	}
	assert.Equal(t, "month UTC 2022-01-15T12:00",
		Calendar{Unit: Month, Start: time.Date(2022, 1, 15, 12, 0, 0, 0, time.UTC)}.String())
}
