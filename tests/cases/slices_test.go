package cases

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
)

// every returns a series with a value at each multiple of an interval, up to two days.
func every(interval time.Duration, value func(at time.Duration) float64) []promtest.Sample {
	var out []promtest.Sample
	for at := time.Duration(0); at <= 48*time.Hour; at += interval {
		out = append(out, promtest.Sample{Ms: at.Milliseconds(), V: value(at)})
	}
	return out
}

func dayOf(t *testing.T, server *promtest.Server, definition string) engine.Row {
	t.Helper()
	now := time.Unix(0, 0).Add(47 * time.Hour).UTC()
	e := engine.New(server, engine.Options{Now: func() time.Time { return now }})
	s, problems := catalog.ParseSLO([]byte(definition))
	require.NoError(t, problems.Err())
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	require.Empty(t, r.Failed)
	require.Len(t, r.Rows, 1)
	return r.Rows[0]
}

// Half a percent fails, and ten percent in five hours. Slices have any length, samples any
// interval.
func TestRatioSlicesAtAnyInterval(t *testing.T) {
	const from, hours = 30 * time.Hour, 5
	failed := func(at time.Duration) float64 { // 1000 a minute
		bad := min(max(at-from, 0), hours*time.Hour)
		return 5*(at-bad).Minutes() + 100*bad.Minutes()
	}
	for _, interval := range []time.Duration{
		15 * time.Second, 30 * time.Second, time.Minute, 90 * time.Second,
		2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
	} {
		server := promtest.New(t, promtest.Recording{
			`r_total{"c.d"="ok"}`: every(interval,
				func(at time.Duration) float64 { return 1000*at.Minutes() - failed(at) }),
			`r_total{"c.d"="failed"}`: every(interval, failed),
		})
		for _, slice := range []time.Duration{time.Minute, 5 * time.Minute, time.Hour} {
			for _, part := range []string{`good: 'r_total{"c.d"="ok"}'`, `bad: 'r_total{"c.d"="failed"}'`} {
				name := fmt.Sprintf("%s every %s, slices of %s", part, interval, slice)
				row := dayOf(t, server,
					fmt.Sprintf("{name: x, objective: 50, window: 1d, policy: page-and-slack, sli: {ratio: {total: r_total, %s, target: 97, slice: %dm}}}", part, int(slice.Minutes())))
				w := row.Window
				require.InDelta(t, 24*time.Hour/slice, w.Total, 1, name)
				// Tolerated: the slices at both ends, and slices without samples next to them.
				require.InDelta(t, hours*time.Hour/slice, w.Bad, 2+2*float64(max(0, interval-slice))/float64(slice),
					name)
			}
		}
	}
}

// All recorded values have the same weight, at any interval.
func TestRecordedRatiosAreTheMeanOfAllValues(t *testing.T) {
	for _, interval := range []time.Duration{
		15 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute,
		2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	} {
		for _, rhythm := range []int{1, 2, 3, 5, 7, 20} {
			r := rand.New(rand.NewPCG(uint64(interval), uint64(rhythm)))
			values := make([]float64, rhythm)
			for i := range values {
				values[i] = float64(r.IntN(100)) / 1000
			}
			at := func(at time.Duration) float64 { return values[int(at/interval)%rhythm] }
			sum, n := 0.0, 0
			for x := 23*time.Hour + interval; x <= 47*time.Hour; x += interval {
				sum, n = sum+at(x), n+1
			}
			server := promtest.New(t, promtest.Recording{"rule:ratio": every(interval, at)})
			for _, slice := range []string{"5m", "1m"} {
				row := dayOf(t, server,
					fmt.Sprintf("{name: x, objective: 50, window: 1d, policy: page-and-slack, sli: {recorded: {ratio: 'rule:ratio', slice: %s}}}", slice))
				w := row.Window
				require.InDelta(t, sum/float64(n), w.Bad/w.Total, 0.0005, "every %s, rhythm %d, slices of %s", interval,
					rhythm, slice)
			}
		}
	}
}
