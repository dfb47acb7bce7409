package counting

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// counted returns the increases of values that are `every` seconds apart.
func counted(c *counter, every int64, values ...float64) (out []float64) {
	c.begin()
	for i, v := range values {
		events, _ := c.add(Sample{T: int64(i+1) * every * 1000, V: v})
		out = append(out, events)
	}
	return out
}

func TestIncreases(t *testing.T) {
	for _, tt := range []struct {
		name         string
		every        int64
		values, want []float64
	}{
		{"rises", 15, []float64{5, 8, 8, 20}, []float64{0, 3, 0, 12}},
		{"a restart counts the whole value", 15, []float64{100, 150, 30, 40}, []float64{0, 50, 30, 10}},
		{
			"a step back counts nothing until the maximum is passed", 60,
			[]float64{20_000, 20_001, 20_000, 20_000, 20_002},
			[]float64{0, 1, 0, 0, 1},
		},
		{
			"a pair behind deduplication", 60,
			[]float64{9_000, 9_001, 8_990, 9_002, 8_992, 9_004},
			[]float64{0, 1, 0, 1, 0, 2},
		},
		{"a slow error counter loses one", 60, []float64{20_000, 20_000, 19_999}, []float64{0, 0, 0}},
		{"a fast counter in a crash loop falls by little", 60, []float64{0, 900, 850, 880}, []float64{0, 900, 850, 30}},
		{"a step back between slow scrapes", 3600, []float64{3e6, 3e6 + 7, 3e6 - 28, 3e6 + 15}, []float64{0, 7, 0, 8}},
		{"a late slow scrape", 3700, []float64{3e6, 3e6 + 7, 3e6 + 6}, []float64{0, 7, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, counted(&counter{}, tt.every, tt.values...))
		})
	}
}

func TestDuplicatesAndPauses(t *testing.T) {
	c := &counter{}
	_, what := c.add(Sample{T: 1000, V: 5})
	require.Equal(t, first, what)
	events, what := c.add(Sample{T: 1000, V: 9})
	require.Equal(t, duplicate, what)
	require.Zero(t, events)
	events, _ = c.add(Sample{T: 1000 + maxAbsence, V: 9})
	require.Equal(t, 4.0, events)
	_, what = c.add(Sample{T: 1001 + 2*maxAbsence, V: 10})
	require.Equal(t, first, what, "away for more than a week")
}

func TestStartTimestampsDecide(t *testing.T) {
	c := &counter{}
	c.add(Sample{T: 60_000, V: 100, Start: 1})
	events, what := c.add(Sample{T: 120_000, V: 500, Start: 90_000})
	require.Equal(t, reset, what, "above the old value, and yet another process")
	require.Equal(t, 500.0, events)
	events, what = c.add(Sample{T: 180_000, V: 499, Start: 90_000})
	require.Equal(t, corrected, what, "the process is the same")
	require.Zero(t, events)

	c.begin()
	c.add(Sample{T: 60_000, V: 7, Start: 1})
	for i, v := range []float64{7, 9, 3} { // delta temporality
		at := int64(i+2) * 60_000
		events, _ := c.add(Sample{T: at, V: v, Start: at - 60_000})
		require.Equal(t, v, events)
	}
}

func TestTheProcessStartDecidesAboutSmallFalls(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		c := &counter{restarted: func(int64, int64) (bool, bool) { return replaced, true }}
		want := []float64{0, 0, 0}
		if replaced {
			want[2] = 19_999
		}
		require.Equal(t, want, counted(c, 60, 20_000, 20_000, 19_999))
	}
}

func TestTwoWritersAreNoCrashLoop(t *testing.T) {
	two, loop := &counter{}, &counter{}
	for i := range int64(writersWindow) {
		at := (i + 1) * 15_000
		two.add(Sample{T: at, V: float64([]int64{1000, 50}[i%2] + i)})
		loop.add(Sample{T: at, V: float64([]int64{10, 400, 1000}[i%3])})
	}
	require.True(t, two.hasTwoWriters())
	require.False(t, loop.hasTwoWriters(), "each life does the same work")
}
