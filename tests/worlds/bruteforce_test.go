package worlds

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/tests/recording"
)

func at(minute int64, v float64) sample { return sample{minute * 60_000, v} }

// Expected numbers are calculated by hand.
func TestTheBruteForce(t *testing.T) {
	const all = int64(1) << 60
	for name, c := range map[string]struct {
		line line
		want float64
	}{
		"rises":           {line{samples: []sample{at(1, 5), at(2, 7), at(3, 12)}}, 12},
		"from a baseline": {line{samples: []sample{at(1, 5), at(2, 7), at(3, 12)}, baseline: true}, 7},
		"a restart": {line{
			samples:  []sample{at(1, 5), at(2, 7), at(3, 2), at(4, 3)},
			baseline: true,
		}, 5},
		"a step back by one": {line{samples: []sample{
			at(1, 20_000), at(2, 20_001), at(3, 20_000),
			at(4, 20_001), at(5, 20_003),
		}, baseline: true}, 3},
		"a small fall with a start": {line{
			samples: []sample{at(1, 20_000), at(2, 19_999)}, baseline: true,
			started: []int64{90_000},
		}, 19_999},
		"a small fall that it counted": {
			line{samples: []sample{at(1, 0), at(2, 900), at(3, 880)}, baseline: true},
			1780,
		},
		"a replay": {line{
			samples:  []sample{at(1, 100), at(2, 0), at(3, 50), at(4, 120)},
			baseline: true,
		}, 120},
		"two small steps back": {line{samples: []sample{
			at(1, 9000), at(2, 8990), at(3, 8980), at(4, 9000),
			at(5, 9001),
		}, baseline: true}, 1},
	} {
		require.InDelta(t, c.want, sum(c.line.shown(usualRules), -1, all), 0, name)
	}
	l := line{samples: []sample{at(1, 5), at(2, 7), at(3, 12)}}
	require.InDelta(t, 2, sum(l.shown(usualRules), 60_000, 120_000), 0, "(from, to]")
}

// The true counts of a world do not depend on undefined cases of the rules, and are large enough to
// measure.
func TestWorldsAreWhatTheyAreTakenFor(t *testing.T) {
	names := map[string]bool{}
	for _, w := range append(All(1), WithStarts(1)...) {
		require.False(t, names[w.Name], w.Name)
		names[w.Name] = true
		instants := w.Instants(20)
		require.Len(t, instants, 20, w.Name)
		for _, at := range instants {
			events, bad := w.Truth(at, Window)
			require.Greater(t, bad, 30.0, "%s at %s", w.Name, at)
			require.GreaterOrEqual(t, events, bad, "%s at %s", w.Name, at)
			for _, several := range []float64{1.5, 16} {
				e, b := w.truth(at, Window, rules{several})
				require.InDelta(t, events, e, 0, "%s at %s, %v times the fastest growth", w.Name, at, several)
				require.InDelta(t, bad, b, 0, "%s at %s, %v times the fastest growth", w.Name, at, several)
			}
		}
		for _, s := range w.Series {
			inOrder := slices.IsSortedFunc(s.Samples,
				func(a, b recording.Sample) int { return cmp.Compare(a.Ms, b.Ms) })
			require.True(t, inOrder, s.Labels.String())
		}
	}
}

func TestAWorldIsTheSameEveryTime(t *testing.T) {
	a, b, other := all[0].world(3), all[0].world(3), all[0].world(4)
	require.Equal(t, a.Series, b.Series)
	require.NotEqual(t, a.Series, other.Series)
	require.Equal(t, a.Instants(20), b.Instants(20))
	e, _ := a.Truth(Begin.Add(Window+time.Hour), Window)
	require.Positive(t, e)
}
