package frames

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
)

func TestResources(t *testing.T) {
	known, err := resources.Known()
	require.NoError(t, err)
	signals, err := known.FindSignals([]string{"replicas", "restarts", "memory", "memory_limit"})
	require.NoError(t, err)
	labels := map[string]string{"cluster": "", "namespace": "shop", "workload": "cart", "workload_type": "deployment"}
	r := &engine.Resources{
		Report: engine.Report{Instant: at}, Signals: signals,
		By: []string{"namespace", "workload", "workload_type"},
	}
	r.Warnings = []string{"No GPUs: there is no DCGM_FI_DEV_GPU_UTIL."}
	r.Sent = []string{"up"}
	r.Rows = []engine.ResourceRow{{Labels: labels, Values: []*float64{numberOf(0.5), numberOf(3), numberOf(1e9), nil}}}
	golden(t, "resources", Resources(r, false)...)

	r.Series = []engine.ResourceSeries{{
		Signal: signals[0], Labels: labels,
		Points: []engine.Point{{Time: at, Value: numberOf(0.5)}, {Time: at.Add(time.Minute)}},
	}}
	golden(t, "resources_timeseries", Resources(r, true)...)
	require.Len(t, Resources(&engine.Resources{}, true), 1, "nothing is an empty frame that carries the notices")
}
