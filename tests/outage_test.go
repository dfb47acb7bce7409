package tests

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The query timeout of the data source in these tests, and the maximum time to an error on a slow
// machine.
const (
	queryTimeout = 5 * time.Second
	grace        = 10 * time.Second
)

func TestAnOutageIsAnErrorAndItsEndNeedsNoRestart(t *testing.T) {
	source := source(t, running.Stack.PrometheusURL, `{"timeout":5}`)
	inline := query{"A", `{"queryType":"summary","inline":{"name":"availability","objective":99.9,"window":"30d","by":["workload"],
		"sli":{"events":{"total":"http_requests_total{workload!=\"\"}","bad":"http_requests_total{workload!=\"\",code=~\"5..\"}"}}}}`}
	// A previous instant may come from the cache, and so may one that was read within seconds.
	before := ask(t, source.Context(), settled().Add(-time.Hour), inline)["A"]
	require.NoError(t, before.Error)
	require.Equal(t, 12, before.Frames[0].Rows())

	running.Stack.StopPrometheus()
	restarted := false
	t.Cleanup(func() {
		if !restarted {
			require.NoError(t, running.Stack.StartPrometheus(within(t)))
		}
	})
	requested := time.Now()
	during := ask(t, source.Context(), settled(), inline)["A"]
	require.Error(t, during.Error)
	require.Less(t, time.Since(requested), queryTimeout+grace)
	require.GreaterOrEqual(t, int(during.Status), 500, "not the user's mistake: %v", during.Error)

	restarted = true
	require.NoError(t, running.Stack.StartPrometheus(within(t)))
	after := ask(t, source.Context(), settled(), inline)["A"]
	require.NoError(t, after.Error)
	require.Equal(t, 12, after.Frames[0].Rows())
	require.False(t, running.Host.Exited(), "the plugin is still the same process")
}
