package presets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
)

func TestTargetsAreWhatTheBusiestHadInNearlyEveryHour(t *testing.T) {
	p, err := presets.Find("istio")
	require.NoError(t, err)
	d := p.SLOs[0]
	hours := func(n int, rate float64, quiet ...float64) []float64 {
		out := append([]float64{}, quiet...)
		for range n {
			out = append(out, rate)
		}
		return out
	}
	of := func(workload string) map[string]string {
		return map[string]string{"destination_workload_namespace": "shop", "destination_workload": workload}
	}
	targets, err := presets.Targets(d, []presets.Traffic{
		{Labels: of("small"), Hours: hours(720, 0.0333)},
		{Labels: of("busy"), Hours: hours(713, 123.4, 1, 1, 1, 1, 1, 1, 1)}, // one in a hundred is an outlier
		{Labels: of("nightly"), Hours: hours(360, 50, make([]float64, 360)...)},
		{Labels: of("new"), Hours: hours(5, 1000)},
	})
	require.NoError(t, err)
	require.Len(t, targets, 2)
	require.InDelta(t, 120, targets[0].SLI.(*sli.Throughput).Above, 1e-9)
	require.InDelta(t, 0.033, targets[1].SLI.(*sli.Throughput).Above, 1e-9)
	require.Contains(t, targets[0].SLI.(*sli.Throughput).Counter, `destination_workload="busy"`)
	require.Contains(t, targets[0].Name, "shop-busy-throughput")
	text, err := presets.Catalog(targets)
	require.NoError(t, err)
	require.Contains(t, text, "slice: 1h")

	tcp, err := presets.Find("triton")
	require.NoError(t, err)
	none, err := presets.Targets(tcp.SLOs[0], []presets.Traffic{{Labels: map[string]string{}, Hours: hours(720, 1)}})
	require.NoError(t, err)
	require.Empty(t, none, "an expression cannot be narrowed down")
}
