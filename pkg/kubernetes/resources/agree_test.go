package resources

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/counting"
)

// countedSignals count events in a time range. Their values depend on its length. All others are
// values at an instant.
var countedSignals = []string{"restarts", "drops", "tcp_resets", "dns_failures"}

// An instant signal has the same value in a table and in series, for any step and range. The steps
// of a counted signal add up to the table.
func TestTableAndSeriesAgree(t *testing.T) {
	known, err := Known()
	require.NoError(t, err)
	seen := map[string]bool{} // signals with a value
	note := func(signal string, numbers map[string]float64) int {
		for _, v := range numbers {
			seen[signal] = seen[signal] || v != 0
		}
		return len(numbers)
	}
	for _, file := range caseFiles(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			server := promtest.Load(t, readCase(t, file).Load)
			compared := 0
			for _, hours := range []int{2, 4, 12, 31, 47} {
				c := newClusterOver(t, server, time.Duration(hours)*time.Hour, counting.Auto)
				add := func(back, step time.Duration, signals []Signal) *Answer {
					a, err := c.Answer(t.Context(),
						Request{Signals: signals, By: byName, From: c.now.Add(-back), To: c.now, Step: step})
					require.NoError(t, err)
					return a
				}
				var gauges, counts []Signal
				for _, s := range known.Signals {
					switch {
					case s.Extra && !strings.Contains(string(text), "signal="+s.Name+" "):
						continue
					case strings.HasSuffix(s.Name, "_peak"): // of the step, and not of an instant
						seen[s.Name] = true
						continue
					}
					if strings.Contains(strings.Join(countedSignals, " "), s.Name) {
						counts = append(counts, s)
					} else {
						gauges = append(gauges, s)
					}
				}
				now := add(time.Hour, 0, gauges)
				others := map[string]*Answer{
					"table 6h": add(6*time.Hour, 0, gauges), "table 24h": add(24*time.Hour, 0, gauges),
					"1h by 5m": add(time.Hour, 5*time.Minute, gauges), "1h by 1h": add(time.Hour, time.Hour, gauges),
					"24h by 15m": add(24*time.Hour, 15*time.Minute, gauges),
					"30h by 2h":  add(30*time.Hour, 2*time.Hour, gauges),
					"2h by 1m":   add(2*time.Hour, time.Minute, gauges),
					"24h by 1h":  add(24*time.Hour, time.Hour, gauges),
				}
				for _, s := range gauges {
					want := numbers(now, s.Name)
					compared += note(s.Name, want)
					for how, a := range others {
						got := map[string]float64{}
						for name, v := range numbersAt(a, s.Name, len(a.Instants)-1) {
							got[name] = v
						}
						require.Equal(t, want, got, "%s at %dh: table 1h, and %s", s.Name, hours, how)
					}
				}
				for _, back := range []time.Duration{time.Hour, 6 * time.Hour} {
					whole := add(back, 0, counts)
					for _, step := range []time.Duration{5 * time.Minute, 30 * time.Minute, time.Hour} {
						steps := add(back-step, step, counts)
						for _, s := range counts {
							want, sums := numbers(whole, s.Name), map[string]float64{}
							compared += note(s.Name, want)
							for i := range steps.Instants {
								for name, v := range numbersAt(steps, s.Name, i) {
									sums[name] += v
								}
							}
							maps.DeleteFunc(want, func(_ string, v float64) bool { return v == 0 })
							maps.DeleteFunc(sums, func(_ string, v float64) bool { return v == 0 })
							require.Equal(t, want, sums, "%s at %dh over %s: table, and the sum of steps of %s", s.Name,
								hours, back, step)
						}
					}
				}
			}
			require.NotZero(t, compared)
		})
	}
	for _, s := range known.Signals {
		require.True(t, seen[s.Name], "no case has a number of %s other than 0", s.Name)
	}
}

// numbersAt returns the values of a signal at one of the instants.
func numbersAt(a *Answer, signal string, instant int) map[string]float64 {
	out := map[string]float64{}
	for i, s := range a.Signals {
		for _, g := range a.Groups {
			if v := g.Values[i][instant]; s.Name == signal && !math.IsNaN(v) {
				out[g.Labels[labelNamespace]+"/"+g.Labels[labelWorkload]] = math.Round(v*1e6) / 1e6
			}
		}
	}
	return out
}
