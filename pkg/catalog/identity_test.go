package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdentity(t *testing.T) {
	const events = "sli: {events: {total: r_total, bad: 'r_total{code=\"500\"}'}}"
	s, problems := ParseSLO([]byte("{name: a, objective: 99, window: 1d, by: [namespace, workload], identity: kubernetes, " +
		events + "}"))
	require.NoError(t, problems.Err())
	require.True(t, s.IsCountedByPods())
	ungrouped, err := s.WithBy([]string{"namespace"})
	require.NoError(t, err)
	require.False(t, ungrouped.IsCountedByPods())

	for source, want := range map[string]string{
		"by: [workload], identity: nomad, " +
			events: `unknown identity "nomad". Use kubernetes`,
		"by: [namespace], identity: kubernetes, " +
			events: "identity kubernetes requires workload or workload_type in by",
		"by: [workload], identity: kubernetes, sli: {probe: {gauge: up}}":                 "identity kubernetes works only with events and latency SLOs, not with probe",
		"by: [workload], identity: kubernetes, sli: {throughput: {counter: c, above: 1}}": "works only with events and latency SLOs",
	} {
		_, problems := ParseSLO([]byte("{name: a, objective: 99, window: 1d, " + source + "}"))
		require.ErrorContains(t, problems.Err(), want)
	}
}
