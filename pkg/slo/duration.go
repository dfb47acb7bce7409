package slo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// ParseDuration reads a duration in Prometheus syntax: 30d, 6h, 1h30m, 300ms. A day is 24h, a week
// 7d, a year 365d.
func ParseDuration(text string) (time.Duration, error) {
	d, err := model.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration. Write for example 30d, 6h, 1h30m or 300ms", text)
	}
	return time.Duration(d), nil
}

// FormatDuration writes a duration in Prometheus syntax. The largest unit is the day: 28d, not 4w.
// ParseDuration reads it back to the millisecond, for durations that are not negative.
func FormatDuration(d time.Duration) string {
	d = d.Round(time.Millisecond)
	if d == 0 {
		return "0s"
	}
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
	}
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}} {
		if n := d / unit.size; n != 0 {
			b.WriteString(strings.TrimPrefix(strconv.FormatInt(int64(n), 10), "-"))
			b.WriteString(unit.name)
			d -= n * unit.size
		}
	}
	return b.String()
}
