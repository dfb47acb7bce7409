package query

import (
	"slices"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

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
		r.problem("period", "unknown period %s. There are %s", quote(period), decode.Join(slo.CalendarUnits))
		return
	}
	zone, err := slo.LoadZone(timezone)
	if err != nil {
		r.problem("timezone", "%v", err)
		return
	}
	c.Zone, q.Calendar = zone, &c
}
