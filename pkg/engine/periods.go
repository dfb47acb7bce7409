package engine

import (
	"context"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// maxPeriods bounds the calendar periods of one query.
const maxPeriods = 120

// PeriodRow is the result of one group of one SLO in one calendar period.
type PeriodRow struct {
	SLO        catalog.SLO // with the requested calendar
	Labels     map[string]string
	Name       string // 2026-02
	Start, End time.Time
	Complete   bool         // the period is over
	Window     slo.Measured // the counts of the period
	Budget     *slo.Budget  // at its end, or projected from the counts so far; nil without events
}

// Periods is the result of a history query.
type Periods struct {
	Report // without rows
	Rows   []PeriodRow
}

// Periods counts each calendar period that overlaps (from, to], the earliest first. A nil calendar
// means the SLO's own, or months in UTC.
func (e *Engine) Periods(ctx context.Context, slos []catalog.SLO, calendar *slo.Calendar, from, to time.Time) (*Periods,
	error,
) {
	to = e.instant(to)
	requested := withCalendar(slos, calendar)
	out := &Periods{Report: Report{Instant: to}}
	parts, err := forEachSLO(ctx, e, requested, &out.Report, func(ctx context.Context, i int) (*Periods, error) {
		return e.periodsOfSLO(ctx, requested[i], from, to)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Rows = append(out.Rows, p.Rows...)
	}
	return out, nil
}

// withCalendar returns each SLO with its calendars: the requested one, or its own.
func withCalendar(slos []catalog.SLO, requested *slo.Calendar) []catalog.SLO {
	var out []catalog.SLO
	for _, s := range slos {
		windows := s.SplitWindows()
		own := slices.DeleteFunc(slices.Clone(windows), func(w catalog.SLO) bool { return w.Calendar == nil })
		switch {
		case requested != nil:
			own = windows[:1]
			own[0].Calendar, own[0].Window = requested, requested.Unit.Longest()
		case len(own) == 0:
			own = windows[:1]
			own[0].Calendar, own[0].Window = &slo.Calendar{Unit: slo.Month, Zone: time.UTC}, slo.Month.Longest()
		}
		out = append(out, own...)
	}
	return out
}

func (e *Engine) periodsOfSLO(ctx context.Context, s catalog.SLO, from, to time.Time) (*Periods, error) {
	var ends []time.Time // of each period, or the instant
	var borders []time.Time
	for at := to; at.After(from) || len(ends) == 0; {
		start, _ := s.Period(at)
		ends, borders = append(ends, at), append(borders, at, start)
		if at = start; len(ends) > maxPeriods {
			return nil, fault.UserErrorf("timeRange", "holds more than %d periods (%s). Make it shorter or the periods longer", maxPeriods, s.WindowText())
		}
	}
	slices.Reverse(ends)
	ev, err := e.reader.Read(ctx, s, borders)
	if err != nil {
		return nil, err
	}
	out := &Periods{Report: Report{Stats: ev.Stats}}
	for _, grp := range ev.Groups() {
		for _, at := range ends {
			start, end := s.Period(at)
			whole, terms := grp.Period(s, at)
			row := PeriodRow{
				SLO: s, Labels: grp.Labels(), Name: s.Calendar.Name(start), Start: start, End: end,
				Complete: !at.Before(end), Window: whole,
			}
			row.Window.Coverage = grp.MeasureUnfilled(start, at).Coverage
			if b, ok := terms.Budget(whole.Counts); ok {
				row.Budget = &b
			}
			out.Rows = append(out.Rows, row)
		}
	}
	if len(out.Rows) == 0 {
		out.warnNoSeries(s, " in these periods")
	}
	return out, nil
}
