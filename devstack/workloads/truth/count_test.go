package truth

import (
	"math"
	"testing"
)

func TestIncrease(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		name    string
		existed bool
		samples []float64 // one a minute
		want    float64
	}{
		{"new series counts as a whole", false, []float64{7, 9, 9}, 9},
		{"old target's first sample is a baseline", true, []float64{700, 709, 709}, 9},
		{"a reset counts the new value", false, []float64{10, 3, 5}, 15},
		{"a reset to 0", false, []float64{10, 0, 0}, 10},
		{"staleness markers are no samples", false, []float64{10, nan, nan, 12}, 12},
		{"no samples", false, nil, 0},
	}
	for _, c := range cases {
		tally := Tally{Existed: c.existed, Counters: make([]Counter, 1)}
		var minutes Minutes
		for i, v := range c.samples {
			tally.Observe(&minutes, RoleBad, 0, int64(i)*60_000+30_000, v)
		}
		got := minutes.Between(0, 3_600_000)
		if want := (Counts{Events: c.want, Bad: c.want}); got != want {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
}

func TestLaterSeriesOfAnOldTargetIsNew(t *testing.T) {
	tally := Tally{Existed: true, Counters: make([]Counter, 2)}
	var minutes Minutes
	tally.Observe(&minutes, RoleGood, 0, 30_000, 1000) // the target's first scrape
	tally.Observe(&minutes, RoleBad, 1, 90_000, 5)     // an error series created since
	if got, want := minutes.Between(0, 120_000), (Counts{Events: 5, Bad: 5}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWindowIsOpenAtItsStartAndClosedAtItsEnd(t *testing.T) {
	m := Minutes{FromMS: 600_000}
	m.Add(600_001, Counts{Events: 1})
	m.Add(660_000, Counts{Events: 10})
	m.Add(660_001, Counts{Events: 100, Slow: -2})
	for _, c := range []struct {
		after, upTo int64
		want        float64
	}{{600_000, 660_000, 11}, {660_000, 720_000, 100}, {0, 720_000, 111}, {720_000, 900_000, 0}, {0, 600_000, 0}} {
		if got := m.Between(c.after, c.upTo).Events; got != c.want {
			t.Errorf("(%d, %d]: %v events, want %v", c.after, c.upTo, got, c.want)
		}
	}
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	read := Minutes{FromMS: m.FromMS}
	if err := read.UnmarshalBinary(b); err != nil || read.Between(0, 720_000) != m.Between(0, 720_000) {
		t.Errorf("read back %+v (%v), wrote %+v", read, err, m)
	}
}
