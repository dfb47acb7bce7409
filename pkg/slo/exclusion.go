package slo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Exclusion is time that does not count: a planned outage, once or recurring.
type Exclusion struct {
	// the excluded time; of a recurring exclusion the first and last time of its rule, zero: unbounded
	From, To time.Time
	Every    string        // RRULE (RFC 5545) of the starts, "" for once
	Duration time.Duration // of each recurrence
	Zone     *time.Location
	Reason   string
}

// leapYears is a number of years that contains every possible day, February 29 included.
const leapYears = 8

// maxRecurrences bounds the recurrences of a rule in a year, and so the number of reads.
const maxRecurrences = 5000

// Validate returns why a recurring exclusion cannot be evaluated, or nil.
func (x Exclusion) Validate() error {
	if x.Every == "" {
		return nil
	}
	option, err := rrule.StrToROption(x.Every)
	switch {
	case err != nil:
		return fmt.Errorf("is not an RRULE (%w). Write for example FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=0", err)
	case strings.Contains(strings.ToUpper(x.Every), "DTSTART"):
		return errors.New("has a DTSTART. Use from and timezone instead")
	case option.Freq > rrule.DAILY:
		return errors.New("recurs within a day. List the hours instead, for example FREQ=DAILY;BYHOUR=2,14;BYMINUTE=0")
	case x.From.IsZero() && (option.Interval > 1 || option.Count > 0):
		return errors.New("counts from a beginning. Give it as from, for example from: 2026-01-04")
	}
	start := x.From
	if start.IsZero() {
		start = time.Date(2026, 1, 1, 0, 0, 0, 0, x.zone())
	}
	starts, err := x.starts(start, start.AddDate(leapYears, 0, 0))
	switch {
	case err != nil:
		return err
	case len(starts) == 0:
		return errors.New("never recurs. Is there such a day?")
	case len(starts) > leapYears*maxRecurrences:
		return fmt.Errorf("recurs more than %d times a year", maxRecurrences)
	}
	return nil
}

// ExcludedIntervals returns the excluded time in [from, to], in order and without overlaps. Borders are
// widened to multiples of grain since the Unix epoch, so that a slice of time is excluded as a whole.
func ExcludedIntervals(all []Exclusion, from, to time.Time, grain time.Duration) []Interval {
	grain = max(grain, time.Minute)
	var out []Interval
	for _, x := range all {
		for _, i := range x.intervals(from, to) {
			i.From = i.From.Truncate(grain)
			if up := i.To.Truncate(grain); up.Before(i.To) {
				i.To = up.Add(grain)
			}
			out = append(out, i.Cut(from, to))
		}
	}
	return Union(out)
}

func (x Exclusion) intervals(from, to time.Time) []Interval {
	if x.Every == "" {
		return []Interval{{x.From.UTC(), x.To.UTC()}}
	}
	starts, err := x.starts(from.Add(-x.Duration), to)
	if err != nil {
		return nil // Validate reports the error
	}
	out := make([]Interval, 0, len(starts))
	for _, s := range starts {
		if i := (Interval{s.UTC(), s.Add(x.Duration).UTC()}); x.To.IsZero() || !i.From.After(x.To) {
			out = append(out, i)
		}
	}
	return out
}

// starts returns the recurrences in [from, to], by the wall clock of the zone.
func (x Exclusion) starts(from, to time.Time) ([]time.Time, error) {
	option, err := rrule.StrToROption(x.Every)
	if err != nil {
		return nil, err
	}
	if option.Dtstart = x.From.In(x.zone()); x.From.IsZero() {
		// Any earlier midnight of January 1 works: the rule counts nothing from it.
		option.Dtstart = time.Date(from.In(x.zone()).Year()-1, 1, 1, 0, 0, 0, 0, x.zone())
	}
	if len(option.Byhour) > 0 && len(option.Byminute) == 0 && x.From.IsZero() {
		option.Byminute = []int{0}
	}
	option.Bysecond = []int{0}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, err
	}
	starts := rule.Between(from, to, true)
	return slices.CompactFunc(starts, time.Time.Equal), nil
}

func (x Exclusion) zone() *time.Location {
	if x.Zone == nil {
		return time.UTC
	}
	return x.Zone
}
