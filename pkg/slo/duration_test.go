package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	. "github.com/burnline/burnline/pkg/slo"
)

func TestDurations(t *testing.T) {
	for _, c := range []struct {
		text string
		d    time.Duration
		out  string
	}{
		{"30d", 30 * day, "30d"},
		{"4w", 28 * day, "28d"},
		{"1y", 365 * day, "365d"},
		{"24h", day, "1d"},
		{"72h", 3 * day, "3d"},
		{"1h30m", 90 * time.Minute, "1h30m"},
		{"90m", 90 * time.Minute, "1h30m"},
		{"5m", 5 * time.Minute, "5m"},
		{"300ms", 300 * time.Millisecond, "300ms"},
		{"1s500ms", 1500 * time.Millisecond, "1s500ms"},
		{"0", 0, "0s"},
		{"0s", 0, "0s"},
	} {
		d, err := ParseDuration(c.text)
		assert.NoError(t, err)
		assert.Equal(t, c.d, d, c.text)
		assert.Equal(t, c.out, FormatDuration(d))
	}
	assert.Equal(t, "-1h30m", FormatDuration(-90*time.Minute))
	for _, text := range []string{"", "30", "5 min", "1.5h", "-5m", "1m1h", "30 d", "99999999999y"} {
		_, err := ParseDuration(text)
		assert.Error(t, err, text)
	}
	_, err := ParseDuration("5 min")
	assert.EqualError(t, err, `"5 min" is not a duration. Write for example 30d, 6h, 1h30m or 300ms`)
}
