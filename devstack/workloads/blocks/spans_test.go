package blocks

import (
	"testing"
	"time"
)

func TestSpansEndAtTheBordersOfTheLargestRange(t *testing.T) {
	hours := func(h float64) int64 { return int64(h * float64(time.Hour.Milliseconds())) }
	cases := []struct {
		name     string
		from, to float64   // hours since 1970
		ends     []float64 // of the blocks
	}{
		{"from anywhere", 50, 54*3 + 18 + 6 + 2 + 0.7, []float64{54, 108, 162, 180, 186, 188, 188.7}},
		{"minutes within one range", 188.1, 188.7, []float64{188.7}},
		{"minutes over a border", 187.9, 188.7, []float64{188, 188.7}},
		{"nothing", 10, 10, nil},
	}
	for _, c := range cases {
		spans := Spans(hours(c.from), hours(c.to))
		if len(spans) != len(c.ends) {
			t.Errorf("%s: %v", c.name, spans)
			continue
		}
		at := hours(c.from)
		for i, s := range spans {
			if s.FromMS != at || s.ToMS != hours(c.ends[i]) {
				t.Errorf("%s: block %d is %v, want %d to %d", c.name, i, s, at, hours(c.ends[i]))
			}
			at = s.ToMS
		}
	}
}
