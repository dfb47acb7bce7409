package tests

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

type dashboard struct {
	Title  string
	Panels []struct {
		Title, Type string
		Targets     []json.RawMessage
	}
	Annotations struct {
		List []struct {
			Name   string
			Target json.RawMessage
		}
	}
}

// The queries of the bundled backtest dashboard, sent as its panels do with empty variables, return
// the data of its panels.
func TestTheBacktestDashboardsQueries(t *testing.T) {
	text, err := os.ReadFile(project.Path("dist/dashboards/backtest.json"))
	require.NoError(t, err)
	var d dashboard
	require.NoError(t, json.Unmarshal(text, &d))
	require.Equal(t, "Burnline: Alert policy backtest", d.Title)
	frames := map[string]string{
		"Policies over all workloads": "policies", "Pages per week": "policies",
		"Median budget spent before the first alert":    "policies",
		"State by each policy":                          "states",
		"Incidents, and their detection by each policy": "incidents",
	}
	requested := 0
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			requested++
			answer := askOver(t, 3*24*time.Hour, asPanelSends(target))
			require.NoError(t, answer.Error, p.Title)
			require.NotEmpty(t, answer.Frames, p.Title)
			for _, f := range answer.Frames {
				require.Equal(t, frames[p.Title], f.Name, p.Title)
			}
			switch p.Type {
			case "state-timeline":
				require.Len(t, answer.Frames, 2*2*12, "2 SLOs, 2 policies, 12 workloads")
			case "bargauge":
				require.Equal(t, []string{"page-and-slack", "sre-workbook", "page-and-slack", "sre-workbook"},
					words(t, answer.Frames[0], "policy"))
				shown, _ := answer.Frames[0].FieldByName(map[bool]string{
					true:  "pages_per_week",
					false: "spent_before",
				}[p.Title == "Pages per week"])
				require.Equal(t, p.Title == "Pages per week", shown.Config.DisplayNameFromDS == "Pages per week")
			}
		}
	}
	require.Equal(t, len(frames), requested)

	for _, a := range d.Annotations.List {
		if a.Target == nil {
			continue
		}
		answer := askOver(t, 3*24*time.Hour, asPanelSends(a.Target))
		require.NoError(t, answer.Error, a.Name)
		require.Equal(t, "annotations", answer.Frames[0].Name)
	}
}

// The demo's page is firing, so its annotation has no end.
func TestAnnotationsShowTheDemosPage(t *testing.T) {
	answer := askOver(t, 6*time.Hour,
		`{"queryType":"annotations","slos":["availability"],"annotations":["firing"],"severities":["page"]}`)
	require.NoError(t, answer.Error)
	f := answer.Frames[0]
	for _, name := range []string{"time", "timeEnd", "title", "text", "tags"} {
		field, _ := f.FieldByName(name)
		require.NotNil(t, field)
		require.Empty(t, field.Config.DisplayNameFromDS, "Grafana looks for the name %s", name)
	}
	titles, texts := words(t, f, "title"), words(t, f, "text")
	found := false
	for i := range titles {
		found = found ||
			titles[i] == "page fires" &&
				strings.HasPrefix(texts[i], "availability of shop/checkout: policy page-and-slack")
	}
	require.True(t, found, "%v %v", titles, texts)
}

// asPanelSends returns a target with every value of the dashboard's variables.
func asPanelSends(target json.RawMessage) string {
	return strings.NewReplacer(`"$slo"`, "", `"$policy"`, "", "$cluster", ".*", "$namespace", ".*", "$workload",
		".*").Replace(string(target))
}

func askOver(t *testing.T, span time.Duration, text string) backend.DataResponse {
	t.Helper()
	var common struct{ QueryType string }
	require.NoError(t, json.Unmarshal([]byte(text), &common))
	to := settled()
	res, err := running.Host.QueryData(within(t),
		&backend.QueryDataRequest{PluginContext: running.Source.Context(), Queries: []backend.DataQuery{{
			RefID: "A", QueryType: common.QueryType, JSON: []byte(text),
			TimeRange: backend.TimeRange{From: to.Add(-span), To: to},
		}}})
	require.NoError(t, err)
	return res.Responses["A"]
}
