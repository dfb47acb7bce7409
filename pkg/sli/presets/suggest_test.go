package presets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/pkg/slo"
)

func TestTheStrictestObjectiveThatNineOfTenKept(t *testing.T) {
	for _, c := range []struct {
		good    []float64
		percent float64
		kept    int
	}{
		{[]float64{0.9996}, 99.95, 1},
		{[]float64{1, 1, 1}, 99.99, 3},
		{[]float64{1, 1, 1, 1, 1, 1, 1, 1, 0.999, 0.2}, 99.9, 9},
		{[]float64{0.999, 0.97}, 95, 2},
	} {
		s, ok := presets.Suggest(c.good)
		require.True(t, ok)
		require.Equal(t,
			presets.Suggestion{Objective: slo.ObjectiveFromPercent(c.percent), Kept: c.kept, Groups: len(c.good)}, s)
	}
	for _, none := range [][]float64{nil, {0.5}, {1, 0.1}} {
		_, ok := presets.Suggest(none)
		require.False(t, ok, none)
	}
}

func TestASuggestedObjectiveIsWritten(t *testing.T) {
	p, err := presets.Find("kserve")
	require.NoError(t, err)
	f := presets.Finding{Preset: p, Offers: []presets.Offer{{Definition: p.SLOs[0], Ready: true}}}
	promised, err := f.WithObjectives(map[string]slo.Objective{"kserve-latency": slo.ObjectiveFromPercent(99)})
	require.NoError(t, err)
	text, err := presets.Catalog(promised.Ready())
	require.NoError(t, err)
	require.Contains(t, text, "objective: 99\n")
	require.Equal(t, slo.ObjectiveFromPercent(95), f.Offers[0].Objective)
}
