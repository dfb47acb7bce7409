package month

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A pod gets 20 requests a minute from 07:00 to 19:00 and 10 at night: 21,600 a day.
func TestTruthOfADayCanBeCountedByHand(t *testing.T) {
	truth := New().Truth
	to := Instants[0]
	day := to.AddDate(0, 0, -1)
	count := func(slo, workload string, from, to time.Time) Counts {
		c, ok := truth.Counts(slo, workload, from, to)
		require.True(t, ok, "%s of %s", slo, workload)
		return c
	}
	// 2 requests fail in each scrape from 50 minutes before: 50 scrapes at 17 seconds after the
	// minute, 51 on the minute.
	require.Equal(t, Counts{43_200, 202}, count("availability", "burning", day, to))
	// One slow request of each pod in every third minute.
	require.Equal(t, Counts{43_200, 960}, count("latency", "steady", day, to))
	require.Equal(t, Counts{43_200, 960}, count("latency-native", "steady", day, to))
	// Three hours in which 15 of 20 fail. 36 slices of 5 minutes in which all but 10 are slow.
	outage := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	spent := count("availability", "spent", outage, outage.AddDate(0, 0, 1))
	require.Equal(t, 21_600.0, spent.Total)
	require.InDelta(t, 3*60*15, spent.Bad, 2)
	require.Equal(t, Counts{288, 37}, count("quantile", "spent", outage, outage.AddDate(0, 0, 1)),
		"the last minute of the outage shows in a slice of its own")
	// 1 a second is 20 a minute. A pair of pods exceeds 0.3 a second by day and night, a single pod
	// by day only.
	require.Equal(t, Counts{288, 0}, count("throughput", "steady", day, to))
	require.InDelta(t, 144, count("throughput", "spent", day, to).Bad, 1)
	// A restart every 97 minutes loses no events: a process is scraped in the minute in which it
	// ends.
	require.Equal(t, 21_600.0, count("availability", "crashing", day, to).Total)
	// 20 scrapes fail, and their events are in the next one, at 10:30: 10 minutes of 5 errors.
	gap := time.Date(2026, 3, 20, 10, 0, 0, 0, time.UTC)
	require.Equal(t, Counts{0, 0}, count("availability", "gap", gap.Add(9*time.Minute), gap.Add(29*time.Minute)))
	require.Equal(t, 50.0, count("availability", "gap", gap, gap.Add(time.Hour)).Bad)
	require.Equal(t, Counts{1440, 0}, count("probe", "churn", day, to))
	_, ok := truth.Counts("latency-native", "churn", day, to)
	require.False(t, ok)
	require.Equal(t, []string{"steady", "burning"}, truth.Workloads("latency-native"))
}

func TestMonthIsTheSameEveryTime(t *testing.T) {
	a, b := New(), New()
	require.Equal(t, len(a.Series), len(b.Series))
	samples := 0
	for i, s := range a.Series {
		samples += len(s.Samples)
		require.Equal(t, s.Samples[len(s.Samples)/2], b.Series[i].Samples[len(s.Samples)/2])
	}
	require.Equal(t, 3_600_763, samples)
}
