package slo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func moment(t *testing.T, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func spans(intervals []Interval) []string {
	var out []string
	for _, i := range intervals {
		out = append(out, i.From.Format("01-02T15:04")+" "+i.To.Format("01-02T15:04"))
	}
	return out
}

// Sundays at 02:00 in Berlin for two hours: at 01:00 UTC in winter, 00:00 in summer. On 29 March
// 2026, 02:00 does not exist.
func TestRecurrencesFollowTheClockOnTheWall(t *testing.T) {
	berlin, err := LoadZone("Europe/Berlin")
	require.NoError(t, err)
	x := Exclusion{Every: "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2", Duration: 2 * time.Hour, Zone: berlin}
	require.NoError(t, x.Validate())
	got := ExcludedIntervals([]Exclusion{x}, moment(t, "2026-03-20T00:00:00Z"), moment(t, "2026-04-07T00:00:00Z"),
		time.Minute)
	assert.Equal(t, []string{"03-22T01:00 03-22T03:00", "03-29T01:00 03-29T03:00", "04-05T00:00 04-05T02:00"},
		spans(got))
}

func TestExclusionsAreCutWidenedAndJoined(t *testing.T) {
	all := []Exclusion{
		{From: moment(t, "2026-01-01T10:02:00Z"), To: moment(t, "2026-01-01T10:07:00Z")},
		{From: moment(t, "2026-01-01T10:08:00Z"), To: moment(t, "2026-01-01T11:00:00Z")},
		{From: moment(t, "2025-12-01T00:00:00Z"), To: moment(t, "2026-01-01T00:30:00Z")},
		{From: moment(t, "2027-01-01T00:00:00Z"), To: moment(t, "2027-01-02T00:00:00Z")},
	}
	from, to := moment(t, "2026-01-01T00:00:00Z"), moment(t, "2026-01-02T00:00:00Z")
	assert.Equal(t, []string{"01-01T00:00 01-01T00:30", "01-01T10:02 01-01T10:07", "01-01T10:08 01-01T11:00"},
		spans(ExcludedIntervals(all, from, to, 0)))
	got := ExcludedIntervals(all, from, to, 5*time.Minute)
	assert.Equal(t, []string{"01-01T00:00 01-01T00:30", "01-01T10:00 01-01T11:00"}, spans(got), "whole slices, joined")
	assert.Equal(t, 24*time.Hour-90*time.Minute, LengthWithout(from, to, got))
	assert.Equal(t, time.Hour, LengthWithout(from.Add(10*time.Hour), from.Add(12*time.Hour), got))
}

func TestRecurrencesFromAndTo(t *testing.T) {
	x := Exclusion{
		Every: "FREQ=DAILY;INTERVAL=2", Duration: time.Hour,
		From: moment(t, "2026-01-01T03:30:00Z"), To: moment(t, "2026-01-05T03:30:00Z"),
	}
	require.NoError(t, x.Validate())
	got := ExcludedIntervals([]Exclusion{x}, moment(t, "2025-12-01T00:00:00Z"), moment(t, "2026-02-01T00:00:00Z"),
		time.Minute)
	assert.Equal(t, []string{"01-01T03:30 01-01T04:30", "01-03T03:30 01-03T04:30", "01-05T03:30 01-05T04:30"},
		spans(got))
	// An exclusion that began before the window overlaps it.
	got = ExcludedIntervals([]Exclusion{x}, moment(t, "2026-01-03T04:00:00Z"), moment(t, "2026-01-04T00:00:00Z"),
		time.Minute)
	assert.Equal(t, []string{"01-03T04:00 01-03T04:30"}, spans(got))
}

func TestWhatRecurrencesRefuse(t *testing.T) {
	for every, want := range map[string]string{
		"every sunday":          "is not an RRULE",
		"FREQ=HOURLY":           "recurs within a day. List the hours instead, for example FREQ=DAILY;BYHOUR=2,14;BYMINUTE=0",
		"FREQ=DAILY;INTERVAL=2": "counts from a beginning. Give it as from, for example from: 2026-01-04",
		"FREQ=DAILY;COUNT=3":    "counts from a beginning. Give it as from, for example from: 2026-01-04",
		"FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,5,10": "recurs more than 5000 times a year",
		"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30":          "never recurs. Is there such a day?",
	} {
		assert.ErrorContains(t, Exclusion{Every: every, Duration: time.Minute}.Validate(), want, every)
	}
}
