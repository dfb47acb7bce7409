package query

import (
	"fmt"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// Bounds of time ranges.
const (
	MaxRange  = 2 * catalog.MaxWindow // of a time range
	MaxPoints = 11_000                // of a time series, as Prometheus
)

// checkRange checks the time range. A range that is too long is shortened, with a warning.
func (q *Query) checkRange() error {
	problem := func(format string, args ...any) error {
		return fault.UserErrorf("timeRange", format, args...)
	}
	start, end := q.From.Format(time.RFC3339), q.To.Format(time.RFC3339)
	switch d, _ := q.Type.definition(); {
	case q.To.Unix() <= 0:
		return problem("has no end. Give one, for example now")
	case !d.overRange:
	case !q.From.Before(q.To):
		return problem("starts at %s and ends at %s, now at the latest. The range must end after its start", start, end)
	case q.From.Before(q.To.Add(-MaxRange)):
		q.From = q.To.Add(-MaxRange)
		q.Warnings = append(q.Warnings, fmt.Sprintf("The time range is longer than %s. The answer begins at %s.",
			slo.FormatDuration(MaxRange), q.From.Format(time.RFC3339)))
	}
	return nil
}

// Spacing is the time between points: the interval of the panel, or more if that would exceed
// MaxDataPoints or MaxPoints.
func (q Query) Spacing() time.Duration {
	points := int64(MaxPoints)
	if q.MaxDataPoints > 0 {
		points = min(points, q.MaxDataPoints)
	}
	return max(q.Interval, (q.To.Sub(q.From)+time.Duration(points)-1)/time.Duration(points))
}
