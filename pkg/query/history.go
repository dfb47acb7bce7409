package query

import (
	"context"
	"slices"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// History returns the results of calendar periods.
const History Type = "history"

func init() {
	register(definition{
		name: History, schema: historySchema, overRange: true, read: (*Query).readCalendar,
		ask: func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error) {
			return e.Periods(ctx, scope.SLOs, q.Calendar, q.From, q.To)
		},
	})
}

// readCalendar reads the calendar of a history. A time zone alone means months.
func (q *Query) readCalendar(r *reader) {
	period, timezone := r.text("period", "month"), r.text("timezone", "Europe/Berlin")
	if period == "" && timezone == "" {
		return
	}
	c := slo.Calendar{Unit: slo.CalendarUnit(period)}
	if period == "" {
		c.Unit = slo.Month
	}
	if !slices.Contains(slo.CalendarUnits, c.Unit) {
		r.problem("period", "unknown period %s. There are %s", quote(period), join(slo.CalendarUnits))
		return
	}
	zone, err := slo.LoadZone(timezone)
	if err != nil {
		r.problem("timezone", "%v", err)
		return
	}
	c.Zone, q.Calendar = zone, &c
}

const historySchema = `
	"period": {"title": "CalendarUnit", "description": "Default the SLO's own calendar, or month", "enum": ["week", "month", "quarter", "year"]},
	"timezone": {"type": "string", "description": "An IANA time zone, default UTC"}`
