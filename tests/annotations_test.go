package tests

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// The demo's annotations of seven days, of all four kinds. Rollouts are from the generator's
// kube-state-metrics.
func TestAnnotationsOfTheDemo(t *testing.T) {
	at := settled()
	from := at.Add(-7 * 24 * time.Hour)
	excluded := at.Truncate(time.Hour).Add(-30 * time.Hour)
	settings, err := json.Marshal(map[string]string{"catalog": fmt.Sprintf(`slos:
  - name: availability
    objective: 99.9
    window: 30d
    by: [namespace, workload]
    exclude: [{from: %s, to: %s, reason: move}]
    sli: {events: {total: 'http_requests_total{workload!=""}', bad: 'http_requests_total{workload!="",code=~"5.."}'}}
`, excluded.UTC().Format("2006-01-02T15:04"), excluded.Add(time.Hour).UTC().Format("2006-01-02T15:04"))})
	require.NoError(t, err)
	own := source(t, running.Stack.PrometheusURL, string(settings))
	res, err := running.Host.QueryData(within(t),
		&backend.QueryDataRequest{PluginContext: own.Context(), Queries: []backend.DataQuery{{
			RefID: "A", QueryType: "annotations", JSON: []byte(`{"queryType":"annotations"}`),
			TimeRange: backend.TimeRange{From: from, To: at},
		}}})
	require.NoError(t, err)
	answer := res.Responses["A"]
	require.NoError(t, answer.Error)
	frame := answer.Frames[0]
	texts, titles, kinds := words(t, frame, "text"), words(t, frame, "title"), words(t, frame, "kind")

	count := map[string]int{} // by kind, title and workload
	for i, kind := range kinds {
		who, _, _ := strings.Cut(texts[i], ":")
		count[kind+" "+titles[i]+" "+who]++
	}
	for _, c := range []struct {
		what        string
		least, most int
	}{
		{"firing page fires availability of shop/checkout", 1, 1},
		{"budget budget exhausted availability of shop/payments", 1, 1},
		{"exclusions excluded availability", 1, 1},
		{"rollouts rollout shop/search", 27, 28}, // every six hours
		{"rollouts rollout shop/cart", 13, 14},   // every twelve hours
		{"rollouts rollout shop/payments", 0, 0}, // a statefulset
	} {
		require.GreaterOrEqual(t, count[c.what], c.least, "%s of %v", c.what, count)
		require.LessOrEqual(t, count[c.what], c.most, "%s of %v", c.what, count)
	}
	for i, kind := range kinds {
		if kind == "exclusions" {
			require.Equal(t, excluded.Unix(), timeAt(t, frame, "time", i).Unix())
			require.Equal(t, excluded.Add(time.Hour).Unix(), timeAt(t, frame, "timeEnd", i).Unix())
		}
	}

	// Each rollout of search creates a replica set with three pods, which are in the counts.
	pods := ask(t, own.Context(), at,
		query{"A", `{"queryType":"summary","groupBy":["workload","pod"],"slos":["availability"]}`})["A"]
	require.NoError(t, pods.Error)
	require.NotEmpty(t, words(t, pods.Frames[0], "pod"))
	for i, kind := range kinds {
		if kind != "rollouts" || !strings.HasPrefix(texts[i], "shop/search: replica set ") {
			continue
		}
		set := strings.TrimPrefix(texts[i], "shop/search: replica set ")
		n := 0
		for _, pod := range words(t, pods.Frames[0], "pod") {
			if strings.HasPrefix(pod, set+"-") {
				n++
			}
		}
		require.Equal(t, 3, n, "pods of %s", set)
	}
}

func timeAt(t *testing.T, frame *data.Frame, name string, row int) time.Time {
	t.Helper()
	field, _ := frame.FieldByName(name)
	require.NotNil(t, field, "field %s", name)
	at, ok := field.ConcreteAt(row)
	require.True(t, ok)
	when, ok := at.(time.Time)
	require.True(t, ok)
	return when
}
