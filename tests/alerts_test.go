package tests

import (
	"net/http"
	"testing"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/stretchr/testify/require"
)

// The built plugin sends the demo's alerts. Grafana's server-side expressions read them.
func TestTheDemosAlerts(t *testing.T) {
	at := settled()
	answers := ask(t, running.Source.Context(), at, query{"A", `{"queryType":"alerts","slos":["availability"]}`},
		query{"B", `{"queryType":"summary","slos":["availability"],"value":"firing_page"}`},
		query{"C", `{"queryType":"alerts","slos":["availability"],"value":"burn"}`})
	fires := map[string]bool{}
	for _, refID := range []string{"A", "B"} {
		require.NoError(t, answers[refID].Error)
		r, err := numeric.CollectionReaderFromFrames(answers[refID].Frames)
		require.NoError(t, err)
		c, err := r.GetCollection(false)
		require.NoError(t, err)
		for _, ref := range c.Refs {
			v, _, err := ref.NullableFloat64Value()
			require.NoError(t, err)
			labels := ref.GetLabels()
			if v != nil && *v == 1 {
				fires[refID+" "+labels["workload"]+" "+labels["severity"]] = true
			}
		}
	}
	delete(fires, "A checkout slack") // after a while, the fast burn also exceeds the threshold of six hours
	require.Equal(t, map[string]bool{"A checkout page": true, "A recommendations slack": true, "B checkout ": true},
		fires)
	require.ErrorContains(t, answers["C"].Error, `value: unknown value "burn"`)
}

// An unreachable server is an error. The alert is not resolved.
func TestAlertsOfAnUnreachableServerAreAnError(t *testing.T) {
	lost := source(t, "http://127.0.0.1:1",
		`{"catalog":"slos: [{name: a, objective: 99, window: 30d, sli: {events: {total: x_total, bad: y_total}}}]"}`)
	answer := ask(t, lost.Context(), settled(), query{"A", `{"queryType":"alerts"}`})["A"]
	require.ErrorContains(t, answer.Error, "127.0.0.1:1")
	require.Equal(t, http.StatusBadGateway, int(answer.Status))
	require.Empty(t, answer.Frames)
}

func TestExportByResource(t *testing.T) {
	for format, message := range map[string]string{
		"prometheus": "record: burnline:error_ratio:5m", "prometheusrule": "kind: PrometheusRule",
		"grafana": "datasourceUid: burnline-demo", "openslo": "apiVersion: openslo/v1",
	} {
		status, body := call(t, http.MethodGet, "export?format="+format, "")
		require.Equal(t, http.StatusOK, status, body)
		require.Contains(t, body, message)
	}
	status, body := call(t, http.MethodGet, "export?format=xml", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, body,
		"Use prometheus, prometheusrule, mimir, alertmanager, mimir-alertmanager, grafana or openslo")
	status, _ = call(t, http.MethodGet, "export?format=openslo&slo=none", "")
	require.Equal(t, http.StatusNotFound, status)
}
