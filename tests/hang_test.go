//go:build unix

package tests

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A server that hangs accepts connections and does not respond. Only the query timeout detects it.
func TestAServerThatHangsIsAnErrorWithinTheQueryTimeout(t *testing.T) {
	source := source(t, running.Stack.PrometheusURL, `{"timeout":10}`)
	inline := query{"A", `{"queryType":"summary","inline":{"name":"availability","objective":99.9,"window":"30d","by":["workload"],
		"sli":{"events":{"total":"http_requests_total{workload!=\"\"}","bad":"http_requests_total{workload!=\"\",code=~\"5..\"}"}}}}`}
	// In a running dashboard, settled cells are cached.
	before := ask(t, source.Context(), settled().Add(-time.Minute), inline)["A"]
	require.NoError(t, before.Error)
	server := running.Stack.PID("Prometheus")
	require.NoError(t, syscall.Kill(server, syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(server, syscall.SIGCONT) })

	requested := time.Now()
	during := ask(t, source.Context(), settled(), inline)["A"]
	for begin := requested; during.Error == nil && time.Since(begin) < grace; time.Sleep(time.Second) {
		requested = time.Now() // unsettled cells are reused for a moment
		during = ask(t, source.Context(), settled(), inline)["A"]
	}
	took := time.Since(requested)
	t.Logf("told after %s: %v", took, during.Error)
	require.Error(t, during.Error)
	require.GreaterOrEqual(t, int(during.Status), 500, "not the user's mistake: %v", during.Error)
	require.GreaterOrEqual(t, took, 10*time.Second, "it was given its time")
	require.Less(t, took, 10*time.Second+grace, "and no second one")

	require.NoError(t, syscall.Kill(server, syscall.SIGCONT))
	after := ask(t, source.Context(), settled(), inline)["A"]
	require.NoError(t, after.Error)
	require.Equal(t, 12, after.Frames[0].Rows())
}
