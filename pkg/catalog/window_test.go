package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

func withWindow(window string) []byte {
	return []byte("{name: x, objective: 99, window: " + window + ", sli: {probe: {gauge: a}}}")
}

func TestWindows(t *testing.T) {
	s, problems := ParseSLO(withWindow("[30d, {calendar: month, timezone: Asia/Kathmandu}, {calendar: week}]"))
	require.NoError(t, problems.Err())
	windows := s.SplitWindows()
	require.Len(t, windows, 3)
	var texts []string
	for _, w := range windows {
		texts = append(texts, w.WindowText())
		assert.Empty(t, w.MoreWindows)
	}
	assert.Equal(t, []string{"30d", "month Asia/Kathmandu", "week"}, texts)
	assert.Nil(t, windows[0].Calendar)
	assert.Equal(t, slo.Month, windows[1].Calendar.Unit)
	assert.Equal(t, 31*day, windows[1].Window)

	s, problems = ParseSLO(withWindow("{calendar: quarter}"))
	require.NoError(t, problems.Err())
	assert.Equal(t, 92*day, s.Window)
	assert.Equal(t, []SLO{s}, s.SplitWindows())

	s, problems = ParseSLO(withWindow("[{calendar: month, start: 2022-01-15 12:00}, {calendar: quarter, timezone: Europe/Berlin, start: '2025-02-01'}, {calendar: week, start: 2024-01-01}]"))
	require.NoError(t, problems.Err())
	texts = nil
	for _, w := range s.SplitWindows() {
		texts = append(texts, w.WindowText())
	}
	assert.Equal(t, []string{"month UTC 2022-01-15T12:00", "quarter Europe/Berlin 2025-02-01T00:00", "week"}, texts,
		"a week from a Monday is a week")
}

func TestWhatWindowsRefuse(t *testing.T) {
	for window, want := range map[string]string{
		"{calendar: monthly}":                       `line 1:45 window.calendar: unknown calendar "monthly". There are week, month, quarter, year`,
		"{timezone: UTC}":                           "line 1:34 window.calendar: missing. Give for example calendar: month",
		"{calendar: month, timezone: Europe/Berln}": `line 1:62 window.timezone: unknown time zone "Europe/Berln". Give an IANA name, for example Europe/Berlin`,
		"{calendar: month, zone: UTC}":              `line 1:52 window: unknown field "zone". There are calendar, timezone, start`,
		"{calendar: month, start: noon}":            `line 1:59 window.start: "noon" is no begin of a period. Give a date and whole minutes of the time zone, for example 2026-01-15 12:00`,
		"[30d, 4w2d]":                               "line 1:40 window[1]: 30d is given twice. Keep one",
		"1month":                                    `line 1:34 window: "1month" is no duration. Write {calendar: month} for a calendar month, or a rolling window in days, for example 30d`,
		"quarterly":                                 `line 1:34 window: "quarterly" is no duration. Write {calendar: quarter} for a calendar quarter, or a rolling window in days, for example 90d`,
		"1M":                                        `line 1:34 window: "1M" is no duration. Write {calendar: month} for a calendar month, or a rolling window in days, for example 30d`,
		"[]":                                        "line 1:34 window: an empty list. Give a window, for example 30d",
		"[30d, 6h]":                                 "line 1:1 policy: policy page-and-slack (the default) does not fit the window 6h: alert 2 (slack, 5% in 6h): long window 6h is not shorter than the SLO's window, 6h. An alert must come before the budget's window is over",
	} {
		_, problems := ParseSLO(withWindow(window))
		assert.EqualError(t, problems.Err(), want)
	}
}
