package tests

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli/presets"
)

// Every preset is detected in the demo's cluster. All of its SLOs have numbers, and each group
// equals the truth.
func TestEveryPresetCountsTheTruth(t *testing.T) {
	all, err := presets.All()
	require.NoError(t, err)
	slos := 0
	for _, p := range all {
		slos += len(p.SLOs)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute) // also on a busy machine
	defer cancel()
	report, err := running.Presets(ctx, settled())
	require.NoError(t, err)
	require.Equal(t, len(all), report.Presets)
	require.Equal(t, slos+1, report.SLOs, "and requests-by-owner")
	require.Equal(t, 11, report.Cluster, "the SLOs of devstack/workloads/kubernetes.yaml")
	require.Greater(t, report.Groups, 300)
	require.LessOrEqual(t, report.MaxErrorPercent, 0.1, report.Worst)
	require.Zero(t, report.MaxSlices, report.Worst)
}
