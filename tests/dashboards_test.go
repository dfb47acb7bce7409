package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// dashboardFile is what the test reads of a bundled dashboard.
type dashboardFile struct {
	Title  string
	Time   struct{ From, To string }
	Panels []struct {
		Title   string
		Targets []json.RawMessage
	}
}

// chosen are the values of the dashboards' variables, as Grafana puts them into queries when nothing is chosen.
var chosen = strings.NewReplacer("$slo", "availability", "$namespace", ".*", "$workload", ".*", "$label", "code", "$period", "month", "$timezone", "UTC", "$policy", "page-and-slack")

// Each panel of each bundled dashboard has something to show on the demo, and says in what unit.
func TestBundledDashboardsAnswer(t *testing.T) {
	files, err := filepath.Glob(project.Path("dist/dashboards/*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var d dashboardFile
		require.NoError(t, json.Unmarshal(text, &d))
		require.NotEmpty(t, d.Panels, file)
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				t.Run(d.Title+"/"+panel.Title, func(t *testing.T) {
					frames := askAsDashboard(t, d, chosen.Replace(string(target)))
					requireMeasured(t, frames)
				})
			}
		}
	}
}

// askAsDashboard sends a panel's query over the dashboard's time range.
func askAsDashboard(t *testing.T, d dashboardFile, target string) data.Frames {
	t.Helper()
	var common struct{ RefID, QueryType string }
	require.NoError(t, json.Unmarshal([]byte(target), &common))
	now := settled()
	from := start(t, d.Time.From, now)
	res, err := running.Host.QueryData(within(t), &backend.QueryDataRequest{
		PluginContext: running.Source.Context(),
		Queries: []backend.DataQuery{{
			RefID: common.RefID, QueryType: common.QueryType, JSON: []byte(target), MaxDataPoints: 500,
			Interval: max(time.Minute, now.Sub(from)/500), TimeRange: backend.TimeRange{From: from, To: now},
		}},
	})
	require.NoError(t, err)
	answer := res.Responses[common.RefID]
	require.NoError(t, answer.Error)
	return answer.Frames
}

// start reads "now-24h" and "now-2M/M", two months before the month that is.
func start(t *testing.T, from string, now time.Time) time.Time {
	t.Helper()
	back, ok := strings.CutPrefix(from, "now-")
	require.True(t, ok, from)
	if months, ok := strings.CutSuffix(back, "M/M"); ok {
		n, err := strconv.Atoi(months)
		require.NoError(t, err, from)
		return time.Date(now.UTC().Year(), now.UTC().Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	}
	duration, err := model.ParseDuration(back)
	require.NoError(t, err, from)
	return now.Add(-time.Duration(duration))
}

// unitless are columns that count or say yes or no.
var unitless = []string{"state", "firing_", "complete", "others", "p95_bounded", "low_traffic", "pages", "needless", "alarms", "incidents", "detected", "open", "own"}

// requireMeasured wants rows, a measured number in some of them, and a unit for each number that has one.
func requireMeasured(t *testing.T, frames data.Frames) {
	t.Helper()
	require.NotEmpty(t, frames)
	measured := 0
	for _, frame := range frames {
		require.NotZero(t, frame.Rows(), "rows of frame %s", frame.Name)
		for _, field := range frame.Fields {
			if !field.Type().Numeric() {
				continue
			}
			if !hasPrefix(field.Name, unitless) {
				require.NotNil(t, field.Config, field.Name)
				require.NotEmpty(t, field.Config.Unit, "unit of %s in frame %s", field.Name, frame.Name)
			}
			for i := range field.Len() {
				if !field.NilAt(i) {
					measured++
				}
			}
		}
	}
	require.NotZero(t, measured, "numbers that were measured")
}

func hasPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
