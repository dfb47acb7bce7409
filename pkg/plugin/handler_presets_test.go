package plugin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/sli/presets"
)

// meshed serves a mesh of ten workloads over the last three hours. Each has 100 requests a minute.
// All of w0 fail, and one in 500 of the others.
func meshed(t *testing.T) *httptest.Server {
	rec := promtest.Recording{}
	now := time.Now().Truncate(time.Minute)
	for i := range 10 {
		name := `istio_requests_total{reporter="destination",destination_workload="w` + string(rune('0'+i)) +
			`",response_code=`
		for m := range 180 {
			ms := now.Add(time.Duration(m-179) * time.Minute).UnixMilli()
			good, bad := float64(m)*100, float64(m)/5
			if i == 0 {
				good, bad = 0, float64(m)*100
			}
			rec[name+`"200"}`] = append(rec[name+`"200"}`], promtest.Sample{Ms: ms, V: good})
			rec[name+`"503"}`] = append(rec[name+`"503"}`], promtest.Sample{Ms: ms, V: bad})
		}
	}
	srv := httptest.NewServer(promtest.New(t, rec).Handler(`{"version":"3.1.0"}`))
	t.Cleanup(srv.Close)
	return srv
}

func resource(t *testing.T, url, path string, into any) int {
	settings, err := json.Marshal(map[string]any{"catalog": ""})
	require.NoError(t, err)
	instance, err := NewDatasource(t.Context(), backend.DataSourceInstanceSettings{URL: url, JSONData: settings})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	answer := httptest.NewRecorder()
	ds.mux().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), into))
	return answer.Code
}

func TestPresetsAreFound(t *testing.T) {
	srv := meshed(t)
	var list struct{ Presets []presetInfo }
	require.Equal(t, http.StatusOK, resource(t, srv.URL, "/presets", &list))
	all, err := presets.All()
	require.NoError(t, err)
	require.Len(t, list.Presets, len(all))
	states := map[string]int{}
	for _, p := range list.Presets {
		states[p.State]++
		if p.Name == "istio" {
			require.Equal(t, presetPartial, p.State)
			require.Equal(t, []string{"istio_requests_total"}, p.Found)
			require.Equal(t, []string{"destination_workload"}, p.SLOs[0].By)
			require.Equal(t, []string{"destination_workload_namespace"}, p.SLOs[0].MissingLabels)
			require.Contains(t, p.Catalog, "objective: 99.9\n")
		}
	}
	require.Equal(t, map[string]int{presetPartial: 1, presetAbsent: len(all) - 1}, states)
}

func TestThePastSuggestsAnObjective(t *testing.T) {
	srv := meshed(t)
	var p presetInfo
	require.Equal(t, http.StatusOK, resource(t, srv.URL, "/presets/istio?suggest=1", &p))
	s := p.SLOs[0].Suggestion
	require.Equal(t, 99.5, *s.Objective)
	require.Equal(t, []int{9, 10}, []int{s.Kept, s.Groups})
	require.Equal(t, map[string]string{"destination_workload": "w0"}, s.Least[0].Labels)
	require.InDelta(t, 0, s.Least[0].SLI, 1e-9)
	require.InDelta(t, 3.0/720, s.Least[0].Coverage, 0.0005)
	require.Len(t, s.Least, maxWorstGroups)
	require.Contains(t, p.Catalog, "objective: 99.5\n")
	require.Contains(t, p.SLOs[0].Catalog, "objective: 99.5\n")
	require.Empty(t, p.SLOs[1].Catalog)
}

func TestWhatCannotBeAnswered(t *testing.T) {
	srv := meshed(t)
	var message map[string]string
	require.Equal(t, http.StatusNotFound, resource(t, srv.URL, "/presets/none-such", &message))
	require.Contains(t, message["message"], `there is no preset "none-such"`)
	require.Equal(t, http.StatusBadGateway, resource(t, "http://127.0.0.1:1", "/presets", &message))
}
