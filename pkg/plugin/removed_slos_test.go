package plugin

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// burning has 10% bad events in two workloads, up to the end of the samples.
const burning = `load 1m
  r_total{w="a",j="x",code="200"} 0+90x3000
  r_total{w="a",j="x",code="500"} 0+10x3000
  r_total{w="b",j="y",code="200"} 0+90x3000
  r_total{w="b",j="y",code="500"} 0+10x3000
`

// changing is a data source with the time of the last change of its settings.
func changing(t *testing.T, catalog string, updated time.Time) *Datasource {
	t.Helper()
	srv := httptest.NewServer(promtest.Load(t, burning).Handler(prometheus3))
	t.Cleanup(srv.Close)
	settings, err := json.Marshal(map[string]any{"catalog": catalog})
	require.NoError(t, err)
	instance, err := NewDatasource(t.Context(),
		backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: settings, Updated: updated})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	return ds
}

// values returns the numbers of an alerts query by the labels that identify an alert in Grafana.
func values(t *testing.T, ds *Datasource, query string) (map[string]float64, []string) {
	t.Helper()
	answer := ask(t, ds, alert, query)
	require.NoError(t, answer.Error)
	out := map[string]float64{}
	var notices []string
	for _, f := range answer.Frames {
		for _, field := range f.Fields {
			v, err := field.NullableFloatAt(0)
			require.NoError(t, err)
			require.NotNil(t, v, "without a number Grafana keeps the state for ever")
			out[field.Labels.String()] = *v
		}
		if f.Meta != nil {
			for _, n := range f.Meta.Notices {
				notices = append(notices, n.Text)
			}
		}
	}
	return out, notices
}

func sloOf(name, by string) string {
	return "slos: [{name: " + name + ", objective: 99, window: 1d, by: [" + by +
		"], sli: {events: {total: r_total, bad: 'r_total{code=\"500\"}'}}}]"
}

// Grafana resolves an alert if only its labels are missing in the result. It keeps all alerts on an
// error or without data. So a removed alert has a number for a while.
func TestAlertsOfADefinitionThatChanges(t *testing.T) {
	long := time.Now().Add(-2 * removalGrace)
	const named, all = `{"queryType":"alerts","slos":["a"],"severities":["page"]}`,
		`{"queryType":"alerts","severities":["page"]}`
	const unmeasured = `{"queryType":"alerts","value":"unmeasured","slos":["a"],"severities":["page"]}`
	firing := map[string]float64{"severity=page, slo=a, w=a": 1, "severity=page, slo=a, w=b": 1}
	for _, query := range []string{named, all} {
		got, _ := values(t, changing(t, sloOf("a", "w"), long), query)
		require.Equal(t, firing, got)
	}
	t.Run("renamed, a rule about it", func(t *testing.T) {
		ds := changing(t, sloOf("b", "w"), long)
		got, notices := values(t, ds, named)
		require.Equal(t, map[string]float64{"severity=page, slo=a": 0}, got,
			"the pages of a are missing, so Grafana resolves them")
		require.Equal(t,
			[]string{"The catalog of this data source has no SLO a. Its alerts cannot fire. Change the rule, or add the SLO again"}, notices)
		got, _ = values(t, ds, unmeasured)
		require.Equal(t, map[string]float64{"severity=page, slo=a": 1}, got, "it is a notification")
		got, _ = values(t, ds, `{"queryType":"alerts","slos":["a","b"],"severities":["page"]}`)
		require.Equal(t,
			map[string]float64{
				"severity=page, slo=a": 0, "severity=page, slo=b, w=a": 1,
				"severity=page, slo=b, w=b": 1,
			}, got)
		require.ErrorContains(t, ask(t, ds, nil, named).Error, `unknown SLO "a"`,
			"a person at a dashboard has mistyped it")
	})
	t.Run("renamed, a rule about all", func(t *testing.T) {
		got, _ := values(t, changing(t, sloOf("b", "w"), long), all)
		require.Equal(t, map[string]float64{"severity=page, slo=b, w=a": 1, "severity=page, slo=b, w=b": 1}, got,
			"the pages of b begin as those of a end")
	})
	t.Run("one more group label", func(t *testing.T) {
		for _, query := range []string{named, all} {
			got, _ := values(t, changing(t, sloOf("a", "w, j"), long), query)
			require.Equal(t,
				map[string]float64{"j=x, severity=page, slo=a, w=a": 1, "j=y, severity=page, slo=a, w=b": 1}, got)
		}
	})
	t.Run("within an hour, what fires goes on", func(t *testing.T) {
		for query, catalog := range map[string]string{named: sloOf("b", "w"), all: "slos: []"} {
			answer := ask(t, changing(t, catalog, time.Now()), alert, query)
			require.ErrorContains(t, answer.Error, "have changed within the last hour")
			require.Equal(t, backend.StatusBadRequest, answer.Status)
		}
	})
	t.Run("emptied", func(t *testing.T) {
		ds := changing(t, "slos: []", long)
		got, notices := values(t, ds, all)
		require.Equal(t, map[string]float64{"severity=page": 0}, got, "no data would keep the pages for ever")
		require.Equal(t, []string{"The catalog of this data source has no SLO. The rule cannot fire"}, notices)
		got, _ = values(t, ds, `{"queryType":"alerts","value":"unmeasured"}`)
		require.Equal(t, map[string]float64{"severity=page": 1, "severity=slack": 1}, got)
		got, _ = values(t, ds, named)
		require.Equal(t, map[string]float64{"severity=page, slo=a": 0}, got)
	})
	t.Run("broken", func(t *testing.T) {
		broken := sloOf("a", "w")[:len(sloOf("a", "w"))-1] + ", {name: b}]"
		ds := changing(t, broken, long)
		require.ErrorContains(t, ask(t, ds, alert, all).Error, "the SLO catalog of this data source has ")
		require.ErrorContains(t, ask(t, ds, alert, `{"queryType":"alerts","slos":["b"]}`).Error,
			"SLO b is broken in the catalog")
		require.ErrorContains(t, ask(t, ds, alert, `{"queryType":"alerts","slos":["c"]}`).Error, `unknown SLO "c"`,
			"it may be a slip in the catalog")
		got, _ := values(t, ds, named)
		require.Equal(t, firing, got, "a rule about the other goes on")
	})
	t.Run("a severity that the policy has no more", func(t *testing.T) {
		ds := changing(t, sloOf("a", "w"), long)
		got, notices := values(t, ds, `{"queryType":"alerts","slos":["a"],"severities":["ticket"]}`)
		require.Equal(t, map[string]float64{"severity=ticket": 0}, got)
		require.Contains(t, notices, "No SLO has an alert of severity ticket. The rule cannot fire")
	})
}
